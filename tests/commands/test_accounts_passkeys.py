"""Passkeys: real ceremonies with an authenticator in software, and everything that must not pass."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from hub.app import House
from hub.commands import passkeys, second_factors
from hub.commands.signing_in import Way
from hub.core import passkeys as rules
from hub.core import recovery
from hub.store import sessions as stored
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.session import How
from tests.commands.accounts import WHERE, entered, halfway, hire, set_row
from tests.commands.authenticator import Authenticator

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def with_passkey(house: House, login: str = "wang.fang") -> tuple[Person, Authenticator]:
    person = await hire(house, login)
    begun = await entered(house, login)
    device = Authenticator(house.hub.trust.origin)
    ticket, options = await passkeys.begin_registration(house.hub, begun.session, person)
    answer = device.register(options)
    changed = await passkeys.finish_registration(house.hub, begun.session, person, ticket, answer, "  办公室 电脑 ")
    assert len(changed.codes) == recovery.HOW_MANY
    async with house.engine.connect() as connection:
        assert await stored.find(connection, begun.token) is None, "a rise of trust changes the token"
        assert await stored.find(connection, changed.token) is not None
    return person, device


async def refused(house: House, ticket: str, answer: str) -> HubError:
    with pytest.raises(HubError) as error:
        await passkeys.sign_in(house.hub, ticket, answer, **WHERE)
    return error.value


async def test_a_passkey_signs_in_alone(house: House) -> None:
    person, device = await with_passkey(house)
    ticket, options = await passkeys.sign_in_options(house.hub)
    asked = json.loads(options)
    assert (asked["rpId"], asked["userVerification"], asked["allowCredentials"]) == ("localhost", "required", [])
    inside = await passkeys.sign_in(house.hub, ticket, device.sign(options), **WHERE)
    assert (inside.person, inside.session.how, inside.session.has_factor) == (person, How.PASSKEY, True)
    mine = (await second_factors.owned(house.hub, person)).passkeys[0]
    assert (mine.name, mine.sign_count, mine.transports) == ("办公室 电脑", 1, ("hybrid", "internal"))
    assert mine.used_at is not None


async def test_a_passkey_is_the_second_step_after_a_password(house: House) -> None:
    person, device = await with_passkey(house)
    half = await halfway(house)
    assert half.ways == {Way.PASSKEY, Way.RECOVERY}
    options = await passkeys.second_options(house.hub, half.ticket)
    assert len(json.loads(options)["allowCredentials"]) == 1
    # After a password it is enough that the device is there.
    device.verifies = False
    answer = device.sign(options, names_user=False)
    inside = await passkeys.enter_second(house.hub, half.ticket, answer, **WHERE)
    assert (inside.person, inside.session.how) == (person, How.PASSWORD_PASSKEY)
    with pytest.raises(HubError) as error:
        await passkeys.enter_second(house.hub, half.ticket, answer, **WHERE)
    assert error.value.code is ErrorCode.SIGN_IN_AGAIN


async def test_a_failed_second_step_needs_another_challenge(house: House) -> None:
    _, device = await with_passkey(house)
    half = await halfway(house)
    options = await passkeys.second_options(house.hub, half.ticket)
    for answer in ("{}", device.sign(options)):
        with pytest.raises(HubError) as error:
            await passkeys.enter_second(house.hub, half.ticket, answer, **WHERE)
        assert error.value.code is ErrorCode.PASSKEY
    again = await passkeys.second_options(house.hub, half.ticket)
    await passkeys.enter_second(house.hub, half.ticket, device.sign(again), **WHERE)


def elsewhere(device: Authenticator) -> None:
    device.origin = "https://evil.example"


def other_site(device: Authenticator) -> None:
    device.rp_id = "evil.example"


def unverified(device: Authenticator) -> None:
    device.verifies = False


def cloned(device: Authenticator) -> None:
    device.count = 0


def forged(device: Authenticator) -> None:
    device.key = Authenticator("").key


def foreign(device: Authenticator) -> None:
    device.credential = b"x" * 32


def other_user(device: Authenticator) -> None:
    device.handle = b"somebody else"


CHANGES: list[tuple[Callable[[Authenticator], None], str]] = [
    (elsewhere, "网址"),
    (other_site, "另一个网站"),
    (unverified, "没有核实使用人"),
    (cloned, "复制"),
    (forged, "签名"),
    (foreign, "没有在本账号登记"),
    (other_user, "没有在本账号登记"),
]


async def test_what_must_not_sign_in(house: House) -> None:
    _, device = await with_passkey(house)
    for change, part in CHANGES:
        ticket, options = await passkeys.sign_in_options(house.hub)
        await passkeys.sign_in(house.hub, ticket, device.sign(options), **WHERE)
        changed = replace(device)
        change(changed)
        ticket, options = await passkeys.sign_in_options(house.hub)
        error = await refused(house, ticket, changed.sign(options))
        assert (error.code, part in error.message) == (ErrorCode.PASSKEY, True), error.message


async def test_a_challenge_is_answered_once_and_in_time(house: House) -> None:
    _, device = await with_passkey(house)
    ticket, options = await passkeys.sign_in_options(house.hub)
    answer = device.sign(options)
    await passkeys.sign_in(house.hub, ticket, answer, **WHERE)
    assert (await refused(house, ticket, answer)).code is ErrorCode.SIGN_IN_AGAIN
    later, _ = await passkeys.sign_in_options(house.hub)
    assert "已经用过" in (await refused(house, later, answer)).message, "the answer to another challenge"
    late, options = await passkeys.sign_in_options(house.hub)
    await set_row(house, "UPDATE ceremonies SET expires_at = clock_timestamp()")
    assert (await refused(house, late, device.sign(options))).code is ErrorCode.SIGN_IN_AGAIN


async def test_anothers_passkey_is_no_second_factor(house: House) -> None:
    await with_passkey(house)
    _, others = await with_passkey(house, "other")
    half = await halfway(house)
    options = await passkeys.second_options(house.hub, half.ticket)
    for device in (others, replace(others, handle=b"")):
        with pytest.raises(HubError) as error:
            await passkeys.enter_second(house.hub, half.ticket, device.sign(options, names_user=False), **WHERE)
        assert error.value.code is ErrorCode.PASSKEY
        options = await passkeys.second_options(house.hub, half.ticket)


async def test_registration_refuses_what_is_not_its_own(house: House) -> None:
    person, device = await with_passkey(house)
    other = await hire(house, "other")
    session = (await entered(house, "other")).session

    async def register(made: Authenticator, *, by: Person = other, twice: bool = False) -> ErrorCode:
        ticket, options = await passkeys.begin_registration(house.hub, session, other)
        if twice:
            _, options = await passkeys.begin_registration(house.hub, session, other)
        with pytest.raises(HubError) as error:
            await passkeys.finish_registration(house.hub, session, by, ticket, made.register(options), "")
        return error.value.code

    origin = house.hub.trust.origin
    assert await register(Authenticator("https://evil.example")) is ErrorCode.PASSKEY
    assert await register(Authenticator(origin, rp_id="evil.example")) is ErrorCode.PASSKEY
    assert await register(Authenticator(origin), twice=True) is ErrorCode.PASSKEY
    assert await register(Authenticator(origin), by=person) is ErrorCode.SIGN_IN_AGAIN
    assert await register(replace(device, count=0)) is ErrorCode.PASSKEY, "registered for somebody else already"
    assert (await second_factors.owned(house.hub, other)).passkeys == ()


RUBBISH = ["", "null", "[]", "{}", '{"id":1}', "{" * 5_000, '{"id":"x","rawId":"\ud800","type":"public-key"}', "\x00"]


async def test_rubbish_is_refused_in_words(house: House) -> None:
    for answer in RUBBISH:
        ticket, _ = await passkeys.sign_in_options(house.hub)
        assert (await refused(house, ticket, answer)).code is ErrorCode.PASSKEY, answer


async def test_bytes_that_are_changed_anywhere_do_not_pass(house: House) -> None:
    _, device = await with_passkey(house)
    _, options = await passkeys.sign_in_options(house.hub)
    good = json.loads(device.sign(options))
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        bad = deepcopy(good)
        value = bad["response"][name]
        bad["response"][name] = ("B" if value[0] != "B" else "C") + value[1:]
        ticket, _ = await passkeys.sign_in_options(house.hub)
        assert (await refused(house, ticket, json.dumps(bad))).code is ErrorCode.PASSKEY


async def test_a_removed_passkey_opens_nothing_and_proves_nothing(house: House) -> None:
    person, device = await with_passkey(house)
    ticket, options = await passkeys.sign_in_options(house.hub)
    inside = await passkeys.sign_in(house.hub, ticket, device.sign(options), **WHERE)
    ticket, options = await passkeys.prove_options(house.hub, person)
    token = await passkeys.prove(house.hub, inside.session, person, ticket, device.sign(options))
    async with house.engine.connect() as connection:
        found = await stored.find(connection, token)
    assert found is not None
    key = (await second_factors.owned(house.hub, person)).passkeys[0].id
    await passkeys.remove(house.hub, found[0], person, rules.named(key))
    assert await second_factors.owned(house.hub, person) == second_factors.Owned(totp=False, passkeys=(), codes_left=0)
    ticket, options = await passkeys.sign_in_options(house.hub)
    assert (await refused(house, ticket, device.sign(options))).code is ErrorCode.PASSKEY


async def test_only_so_many_ceremonies_without_a_name_are_kept(house: House) -> None:
    await set_row(
        house,
        "INSERT INTO ceremonies (digest, kind, data, expires_at) SELECT sha256(n::text::bytea), 'x', '{}', "
        "clock_timestamp() + interval '1 minute' FROM generate_series(1, 2000) n",
    )
    with pytest.raises(HubError) as error:
        await passkeys.sign_in_options(house.hub)
    assert error.value.code is ErrorCode.UNAVAILABLE


async def test_where_browsers_offer_passkeys(house: House) -> None:
    def possible(address: str) -> bool:
        return passkeys.possible(replace(house.hub, trust=replace(house.hub.trust, staff_url=address)))

    assert all(map(possible, ("http://localhost:8081", "https://gongbu.example.gov.cn")))
    assert not any(map(possible, ("http://gongbu.example.gov.cn", "https://10.1.2.3", "http://[::1]:8081")))
