"""公开属性重新审定: a unit's editor proposes, another person confirms; what is to be opened becomes a release.

Nothing here is public. A decision to open only allows a draft, which goes the ordinary way: four reviews, then the
button.
"""

from datetime import date, datetime

from hub.commands import arriving, backfiling
from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.core.backfiles import rules
from hub.store import attributions, backfiles, delegations, engine
from hub.store.blobs import Blobs
from schemas import text
from schemas.backfile import Attribution, Backfile, Opinion, Stage
from schemas.draft import Arrival, Hint
from schemas.entry import BEIJING, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.standing import Ruling

MAX_NOTE = 500
#: What the register says of a document → the 公文要素 that it proposes.
_ELEMENTS = ("doc_no", "index_no", "issuer", "signed_on")


async def propose(hub: Hub, person: Person, number: int, opinion: Opinion) -> Attribution:
    """Propose what a document of one's own unit should be. Durable and in the log on return.

    Raises HubError: FORBIDDEN, NOT_FOUND, STATE while another proposal waits or once a release was made of it.
    """
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        before = await backfiling.locked(acting.connection, number)
        rules.check_proposal(person, before)
        now = await engine.now(acting.connection)
        made = await attributions.propose(acting.connection, number, opinion, by=person.id, at=now)
        await backfiles.change(acting.connection, number, stage=Stage.PROPOSED)
        _log(acting, EntryType.BACKFILE_PROPOSED, before, made)
    return made


async def confirm(hub: Hub, person: Person, attribution: int, *, note: str = "") -> Attribution:
    """Let a proposal hold: two people agree. What is not opened is due again after the months of the rulebook.

    Raises HubError: FORBIDDEN, NOT_FOUND, OWN_PROPOSAL, STATE.
    """
    async with act(hub, person) as acting:
        before, proposal = await _found(acting, attribution)
        giver = await _giver(acting, proposal, confirms=True)
        now = await engine.now(acting.connection)
        due = rules.due_on(proposal.disclosure, _day(now), hub.rules.rereview_months)
        made = await attributions.rule(
            acting.connection,
            proposal,
            Ruling.CONFIRM,
            by=person.id,
            on_behalf_of=giver,
            note=_note(note),
            at=now,
            due_on=due,
        )
        changes = {"stage": Stage.DECIDED, "decided": made.disclosure, "due_on": due}
        await backfiles.change(acting.connection, before.id, **changes)
        _log(acting, EntryType.BACKFILE_CONFIRMED, before, made)
    return made


async def decline(hub: Hub, person: Person, attribution: int, *, note: str) -> Attribution:
    """Turn a proposal down, or take one's own back. What was decided before it stands.

    Raises HubError: FORBIDDEN, NOT_FOUND, STATE, INVALID without a reason.
    """
    if not text.one_line(note):
        raise HubError(ErrorCode.INVALID, detail="请写明不予确认的理由", fields={"note": "必填"})
    async with act(hub, person) as acting:
        before, proposal = await _found(acting, attribution)
        giver = await _giver(acting, proposal, confirms=False)
        now = await engine.now(acting.connection)
        made = await attributions.rule(
            acting.connection, proposal, Ruling.DECLINE, by=person.id, on_behalf_of=giver, note=_note(note), at=now
        )
        stage = Stage.DECIDED if before.decided else Stage.WAITING
        await backfiles.change(acting.connection, before.id, stage=stage)
        _log(acting, EntryType.BACKFILE_DECLINED, before, made)
    return made


async def convert(hub: Hub, person: Person, number: int) -> Arrival:
    """Read the files of a document that is to be opened, with what the register says of it, for the ordinary 确认.

    Nothing is linked before the release is made there (`arriving.create`). May run twice. Raises HubError: FORBIDDEN,
    NOT_FOUND, STATE.
    """
    workflow.require(person, Duty.EDITOR)
    async with hub.engine.connect() as connection:
        found = await backfiles.find(connection, number)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {number} 号存量文件")
    rules.check_conversion(person, found)
    stored = Blobs(hub.engine)
    files = [(one.name, await stored.read(one.sha256)) for one in found.files]
    return await arriving.receive(hub, person, files, origin=arriving.Origin(number, found.title, _hints(found)))


def _hints(one: Backfile) -> dict[str, Hint]:
    said = one.model_dump(mode="json", include=set(_ELEMENTS))
    sentence = f"存量文件第 {one.id} 号登记"
    return {name: Hint(value=str(value), sentence=sentence) for name, value in said.items() if value}


async def _found(acting: Acting, attribution: int) -> tuple[Backfile, Attribution]:
    """The proposal with what it is about, locked."""
    found = await attributions.attribution(acting.connection, attribution)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {attribution} 的审定意见")
    before = await backfiling.locked(acting.connection, found.backfile)
    again = await attributions.attribution(acting.connection, attribution)
    assert again is not None  # noqa: S101 - nothing is ever deleted here
    return before, again


async def _giver(acting: Acting, proposal: Attribution, *, confirms: bool) -> str | None:
    """In whose stead the person decides, asked again under a lock where a duty is lent."""
    person = acting.person
    now = await delegations.effective(acting.connection, person, lock=True) if person.lent else person
    return rules.check_ruling(now, proposal, confirms=confirms)


def _log(acting: Acting, kind: EntryType, before: Backfile, made: Attribution) -> None:
    data: dict[str, object] = {
        "backfile": before.id,
        "attribution": made.id,
        "unit": before.unit,
        "disclosure": made.disclosure,
        "sha256": made.sha256,
    }
    if made.ruling:
        data["for"] = made.on_behalf_of
    acting.log(kind, data=data)


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()


def _note(note: str) -> str:
    return text.one_line(note)[:MAX_NOTE]
