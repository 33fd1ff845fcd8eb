"""The API of 未保存稿: one's own text of a document that is not saved yet, as the write room offers it."""

from hub.commands import autosaving, opening
from hub.store import drafts
from hub.web.route import Ask
from hub.web.shapes.beside import DraftForm, OwnDraft
from schemas.draft import Text


async def get_draft(ask: Ask) -> OwnDraft:
    return await _own(ask)


async def put_draft(ask: Ask) -> OwnDraft:
    """Keep it in place of one's last one. It was begun on the text that is saved now, unless another is named."""
    form, name = ask.filled(DraftForm), ask.names["name"]
    async with ask.hub.engine.connect() as connection:
        saved = Text.of((await opening.release(connection, ask.release)).document(name))
    text = Text(title=form.title, summary=form.summary, body=form.body, form=form.form or saved.form)
    await autosaving.keep(ask.hub, ask.person, ask.release, name, text, base=form.base or saved.mark)
    return await _own(ask)


async def drop_draft(ask: Ask) -> OwnDraft:
    await autosaving.drop(ask.hub, ask.person, ask.release, ask.names["name"])
    return await _own(ask)


async def _own(ask: Ask) -> OwnDraft:
    name = ask.names["name"]
    async with ask.hub.engine.connect() as connection:
        saved = Text.of((await opening.release(connection, ask.release)).document(name))
        found = await drafts.find(connection, ask.release, name, ask.person.id)
    return OwnDraft(saved=saved.mark, draft=found)
