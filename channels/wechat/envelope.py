"""The wrapping of a callback: its signature, and in secure mode its encryption. Pure.

developers.weixin.qq.com: 消息推送, 消息解密方式 (明文模式, 安全模式).
"""

import base64
import hashlib
import hmac
import struct

from wechatpy import crypto
from wechatpy.exceptions import WeChatException


class ForgedError(Exception):
    """The callback does not come from the platform, or not for this account."""


def signature(*parts: str) -> str:
    """Return the hex SHA-1 of the sorted and joined token, timestamp, nonce and, in secure mode, cipher text."""
    joined = "".join(sorted(parts)).encode("utf-8", "replace")
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 - the platform's choice


def verify(given: str, *parts: str) -> None:
    """Raise ForgedError unless the signature is right. Takes the same time for every wrong one."""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), signature(*parts).encode()):
        raise ForgedError("wrong signature")


def decrypt(encrypted: str, aes_key: str, app_id: str) -> str:
    """Return the message inside. Raises ForgedError for anything but a message to this account."""
    try:
        text = crypto.PrpCrypto(base64.b64decode(aes_key + "=")).decrypt(encrypted, app_id)
    except (ValueError, IndexError, struct.error, WeChatException):
        raise ForgedError("not a message to this account") from None
    return str(text)
