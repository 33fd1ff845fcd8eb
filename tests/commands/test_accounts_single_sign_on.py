"""Single sign-on against a provider on real HTTP: who gets in, and everybody who must not."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlalchemy import text

from hub import oidc
from hub.app import House
from hub.commands import people, single_sign_on
from hub.commands.act import Hub
from hub.commands.signing_in import Entered
from hub.provider import Provider
from schemas.errors import ErrorCode, HubError
from schemas.session import How
from tests.commands import provider as providers
from tests.commands.accounts import WHERE, hire
from tests.commands.provider import CLIENT, SECRET, IdentityProvider

pytestmark = pytest.mark.usefixtures("quick_hashes")


@dataclass
class Scene:
    hub: Hub
    idp: IdentityProvider

    async def enter(self, **query: str) -> Entered:
        ticket, to = await single_sign_on.begin(self.hub)
        back = self.idp.visit(to) | query
        return await single_sign_on.finish(self.hub, ticket, back, **WHERE)

    async def refused(self, **query: str) -> HubError:
        with pytest.raises(HubError) as error:
            await self.enter(**query)
        return error.value


@pytest.fixture
async def scene(house: House) -> AsyncIterator[Scene]:
    async with providers.running() as idp:
        provider = Provider(
            issuer=idp.issuer,
            client_id=CLIENT,
            client_secret=SecretStr(SECRET),
            label="统一身份认证",
            claim="preferred_username",
            scopes="openid profile",
        )
        yield Scene(replace(house.hub, trust=replace(house.hub.trust, provider=provider)), idp)


async def test_somebody_with_an_account_enters_and_is_bound(house: House, scene: Scene) -> None:
    person = await hire(house)
    inside = await scene.enter()
    assert (inside.person, inside.session.how) == (person, How.SINGLE_SIGN_ON)
    # Renamed at the provider, the same person comes back to the same account.
    scene.idp.claims = {"preferred_username": "wang.li"}
    assert (await scene.enter()).person == person
    query = text("SELECT count(*) FROM log_entries WHERE convert_from(body, 'UTF8') LIKE '%single sign-on bound%'")
    async with house.engine.connect() as connection:
        assert (await connection.execute(query)).scalar_one() == 1


async def test_the_address_asks_for_what_must_be_asked(scene: Scene) -> None:
    _, to = await single_sign_on.begin(scene.hub)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}
    assert to.startswith(scene.idp.issuer + "/authorize?")
    assert asked["redirect_uri"] == scene.hub.trust.staff_url + "/login/callback"
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


async def test_a_name_given_to_somebody_else_does_not_give_the_account_away(house: House, scene: Scene) -> None:
    person = await hire(house)
    await scene.enter()
    scene.idp.claims = {"sub": "subject-2"}
    assert "绑定" in (await scene.refused()).message
    await single_sign_on.unbind(house.hub, people.OPERATOR, "wang.fang")
    assert (await scene.enter()).person == person
    with pytest.raises(HubError) as error:
        await single_sign_on.unbind(house.hub, person, "wang.fang")
    assert error.value.code is ErrorCode.FORBIDDEN


async def test_nobody_gets_an_account_by_it_and_a_disabled_one_stays_so(house: House, scene: Scene) -> None:
    assert "管理员开通" in (await scene.refused()).message
    await hire(house)
    await people.disable(house.hub, people.OPERATOR, "wang.fang")
    assert "停用" in (await scene.refused()).message
    await people.enable(house.hub, people.OPERATOR, "wang.fang")
    await scene.enter()
    await people.disable(house.hub, people.OPERATOR, "wang.fang")
    assert "停用" in (await scene.refused()).message


NOW = int(time.time())
FALSE_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"aud": "other"},
    {"aud": [CLIENT, "other"]},
    {"aud": [CLIENT], "azp": "other"},
    {"exp": NOW - 120},
    {"iat": NOW + 3600},
    {"nonce": "other"},
    {"nonce": None},
    {"sub": None},
    {"exp": None},
    {"preferred_username": None},
    {"preferred_username": 7},
    {"preferred_username": "\x00' OR 1=1"},
]


async def test_a_token_that_is_not_for_us_now(house: House, scene: Scene) -> None:
    await hire(house)
    for claims in FALSE_CLAIMS:
        scene.idp.claims = claims
        assert (await scene.refused()).code is ErrorCode.SINGLE_SIGN_ON, claims
    scene.idp.claims = {}
    await scene.enter()


async def test_signatures_that_prove_nothing(house: House, scene: Scene) -> None:
    await hire(house)
    for alg in ("none", "HS256", "RS512"):
        scene.idp.alg = alg
        assert "没有通过验证" in (await scene.refused()).message, alg
    scene.idp.alg = "RS256"
    scene.idp.published = RSAKey.generate_key(2048, {"kid": "1"})
    assert "没有通过验证" in (await scene.refused()).message
    scene.idp.published = None
    await scene.enter()


async def test_two_audiences_with_us_as_the_party_and_a_posted_secret_are_fine(house: House, scene: Scene) -> None:
    await hire(house)
    scene.idp.alg = "PS256"
    scene.idp.claims = {"aud": [CLIENT, "other"], "azp": CLIENT}
    scene.idp.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await scene.enter()


async def test_the_way_back_belongs_to_the_browser_that_set_out_and_is_gone_once(house: House, scene: Scene) -> None:
    await hire(house)
    victim, _ = await single_sign_on.begin(scene.hub)
    mine, to = await single_sign_on.begin(scene.hub)
    back = scene.idp.visit(to)
    for ticket in (victim, "", "\ud800"):
        with pytest.raises(HubError) as error:
            await single_sign_on.finish(scene.hub, ticket, back, **WHERE)
        assert error.value.code is ErrorCode.SIGN_IN_AGAIN
    await single_sign_on.finish(scene.hub, mine, back, **WHERE)
    with pytest.raises(HubError) as error:
        await single_sign_on.finish(scene.hub, mine, back, **WHERE)
    assert error.value.code is ErrorCode.SIGN_IN_AGAIN


BACK = [
    ({"state": "x"}, "从头登录"),
    ({"state": "\ud800"}, "从头登录"),
    ({"iss": "https://evil.example"}, "另一个身份提供方"),
    ({"error": "access_denied"}, "取消"),
    ({"error": "server_error"}, "没有同意"),
    ({"code": ""}, "授权码"),
    ({"code": "made up"}, "400"),
]


async def test_what_comes_back_is_believed_no_further(house: House, scene: Scene) -> None:
    await hire(house)
    for query, part in BACK:
        assert part in (await scene.refused(**query)).message


def too_much(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b" " * (oidc.MAX_BYTES + 1))


def no_json(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>")


def deep(_: web.Request) -> web.StreamResponse:
    return web.Response(text="[" * 100_000)


def elsewhere(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/")


async def test_a_provider_that_talks_rubbish(scene: Scene) -> None:
    for answer in (too_much, no_json, deep, elsewhere):
        scene.idp.answer = answer
        assert (await scene.refused()).code is ErrorCode.SINGLE_SIGN_ON, answer


DOCUMENTS: list[dict[str, Any]] = [
    {"issuer": "https://evil.example"},
    {"token_endpoint": "http://evil.example/token"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": None},
    {"jwks_uri": ["https://evil.example"]},
]


async def test_a_discovery_document_that_leads_elsewhere(scene: Scene) -> None:
    for document in DOCUMENTS:
        scene.idp.document = document
        assert (await scene.refused()).code is ErrorCode.SINGLE_SIGN_ON, document


async def test_a_provider_that_is_away_and_one_that_is_not_set_up(house: House, scene: Scene) -> None:
    provider = scene.hub.trust.provider
    assert provider is not None
    away = replace(scene.hub.trust, provider=replace(provider, issuer="http://127.0.0.1:1"))
    for hub, part in ((replace(scene.hub, trust=away), "没有应答"), (house.hub, "没有启用")):
        with pytest.raises(HubError) as error:
            await single_sign_on.begin(hub)
        assert part in error.value.message
