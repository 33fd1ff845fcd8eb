"""Where a publisher sends an edition, by which option and with which cover: held against the configured channels."""

from collections.abc import Mapping, Sequence

from hub.commands import covering
from hub.commands.act import Hub
from schemas import option
from schemas.errors import ErrorCode, HubError


def known(hub: Hub, channels: Sequence[str] | None) -> list[str]:
    """The channels asked for, each once; all that are configured for None. Raises HubError(NO_CHANNEL)."""
    names = sorted(hub.channels) if channels is None else sorted(set(channels))
    unknown = next((name for name in names if name not in hub.channels), None)
    if unknown is not None or not names:
        raise HubError(ErrorCode.NO_CHANNEL, channel=unknown or "（空）")
    return names


def chosen(hub: Hub, wanted: Sequence[str], choices: Mapping[str, str]) -> dict[str, str]:
    """Channel → the option by which it goes there; empty where the channel offers none. Raises HubError(INVALID)."""
    _refuse_others(wanted, choices, "choices", "发布方式")
    found = {}
    for name in wanted:
        options = hub.channels[name].traits.choices
        try:
            found[name] = option.chosen(options, choices.get(name, ""))
        except KeyError:
            offered = "、".join(f"{one.name}（{one.words}）" for one in options) or "没有可选的"
            words = f"渠道 {name} 的发布方式只能是：{offered}"
            raise HubError(ErrorCode.INVALID, detail=words, fields={"choices": words}) from None
    return found


async def covered(hub: Hub, release: int, wanted: Sequence[str], covers: Mapping[str, str]) -> None:
    """Raise HubError(INVALID) for a cover that its channel does not take, or that goes nowhere."""
    if covers:
        _refuse_others(wanted, covers, "covers", "封面")
        await covering.check(hub, release, covers)


def _refuse_others(wanted: Sequence[str], told: Mapping[str, str], field: str, what: str) -> None:
    if others := sorted(set(told) - set(wanted)):
        words = f"没有选择渠道“{others[0][:50]}”，不能给它选{what}"
        raise HubError(ErrorCode.INVALID, detail=words, fields={field: words})
