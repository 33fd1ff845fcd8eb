"""A small identity provider on real HTTP with a key of its own. What a test changes is what an attacker would."""

import secrets
import time
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from webauthn.helpers import bytes_to_base64url

CLIENT, SECRET = "gongbu", "client secret: ü&%"


@dataclass
class IdentityProvider:
    """Signs in whom it is told to, and remembers codes as a real one does."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    published: RSAKey | None = None  #: another key than the one that signs
    alg: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)  #: over the right ones; None takes one away
    document: dict[str, Any] = field(default_factory=dict)  #: over the right discovery document
    answer: Callable[[web.Request], web.StreamResponse] | None = None  #: instead of any right answer
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def visit(self, address: str) -> dict[str, str]:
        """What a browser is sent back with after the person has signed in there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    async def discovery(self, request: web.Request) -> web.StreamResponse:
        if self.answer:
            return self.answer(request)
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.document,
            }
        )

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        asked = self.codes.pop(form["code"], None)
        proof = bytes_to_base64url(sha256(form["code_verifier"].encode()).digest())
        if asked is None or asked["code_challenge"] != proof or asked["redirect_uri"] != form["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if not self._knows(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"id_token": self.signed(asked["nonce"]), "access_token": "x", "token_type": "Bearer"})

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "preferred_username": "wang.fang",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.alg == "none":
            body = jwt.encode({"alg": "RS256"}, claims, self.key).split(".")[1]
            return bytes_to_base64url(b'{"alg":"none"}') + f".{body}."
        key = OctKey.import_key(SECRET) if self.alg.startswith("HS") else self.key
        return jwt.encode({"alg": self.alg, "kid": "1"}, claims, key, algorithms=[self.alg])

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [(self.published or self.key).as_dict(private=False)]})

    def _knows(self, request: web.Request, form: dict[str, str]) -> bool:
        given = request.headers.get("Authorization")
        if given is None:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        return b64decode(given.removeprefix("Basic ")).decode() == "gongbu:client%20secret%3A%20%C3%BC%26%25"


@asynccontextmanager
async def running() -> AsyncIterator[IdentityProvider]:
    provider = IdentityProvider()
    application = web.Application()
    application.router.add_get("/.well-known/openid-configuration", provider.discovery)
    application.router.add_post("/token", provider.token)
    application.router.add_get("/keys", provider.keys)
    async with TestServer(application, host="127.0.0.1") as server:
        provider.issuer = f"http://127.0.0.1:{server.port}"
        yield provider
