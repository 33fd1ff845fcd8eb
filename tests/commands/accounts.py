"""What the tests of accounts share: somebody with a password, and the shortest way in."""

from sqlalchemy import text

from hub.app import House
from hub.commands import people, signing_in
from hub.commands.signing_in import Entered, Halfway
from schemas.person import Duty, Person

PASSWORD = "correct horse battery"
WHERE = {"address": "192.0.2.1", "agent": "Chromium"}


async def hire(house: House, login: str = "wang.fang", **changes: object) -> Person:
    values: dict[str, object] = {
        "login": login,
        "name": "王芳",
        "unit": "办公室",
        "duties": [Duty.EDITOR],
        "password": PASSWORD,
        "must_change": False,
    }
    return await people.add(house.hub, people.OPERATOR, **(values | changes))  # type: ignore[arg-type]


async def entered(house: House, login: str = "wang.fang", password: str = PASSWORD) -> Entered:
    outcome = await signing_in.sign_in(house.hub, login, password, **WHERE)
    assert isinstance(outcome, Entered)
    return outcome


async def halfway(house: House, login: str = "wang.fang") -> Halfway:
    outcome = await signing_in.sign_in(house.hub, login, PASSWORD, **WHERE)
    assert isinstance(outcome, Halfway)
    return outcome


async def set_row(house: House, statement: str, **values: str) -> None:
    """Let time pass, by writing into the store."""
    async with house.engine.begin() as connection:
        await connection.execute(text(statement), values)
