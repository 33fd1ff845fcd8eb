"""Which kinds are ours, and what each of them says it can do: the suite asks no more of a channel than that."""

from importlib.metadata import entry_points

from channels import registry
from channels.conformance.world import World
from schemas.standing import Can
from tests.channels.mail.world import Mail
from tests.channels.webhook.world import Webhook
from tests.contract.wordpress import Blog
from tests.contract.world import WORLDS, Disclosure, Rss, Website, WeChat

#: Kinds that change a document in place, so that it can carry the official time and a mark.
EDITABLE = {Website, Rss, Disclosure}
#: Kinds that begin with an account at somebody else's.
REMOTE = {WeChat, Disclosure, Webhook}
#: Kinds that tell others of what holds since, without changing anything of theirs.
TELLING = {Webhook, Mail}


def test_every_kind_of_ours_is_held_to_the_contract() -> None:
    ours = {one.name for one in entry_points(group=registry.GROUP) if one.module.startswith("channels.")}
    worlds: tuple[type[World], ...] = (*WORLDS, Blog)
    assert {world.kind for world in worlds} == ours


class TestTraits:
    worlds = WORLDS

    async def test_nothing_is_promised_less_than_it_can(self, world: World) -> None:
        traits, is_editable = world.channel.traits, type(world) in EDITABLE
        assert traits.editable == is_editable
        assert traits.keeps_editions == (type(world) is WeChat)
        assert traits.after_official == (type(world) in TELLING)
        assert traits.withdraw.can is Can.YES
        assert traits.annotate.can is (Can.YES if is_editable or type(world) in TELLING else Can.NO)
        assert bool(traits.budgets) == (type(world) is WeChat)
        assert (bool(world.secrets), bool(world.denied())) == (type(world) in REMOTE,) * 2
        assert world.remote == (type(world) in REMOTE | {Mail})
