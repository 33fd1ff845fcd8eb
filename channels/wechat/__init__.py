"""The WeChat official account: drafts, silent publication (freepublish), its callback, and our own look at the page."""

from channels.wechat.channel import WeChat, build
from channels.wechat.settings import WeChatSettings

__all__ = ["WeChat", "WeChatSettings", "build"]
