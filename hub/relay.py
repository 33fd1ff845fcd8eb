"""The mail server that the settings name, with its secrets read."""

from pydantic import SecretStr

from channels.message import Signature, SignatureError, signed
from channels.post import Relay
from hub.elsewhere import resolve
from hub.post import PORTS, DkimSettings, MailSettings
from schemas.errors import ErrorCode, HubError


def relay(mail: MailSettings) -> Relay:
    """Read the password and the key for DKIM, and try the key. Raises HubError(SETTINGS)."""
    password = resolve(mail.password)
    return Relay(
        host=mail.host,
        port=mail.port or PORTS[mail.tls],
        tls=mail.tls,
        user=mail.user,
        password=password.get_secret_value() if isinstance(password, SecretStr) else "",
        name=mail.sender.partition("@")[2],
        signature=_signature(mail.dkim) if mail.dkim else None,
    )


def _signature(dkim: DkimSettings) -> Signature:
    try:
        made = Signature(dkim.domain, dkim.selector, dkim.key.read_bytes())
        signed(b"From: a@b\r\nTo: a@b\r\nSubject: x\r\nDate: x\r\n\r\nx\r\n", made)
    except OSError as error:
        raise _wrong(f"DKIM 私钥文件 {dkim.key} 读不出（{error.strerror}）") from error
    except SignatureError as error:
        raise _wrong(f"DKIM 私钥文件 {dkim.key} 不是 RSA 私钥（PEM）") from error
    return made


def _wrong(detail: str) -> HubError:
    return HubError(ErrorCode.SETTINGS, detail=detail)
