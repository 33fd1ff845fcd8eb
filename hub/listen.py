"""Addresses to listen on, and how a browser on this machine reaches what listens there."""

import socket

#: Where the public application is when it is not ours to start: the usual port.
USUAL_PORT = "8080"
WILDCARDS = frozenset({"", "::", "0.0.0.0"})  # noqa: S104 - named to be replaced, not listened on


def split(listen: str) -> tuple[str, str]:
    """Return host and port of `host:port`, `[v6]:port` or `:port`, without brackets."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), port


def url(listen: str) -> str:
    """The address in a browser on this machine: every wildcard is localhost, a concrete host stays itself."""
    host, port = split(listen)
    if not port.isdigit():
        return f"http://localhost:{USUAL_PORT}"
    if host in WILDCARDS:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def url_of(bound: socket.socket) -> str:
    """The same for a socket that listens already: its port is a real one."""
    host, port = bound.getsockname()[:2]
    return url(f"[{host}]:{port}")
