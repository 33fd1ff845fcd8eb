"""The feeds: Atom and RSS, for everything and per column, as prepared files in the site's tree."""

from channels.rss.channel import Rss, RssSettings, build

__all__ = ["Rss", "RssSettings", "build"]
