"""The site's lists: columns with their numbered pages, the archive by year, the home page and the site map."""

from channels.website.lists.keeper import Lists

__all__ = ["Lists"]
