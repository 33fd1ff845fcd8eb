"""Where a person is reminded by mail, and that they are not. One's own choice: nobody else makes it."""

from email_validator import EmailNotValidError, validate_email

from hub.commands.act import Hub, act
from hub.slips import ForeignSealError, Slips
from hub.store import reminders
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.reminder import Mailbox

MAX_ADDRESS = 254


async def put(hub: Hub, person: Person, address: str, *, is_off: bool = False) -> None:
    """Keep the person's address, sealed, in place of the one before; an empty one erases it. May run twice.

    The log says that they chose, and nothing of what. Raises HubError(INVALID) for what is no address.
    """
    typed = address.strip()
    found = _checked(typed) if typed else ""
    async with act(hub, person) as acting:
        if found:
            sealed = Slips(hub.trust.secret).seal(found)
            await reminders.keep(acting.connection, Mailbox(person=person.id, sealed=sealed, is_off=is_off))
        else:
            await reminders.forget(acting.connection, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "reminders"})


async def find(hub: Hub, person: Person) -> tuple[str, bool]:
    """The person's own address and whether reminders are off; an empty one where there is none."""
    async with hub.engine.connect() as connection:
        box = await reminders.mailbox(connection, person.id)
    if box is None:
        return "", False
    try:
        return Slips(hub.trust.secret).open(box.sealed), box.is_off
    except ForeignSealError:
        # Sealed by another machine's secret: nobody can be mailed there, so it is asked for again.
        return "", box.is_off


def _checked(typed: str) -> str:
    try:
        found = validate_email(
            typed[: MAX_ADDRESS + 1], check_deliverability=False, allow_smtputf8=False, allow_display_name=False
        )
    except (EmailNotValidError, UnicodeError):
        words = "请填写完整的邮箱地址，如 name@tj.gov.cn"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"address": words}) from None
    return found.ascii_email or found.normalized
