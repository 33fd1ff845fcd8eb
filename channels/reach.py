"""How far a call to a stranger's address may reach: the public internet and web ports, nothing else. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from yarl import URL

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
#: Where a stranger's web server may be reasonably expected.
PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL = 1_500
#: Not the public internet, whatever the standard library of the day thinks of them.
_SHUT = tuple(
    map(
        ip_network,
        (
            "100.64.0.0/10",  # carriers' own (CGNAT); clouds keep their metadata here
            "168.63.129.16/32",  # a cloud's inside, at a public address
            "192.0.0.0/24",  # protocols' own
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # Teredo and other protocols' own
            "2001:db8::/32",
            "3fff::/20",  # documentation, like the one above
        ),
    )
)
_PUBLIC6 = IPv6Network("2000::/3")
#: IPv4 in IPv6: the last 32 bits are where the packets go.
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Rules:
    """Where calls may go. `networks` are let in beside the public internet, at any port: the operator's own word."""

    networks: tuple[Network, ...] = ()

    def admits(self, host: str, port: int) -> bool:
        """Whether a connection to this address may be opened. What is no address is not admitted."""
        try:
            found = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in network for network in self.networks) or (port in PORTS and is_public(found))

    def refusal(self, address: str) -> str | None:
        """Why a web address cannot be called, as a word for programs; None for one that may be tried.

        Looks at the text alone: where its host leads is judged anew with every connection.
        """
        if not address.isascii() or not address.isprintable() or " " in address or len(address) > MAX_URL:
            return "unreadable"
        try:
            url = URL(address, encoded=True)
            host, port = url.host, url.port
        except ValueError:
            return "unreadable"
        if url.scheme not in {"http", "https"} or not host or port is None:
            return "scheme"
        if url.user is not None or url.password is not None or "#" in address:
            return "unreadable"
        if _is_address(host):
            return None if self.admits(host, port) else "closed"
        return None if port in PORTS or self.networks else "port"


#: The public internet and nothing else.
NOWHERE_NEAR = Rules()


def is_public(address: Address) -> bool:
    """Whether it belongs to the public internet, as far as can be told from the address."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour is not None and not is_public(address.sixtofour):
            return False
        if address not in _PUBLIC6:
            return False
    shut = address.is_multicast or address.is_reserved or any(address in network for network in _SHUT)
    return address.is_global and not shut


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
