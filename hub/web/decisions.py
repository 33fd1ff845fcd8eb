"""What a reviewer's form says, said to the hub: the same from the API and from the console."""

from hub.commands import countersigning, reviewing
from hub.commands.act import Hub
from hub.web.forms import CountersignForm, ReviewForm
from schemas.person import Person
from schemas.release import Release
from schemas.urgency import Countersign


async def review(hub: Hub, person: Person, release: int, form: ReviewForm) -> Release:
    """As `reviewing.review`."""
    return await reviewing.review(
        hub, person, release, form.level, form.decision, note=form.note, edition=form.edition, digest=form.digest
    )


async def countersign(hub: Hub, person: Person, release: int, form: CountersignForm) -> Countersign:
    """As `countersigning.countersign`."""
    return await countersigning.countersign(
        hub, person, release, form.level, form.verdict, edition=form.edition, digest=form.digest, note=form.note
    )
