"""Bases of addresses, as settings name them: what stands below one belongs to a channel, and nothing else does."""

from pydantic_core import PydanticCustomError
from yarl import URL


def read(value: str) -> str:
    """A base without its trailing slash. Raises PydanticCustomError for what no path can be put behind."""
    url = URL(value)
    if url.scheme not in {"http", "https"} or not url.host or url.query_string or url.fragment:
        raise PydanticCustomError("address", "应为不带查询参数的 http(s) 网址")
    return value.rstrip("/")


def holds(base: str, address: str) -> bool:
    """Whether the address is below the base: our own fetch must not be led to another machine, or another's pages."""
    over = URL(base)
    try:
        url = URL(address)
        is_same = url.origin() == over.origin() and url.user is None
    except ValueError:
        return False
    return is_same and url.path.startswith(f"{over.path.rstrip('/')}/")
