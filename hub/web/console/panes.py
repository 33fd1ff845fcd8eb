"""One document as it is written: what stands in its fields, on which text that was begun, what is offered beside."""

from dataclasses import dataclass

from hub.commands import writing
from hub.web.console import pictures
from hub.web.console.room import Visit
from schemas.draft import MAX_BODY, MAX_TYPED, Draft, Presence, Text
from schemas.particulars import Form
from schemas.release import Attachment, Document, Release, Role

#: Pictures' words are fields of their own, named after the picture.
ALT = "alt-"


@dataclass(frozen=True)
class Pane:
    """One document on the page, as it is written."""

    name: str
    heading: str
    document: Document
    text: Text  #: what stands in the fields
    seen: str  #: the mark of the text that the person has read
    draft: Draft | None  #: an unsaved text that is offered
    others: tuple[Presence, ...]
    images: tuple[tuple[Attachment, str], ...]  #: with their words
    is_restored: bool = False

    @property
    def is_policy(self) -> bool:
        return self.document.number == 0


async def made(
    visit: Visit, document: Document, heading: str, draft: Draft | None, others: dict[str, list[Presence]]
) -> Pane:
    saved = Text.of(document)
    text, seen, is_restored = saved, saved.mark, False
    offered = draft if draft and draft.text != saved else None
    if visit.refusal and visit.names.get("document") == document.name:
        # Shown again as it was typed, but never uncleaned.
        text, seen = await writing.cleaned(posted(visit), alts(visit)), visit.posted.get("seen", saved.mark)
    elif offered and visit.query.get("draft") == document.name:
        text, is_restored = offered.text, True
        # Whoever comes from the comparison has seen the saved text that it named.
        seen = visit.query.get("looked", "") or offered.base
        offered = None
    known = (*document.images, *(draft.images if draft else ()))
    return Pane(
        name=document.name,
        heading=heading,
        document=document,
        text=text,
        seen=seen,
        draft=offered,
        others=tuple(others.get(document.name, ())),
        images=tuple((image, writing.alt(text.body, image.sha256)) for image in known if image.sha256 in text.body),
        is_restored=is_restored,
    )


def documents(release: Release) -> tuple[Document, ...]:
    """The release's documents, with an empty policy where a program has made a release without one."""
    if release.document(Role.POLICY):
        return release.documents
    return (Document(role=Role.POLICY, number=0, title=release.metadata.title, body=""), *release.documents)


def unsaved(panes: list[Pane]) -> dict[str, Text]:
    """What the fields hold beyond what is saved."""
    return {pane.name: pane.text for pane in panes if pane.text.mark != Text.of(pane.document).mark}


def shown(visit: Visit, body: str) -> str:
    """The clean body with its pictures where this release's files are."""
    return pictures.shown(body, f"/releases/{visit.release}/files/")


def typed(visit: Visit) -> Text:
    """The text in the form. Raises HubError(INVALID) for one that is beyond all bounds."""
    return visit.posted.filled(Text)


def alts(visit: Visit) -> dict[str, str]:
    """Pictures' words by digest, as typed."""
    given = visit.posted.fields
    return {name.removeprefix(ALT): values[0] for name, values in given.items() if name.startswith(ALT) and values}


def posted(visit: Visit) -> Text:
    """What was typed, however much of it: for showing it again beside what is wrong with it."""
    get = visit.posted.get
    form = Form(get("form")) if get("form") in set(Form) else Form.TEXT
    cut = {"title": get("title")[:MAX_TYPED], "summary": get("summary")[:MAX_TYPED], "body": get("body")[:MAX_BODY]}
    return Text(**cut, form=form)
