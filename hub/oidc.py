"""The bureau's identity provider, spoken to (OpenID Connect Core 1.0, authorization code flow with PKCE).

What it answers is bounded in size and time and believed only as far as its signature reaches.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from hub.provider import LOOPBACK, Provider
from schemas.release import Frozen

#: Signatures of a private key alone: with HS256 whoever knows our secret could write tokens, with "none" anybody.
ALGORITHMS = ("RS256", "PS256", "ES256")
MAX_BYTES = 262_144
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
#: Clocks of two servers.
LEEWAY_SECONDS = 60


class ProviderError(Exception):
    """The provider did not answer, or not as it must. Says why in Chinese, without a token or a secret."""


class Endpoints(Frozen):
    """What is used of the discovery document."""

    authorization: str
    token: str
    keys: str
    posts_secret: bool  #: the secret travels in the form, because the provider takes no Basic authentication


async def discover(provider: Provider) -> Endpoints:
    """Read where the provider's endpoints are. Raises ProviderError."""
    async with _session() as http:
        found = await _get(http, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise ProviderError("身份提供方自报的 issuer 与设置不符")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Endpoints(
        authorization=_address(provider, found, "authorization_endpoint"),
        token=_address(provider, found, "token_endpoint"),
        keys=_address(provider, found, "jwks_uri"),
        posts_secret="client_secret_basic" not in methods,
    )


def authorization(
    provider: Provider, endpoints: Endpoints, *, redirect: str, state: str, nonce: str, verifier: str
) -> str:
    """Where to send the browser."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect,
        "scope": provider.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return endpoints.authorization + ("&" if "?" in endpoints.authorization else "?") + urlencode(asked)


async def redeem(
    provider: Provider, endpoints: Endpoints, *, code: str, redirect: str, verifier: str, nonce: str, now: int
) -> dict[str, Any]:
    """Exchange the code for an ID token and return its claims, verified. Raises ProviderError."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    headers = {"Accept": "application/json"}
    secret = provider.client_secret.get_secret_value()
    if endpoints.posts_secret:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    else:
        # RFC 6749, section 2.3.1: both are form-encoded first.
        headers["Authorization"] = aiohttp.encode_basic_auth(quote(provider.client_id, ""), quote(secret, ""))
    async with _session() as http:
        answered = await _ask(http, "POST", endpoints.token, data=form, headers=headers)
        keys = await _get(http, endpoints.keys)
    return _claims(provider, answered.get("id_token"), keys, nonce=nonce, now=now)


def _claims(provider: Provider, token: object, keys: Mapping[str, Any], *, nonce: str, now: int) -> dict[str, Any]:
    if not isinstance(token, str):
        raise ProviderError("身份提供方没有给出身份令牌")
    try:
        claims = jwt.decode(token, _keys(keys), algorithms=list(ALGORITHMS)).claims
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            sub={"essential": True},
            aud={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except ExpiredTokenError:
        raise ProviderError("身份令牌已过期，请核对两台服务器的时钟") from None
    except (JoseError, ValueError, KeyError, TypeError):
        raise ProviderError("身份令牌没有通过验证") from None
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    party = claims.get("azp", provider.client_id if len(audience) == 1 else None)
    if provider.client_id not in audience or party != provider.client_id:
        raise ProviderError("身份令牌不是发给本系统的")
    return dict(claims)


def _keys(told: Mapping[str, Any]) -> KeySet:
    """The provider's public keys; a symmetric one among them is nobody's proof."""
    listed = told["keys"]
    return KeySet.import_key_set({"keys": [key for key in listed if key.get("kty") in {"RSA", "EC"}]})


def _address(provider: Provider, found: Mapping[str, Any], name: str) -> str:
    address = str(found.get(name, ""))
    parts = urlsplit(address)
    local = urlsplit(provider.issuer).hostname in LOOPBACK and parts.hostname in LOOPBACK
    if not parts.hostname or (parts.scheme != "https" and not local):
        raise ProviderError(f"身份提供方的 {name} 不是 https 网址")
    return address


def _session() -> aiohttp.ClientSession:
    # Proxies of the environment must not see codes and tokens.
    return aiohttp.ClientSession(timeout=TIMEOUT, trust_env=False)


async def _get(http: aiohttp.ClientSession, address: str) -> dict[str, Any]:
    return await _ask(http, "GET", address, headers={"Accept": "application/json"})


async def _ask(http: aiohttp.ClientSession, method: str, address: str, **more: Any) -> dict[str, Any]:
    try:
        async with http.request(method, address, allow_redirects=False, **more) as response:
            body = await response.content.read(MAX_BYTES + 1)
            while len(body) <= MAX_BYTES and (chunk := await response.content.read(MAX_BYTES + 1)):
                body += chunk
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise ProviderError("身份提供方没有应答") from None
    if len(body) > MAX_BYTES:
        raise ProviderError("身份提供方的应答过大")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status != 200 or not isinstance(answer, dict):  # noqa: PLR2004 - OK
        raise ProviderError(f"身份提供方没有按约定应答（状态 {status}）")
    return answer
