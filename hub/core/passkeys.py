"""What WebAuthn asks and answers: options as JSON for a browser, and the verification of what comes back. Pure."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers import structs as parts
from webauthn.helpers.exceptions import WebAuthnException

from schemas.passkey import Passkey
from schemas.person import Person

T = TypeVar("T")

_TIMEOUT_MS = 120_000
#: A part of the library's words → what is told to the person.
REFUSALS = {
    "sign count": "设备的使用计数倒退，它可能被复制过；请停用该通行密钥并告知管理员",
    "origin": "网址与系统设置的工作端网址不符",
    "RP ID": "它登记在另一个网站",
    "challenge": "请求已过期或已经用过",
    "verification": "设备没有核实使用人",
    "signature": "签名不正确",
}
OTHERWISE = "回答与请求不符"
UNREADABLE = "回答的格式不正确"


class RefusedError(Exception):
    """An answer that does not pass: why in Chinese, and in the library's words for the log."""

    def __init__(self, words: str, why: str) -> None:
        self.why = why
        super().__init__(words)


@dataclass(frozen=True)
class Party:
    """The relying party: the console as browsers know it."""

    id: str
    origin: str
    name: str

    @property
    def is_possible(self) -> bool:
        """Whether browsers offer passkeys there: they want a name, and TLS unless it is this machine."""
        try:
            ipaddress.ip_address(self.id)
        except ValueError:
            return self.origin.startswith("https://") or self.id == "localhost"
        return False


@dataclass(frozen=True)
class Asked:
    """Options for the browser, and the challenge in them."""

    challenge: str
    options: str


def ask_new(party: Party, person: Person, known: Iterable[Passkey]) -> Asked:
    """Options for `navigator.credentials.create`; devices that the person has already say so."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person.id.encode(),
        user_name=person.login,
        user_display_name=person.name,
        timeout=_TIMEOUT_MS,
        exclude_credentials=_described(known),
        authenticator_selection=parts.AuthenticatorSelectionCriteria(
            resident_key=parts.ResidentKeyRequirement.PREFERRED,
            user_verification=parts.UserVerificationRequirement.PREFERRED,
        ),
    )
    return Asked(named(options.challenge), webauthn.options_to_json(options))


def ask(party: Party, known: Iterable[Passkey], *, alone: bool = False) -> Asked:
    """Options for `navigator.credentials.get`. `alone` wants the device to verify its user; nothing else will."""
    verification = parts.UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        timeout=_TIMEOUT_MS,
        allow_credentials=_described(known),
        user_verification=verification.REQUIRED if alone else verification.PREFERRED,
    )
    return Asked(named(options.challenge), webauthn.options_to_json(options))


def made(party: Party, answer: str, challenge: str) -> tuple[bytes, bytes, int, list[str]]:
    """Return the new passkey's id, public key, counter and ways to reach it. Raises RefusedError."""

    def check() -> tuple[bytes, bytes, int, list[str]]:
        new = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=bytes_of(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
        ways = parse_registration_credential_json(answer).response.transports or []
        return new.credential_id, new.credential_public_key, new.sign_count, sorted({way.value for way in ways})

    return _checked(check)


def read(answer: str) -> tuple[bytes, bytes | None]:
    """Return which passkey answers and whom it names. Nothing is verified yet. Raises RefusedError."""
    given = _checked(lambda: parse_authentication_credential_json(answer))
    return given.raw_id, given.response.user_handle


def used(party: Party, answer: str, challenge: str, known: Passkey, *, alone: bool) -> int:
    """Verify an answer and return the passkey's new counter. Raises RefusedError."""
    return _checked(
        lambda: (
            webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=bytes_of(challenge),
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=known.public_key,
                credential_current_sign_count=known.sign_count,
                require_user_verification=alone,
            ).new_sign_count
        )
    )


def named(key: bytes) -> str:
    """An id or a challenge as base64url."""
    return bytes_to_base64url(key)


def bytes_of(told: str) -> bytes:
    """Base64url as bytes; nothing for what is none."""
    try:
        return base64url_to_bytes(told)
    except ValueError:
        return b""


def _described(known: Iterable[Passkey]) -> list[parts.PublicKeyCredentialDescriptor]:
    return [
        parts.PublicKeyCredentialDescriptor(
            id=one.id, transports=[parts.AuthenticatorTransport(way) for way in one.transports]
        )
        for one in known
    ]


def _checked(check: Callable[[], T]) -> T:
    """Run a check of the library over what a stranger sent. Whatever it raises is a refusal."""
    try:
        return check()
    except WebAuthnException as error:
        said = str(error)
        words = next((words for part, words in REFUSALS.items() if part in said), OTHERWISE)
        raise RefusedError(words, said[:200]) from None
    except Exception as error:  # noqa: BLE001 - parsers of three formats over hostile bytes raise anything
        raise RefusedError(UNREADABLE, type(error).__name__) from None
