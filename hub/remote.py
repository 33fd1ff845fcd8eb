"""Where a request comes from, when proxies stand before the console: theirs is the last word, nobody else's counts."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
#: Whoever has one IPv6 address has all of these.
_PREFIX = 64


def address(peer: str, forwarded: Iterable[str], proxies: Iterable[Network]) -> str:
    """Return the address of who asks: the connection's, or what our proxies say in `X-Forwarded-For`.

    Each proxy adds the address that it saw at the end, so the list is read from there while a proxy of ours speaks.
    What stands before that was written by the asker.
    """
    trusted = tuple(proxies)
    said = [part.strip() for header in forwarded for part in header.split(",")]
    current = peer
    while said and _is_in(current, trusted) and _plain(said[-1]) is not None:
        current = said.pop()
    return _plain(current) or current


def place(told: str) -> str:
    """What attempts from this address are counted under: the address, or the network that one IPv6 customer has."""
    plain = _plain(told)
    if plain is None or ":" not in plain:
        return plain or told
    return str(ip_network((plain, _PREFIX), strict=False))


def _plain(told: str) -> str | None:
    """The address in its one form, an IPv4 one without its IPv6 coat; None for what is none."""
    try:
        found = ip_address(told.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def _is_in(told: str, networks: tuple[Network, ...]) -> bool:
    plain = _plain(told)
    return plain is not None and any(ip_address(plain) in network for network in networks)
