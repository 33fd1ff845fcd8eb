"""Passwords: the rule that a new one must meet, and argon2id, done by few at once because each takes 64 MiB.

The rule follows NIST SP 800-63B: length and a list of obvious ones instead of kinds of characters. Where an assessment
under GB/T 22239 (等级保护) asks for "复杂度要求", the setting `mixed_passwords` adds it.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.errors import ErrorCode, HubError
from schemas.person import Person

T = TypeVar("T")

SHORTEST = 12
LONGEST = 200
#: Of lower case, upper case, digits and signs, where the setting asks for it.
KINDS = 3
#: RFC 9106's second recommended option: 64 MiB, three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
#: Two at once, however many knock: 128 MiB at most, and the others wait for their turn.
_ROOM = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
#: What people choose when they are told to make it longer; compared without case, digits and signs at the end.
OBVIOUS = frozenset(
    {
        "password",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "passwordpassword",
        "administrator",
        "qwertyuiop",
        "qwertyuiopas",
        "1qaz2wsx3edc",
        "1q2w3e4r5t6y",
        "qazwsxedcrfv",
        "zaq12wsxcde3",
        "asdfghjkl",
        "iloveyou",
        "woaini",
        "woaini1314",
        "welcome",
        "letmein",
        "changeme",
        "tianjin",
        "tianjinshi",
        "guihua",
        "guihuaju",
        "ziranziyuan",
        "guihuaheziranziyuanju",
        "gongbu",
        "zhengwu",
        "zhengfu",
        "test",
    }
)
_TOO_ALIKE = 4


async def hashed(password: str, *, person: Person, mixed: bool) -> str:
    """Return the argon2id hash of a new password. Raises HubError(INVALID) that says what is wrong with it."""
    if why := fault(password, person=person, mixed=mixed):
        raise HubError(ErrorCode.INVALID, detail=f"密码{why}", fields={"password": why})
    return await _in_room(lambda: _HASHER.hash(_bytes(password)))


async def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Takes as long where nothing is stored."""
    return await _in_room(lambda: _matches(stored or _decoy(), password)) and stored is not None


async def renewed(stored: str, password: str) -> str | None:
    """The hash of the same password under today's parameters, if it was made under others."""
    return await _in_room(lambda: _HASHER.hash(_bytes(password))) if _HASHER.check_needs_rehash(stored) else None


def fault(password: str, *, person: Person, mixed: bool) -> str | None:
    """What is wrong with a new password, or None. Pure."""
    plain = normal(password).casefold()
    if len(password) < SHORTEST:
        return f"过短，至少 {SHORTEST} 位"
    if len(password) > LONGEST:
        return f"过长，至多 {LONGEST} 位"
    if len(set(plain)) < _TOO_ALIKE or _is_run(plain):
        return "过于简单，不能是重复或连续的字符"
    if _bare(plain) in OBVIOUS or plain in OBVIOUS or _bare(plain) in {person.login, person.name.casefold()}:
        return "容易被猜到，不能用账号名、姓名或常见密码"
    if mixed and _kinds(password) < KINDS:
        return f"须含大写字母、小写字母、数字、符号中的 {KINDS} 类"
    return None


def normal(password: str) -> str:
    """The same password typed on another keyboard (SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return normal(password).encode(errors="surrogatepass")


def _bare(plain: str) -> str:
    """Without the digits and signs that are put around a word to make it longer."""
    return plain.strip("0123456789!@#$%^&*()-_=+.,;:?/\\|~` ")


def _is_run(plain: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return len(steps) == 1


def _kinds(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
    return sum(any(kind(sign) for sign in password) for kind in kinds)


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


async def _in_room(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_ROOM, work)


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_hex())
