"""The API's acts after a publication: propose, confirm, decline, and what would follow on each channel."""

from hub.commands import opening, standing
from hub.web.forms import AnnotateForm, ConfirmForm, DeclineForm, WithdrawForm
from hub.web.route import Ask
from hub.web.shapes.afterwards import Outlook, Standings
from schemas.standing import Standing, StandingKind


async def withdraw(ask: Ask) -> Standing:
    return await standing.propose(ask.hub, ask.person, ask.release, ask.filled(WithdrawForm).proposal())


async def annotate(ask: Ask) -> Standing:
    return await standing.propose(ask.hub, ask.person, ask.release, ask.filled(AnnotateForm))


async def confirm(ask: Ask) -> Standing:
    form = ask.filled(ConfirmForm)
    return await standing.confirm(ask.hub, ask.person, int(ask.names["standing"]), note=form.note)


async def decline(ask: Ask) -> Standing:
    form = ask.filled(DeclineForm)
    return await standing.decline(ask.hub, ask.person, int(ask.names["standing"]), note=form.note)


async def outlook(ask: Ask) -> Outlook:
    kind = StandingKind(ask.names["kind"])
    return Outlook(kind=kind, prospects=await standing.outlook(ask.hub, ask.release, kind))


async def list_waiting(ask: Ask) -> Standings:
    async with ask.hub.engine.connect() as connection:
        return Standings(standings=tuple(await standing.proposals(connection)))


async def list_of_release(ask: Ask) -> Standings:
    async with ask.hub.engine.connect() as connection:
        await opening.release(connection, ask.release)
        return Standings(standings=tuple(await standing.history(connection, ask.release)))
