"""A channel as rooms show it: what people call it, how it is, what it still allows."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Channel, Handed
from hub.commands.act import Hub
from hub.core.sentences.health import Health, allowance, health
from hub.core.sentences.plan import Target
from hub.store import budgets, catalogue, circuits, engine
from schemas import words
from schemas.budget import Spent
from schemas.circuit import Circuit
from schemas.option import Option, chosen
from schemas.person import Duty

#: Who may pause and resume; everybody with an officer's duty may look.
TURNERS = (Duty.PUBLISHER, Duty.ADMINISTRATOR)
NAME = "{channel:[^/{}]{1,100}}"


@dataclass(frozen=True)
class View:
    """One channel as rooms show it."""

    name: str
    title: str  #: what people call it
    channel: Channel
    circuit: Circuit
    paused_by: str  #: a name
    health: Health
    spent: tuple[Spent, ...]
    allowances: tuple[str, ...]

    @property
    def kind(self) -> str:
        return words.CHANNELS.get(self.channel.settings.kind, self.channel.settings.kind)

    @property
    def authoritative(self) -> bool:
        return self.channel.settings.authoritative

    @property
    def options(self) -> tuple[Option, ...]:
        return self.channel.traits.choices

    def target(self, choice: str = "") -> Target:
        """What is told of it before a publication by this option. Raises KeyError for one that it does not offer."""
        traits = self.channel.traits
        name = chosen(traits.choices, choice)
        return Target(
            name=self.title,
            authoritative=self.authoritative,
            editable=traits.editable,
            withdraw=traits.withdraw.can,
            by_hand=isinstance(self.channel, Handed),
            after_official=traits.after_official,
            health=self.health,
            spent=self.spent,
            option=next((one for one in traits.choices if one.name == name), None),
        )


def called(hub: Hub) -> dict[str, str]:
    """Name → what people call the channel, for all that are configured."""
    return {name: words.channel(name, channel.settings.kind) for name, channel in hub.channels.items()}


async def every(connection: AsyncConnection, hub: Hub) -> dict[str, View]:
    """Every configured channel by name, the authoritative ones first."""
    known, now = await circuits.every(connection), await engine.now(connection)
    people = await catalogue.names(connection, {one.paused_by for one in known.values() if one.paused_by})
    titles = called(hub)
    found = {}
    for name, channel in sorted(hub.channels.items(), key=lambda item: (not item[1].settings.authoritative, item[0])):
        circuit = known.get(name, Circuit(channel=name))
        allowed = channel.traits.budgets
        spent = tuple(await budgets.spent(connection, name, allowed)) if allowed else ()
        by = people.get(circuit.paused_by, "")
        found[name] = View(
            name=name,
            title=titles[name],
            channel=channel,
            circuit=circuit,
            paused_by=by,
            health=health(circuit, now, by=by),
            spent=spent,
            allowances=tuple(allowance(one, now) for one in spent),
        )
    return found
