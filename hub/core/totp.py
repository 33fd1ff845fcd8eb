"""Codes of authenticator apps (RFC 6238). Time is an argument."""

import hmac
import io
import re
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
#: How many steps a phone's clock may be off, either way.
WINDOW = 1
_CODE = re.compile(r"\d{6}")


def new_secret() -> str:
    """160 random bits as an app takes them."""
    return pyotp.random_base32()


def uri(secret: str, *, login: str, issuer: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def picture(uri: str) -> bytes:
    """The QR code as an SVG picture without scripts or styles. It has no size of its own: the page gives one."""
    drawn = io.BytesIO()
    segno.make_qr(uri, error="l").save(drawn, kind="svg", omitsize=True, xmldecl=False, light="#fff")
    return drawn.getvalue()


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """Return the step that the code is of, or None if it is wrong or not later than the step that counted last."""
    digits = "".join(code.split())
    if not _CODE.fullmatch(digits) or not digits.isascii():
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(max(current - WINDOW, after + 1), current + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None
