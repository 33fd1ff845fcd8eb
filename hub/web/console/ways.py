"""The ways into the console besides a password, as the sign-in page offers them."""

from dataclasses import dataclass

from hub.commands.act import Hub


@dataclass(frozen=True)
class WayIn:
    """One button of the sign-in page; with `script` it only works with one."""

    name: str
    path: str
    script: bool = False


def open_to(hub: Hub) -> tuple[WayIn, ...]:
    ways = [WayIn("使用通行密钥登录（指纹、面容、安全密钥）", "/login/passkey", script=True)]
    if hub.trust.provider:
        ways.append(WayIn(hub.trust.provider.label, "/login/single"))
    return tuple(ways)
