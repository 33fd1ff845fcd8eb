"""The bureau's own website as a tree of prepared files: document pages, column lists, the home page, the site map."""

from channels.website.channel import Website, build
from channels.website.settings import WebsiteSettings

__all__ = ["Website", "WebsiteSettings", "build"]
