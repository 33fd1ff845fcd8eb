"""An existing site behind its own HTTP API: what is asked of it, and how, is a mapping in the settings."""

from channels.cms.channel import Cms, build
from channels.cms.settings import CmsSettings

__all__ = ["Cms", "CmsSettings", "build"]
