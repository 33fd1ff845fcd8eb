"""Whose address counts when proxies stand before the console."""

from ipaddress import ip_network

import pytest

from hub import remote

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),  # no proxy of ours: the header is the asker's own
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["1.1.1.1, 192.0.2.1"], "192.0.2.1"),  # the first was made up by the asker
        ("10.0.0.1", ["1.1.1.1", "192.0.2.1, 10.0.0.2"], "192.0.2.1"),  # two proxies in a row
        ("fd00::1", ["2001:DB8:0::1"], "2001:db8::1"),
        ("10.0.0.1", ["rubbish"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("", ["192.0.2.1"], ""),
        ("/run/socket", [], "/run/socket"),
    ],
)
def test_the_address_of_who_asks(peer: str, forwarded: list[str], address: str) -> None:
    assert remote.address(peer, forwarded, PROXIES) == address


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("?", "?"),
    ],
)
def test_what_attempts_are_counted_under(address: str, place: str) -> None:
    assert remote.place(address) == place
