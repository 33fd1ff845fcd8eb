"""Passwords: which ones are good enough, and what it costs to look at one."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from hub.app import House
from hub.commands import passwords, signing_in
from schemas.errors import HubError
from schemas.person import Duty, Person
from tests.commands.accounts import PASSWORD, WHERE, entered, hire, set_row

PERSON = Person(id="1", login="wang.fang", name="王芳芳芳芳芳芳芳芳芳芳芳芳", unit="", duties=frozenset({Duty.EDITOR}))


async def test_an_unknown_login_costs_the_same_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await hire(house)
    worked: list[str] = []

    def counting(stored: str, password: str) -> bool:
        worked.append(stored)
        return verify(stored, password)

    verify = passwords._matches
    monkeypatch.setattr(passwords, "_matches", counting)
    for login in ("nobody", "wang.fang"):
        with pytest.raises(HubError):
            await signing_in.sign_in(house.hub, login, "wrong password", **WHERE)
    assert ["$argon2id$v=19$m=65536,t=3,p=4$" in stored for stored in worked] == [True, True]


async def test_a_hash_of_other_parameters_is_renewed_at_sign_in(house: House) -> None:
    await hire(house)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await set_row(house, "UPDATE people SET password_hash = :weak", weak=weak)
    await entered(house)
    async with house.engine.connect() as connection:
        now: str = (await connection.execute(text("SELECT password_hash FROM people"))).scalar_one()
    assert "m=65536,t=3,p=4" in now
    await entered(house)


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("elevenchars", "过短"),
        ("x" * 201, "过长"),
        ("aaaaaaaaaaaab", "过于简单"),
        ("abcdefghijklmno", "过于简单"),
        ("9876543210987"[:10] + "/.", "过于简单"),
        ("Administrator123!", "容易被猜到"),
        ("P@ssw0rd12345", "容易被猜到"),
        ("1qaz2wsx3edc", "容易被猜到"),
        ("wang.fang2026!", "容易被猜到"),
        (PERSON.name, "过于简单"),
    ],
)
def test_weak_passwords(password: str, part: str) -> None:
    assert part in (passwords.fault(password, person=PERSON, mixed=False) or "")


def test_strong_passwords_and_kinds_where_they_are_demanded() -> None:
    assert passwords.fault(PASSWORD, person=PERSON, mixed=False) is None
    assert passwords.fault("规划和自然资源工作手册密码", person=PERSON, mixed=False) is None
    assert "3 类" in (passwords.fault(PASSWORD, person=PERSON, mixed=True) or "")
    assert passwords.fault("Correct horse 1", person=PERSON, mixed=True) is None
    assert passwords.normal("ｐａｓｓ") == "pass"
