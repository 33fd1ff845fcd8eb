"""The bureau's own website as a tree of prepared files: document pages, column lists, the home page, the site map."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from channels.website.channel import Website, build
    from channels.website.settings import WebsiteSettings

__all__ = ["Website", "WebsiteSettings", "build"]


def __getattr__(name: str) -> Any:
    # The process that makes one copy lives in this package too, and has no use for all that the channel stands on.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from channels.website import channel  # noqa: PLC0415

    return getattr(channel, name)
