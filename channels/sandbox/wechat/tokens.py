"""Access tokens: two families that know nothing of each other, as on the platform. Tokens die with the process."""

import secrets
import time
from dataclasses import dataclass, field

from channels.sandbox.wechat.options import Options
from channels.sandbox.wechat.replies import Refusal

GRACE_SECONDS = 300
FORCE_PAUSE_SECONDS = 30
FORCES_PER_DAY = 20


@dataclass
class Family:
    """One family: the live token, and the one before it with what is left of its grace."""

    token: str = ""
    until: float = 0.0
    old: str = ""
    old_until: float = 0.0

    def renew(self, seconds: float, grace_seconds: float) -> None:
        now = time.time()
        self.old, self.old_until = self.token, min(self.until, now + grace_seconds)
        self.token, self.until = secrets.token_urlsafe(96), now + seconds

    def knows(self, token: str) -> bool:
        now = time.time()
        live = token == self.token and now < self.until
        return live or (token == self.old and now < self.old_until)


@dataclass
class Tokens:
    """Both families, and what the account may ask of them."""

    options: Options
    plain: Family = field(default_factory=Family)
    stable: Family = field(default_factory=Family)
    forced: list[float] = field(default_factory=list)

    def fetch_plain(self) -> dict[str, object]:
        """`/cgi-bin/token`: each call replaces the last token, which works for five minutes more."""
        self.plain.renew(self.options.token_seconds, GRACE_SECONDS)
        return {"access_token": self.plain.token, "expires_in": self.options.token_seconds}

    def fetch_stable(self, *, force: bool) -> dict[str, object]:
        """`/cgi-bin/stable_token`: the same token until it runs out, unless a new one is forced."""
        now = time.time()
        if force:
            self._count_force(now)
        if force or now >= self.stable.until:
            self.stable.renew(self.options.token_seconds, 0)
        return {"access_token": self.stable.token, "expires_in": max(1, int(self.stable.until - now))}

    def admit(self, app_id: object, secret: object, address: str) -> None:
        """Check who asks for a token. Raises Refusal(40013, 40125 or 40164)."""
        if app_id != self.options.app_id:
            raise Refusal(40013, "invalid appid")
        if secret != self.options.secret:
            raise Refusal(40125, "invalid appsecret")
        allowed = self.options.allowed_addresses
        if allowed is not None and address not in allowed:
            raise Refusal(40164, f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist")

    def check(self, token: str) -> None:
        """Raise Refusal(41001 or 40001) unless the token is one of ours and alive."""
        if not token:
            raise Refusal(41001, "access_token missing")
        if not (self.plain.knows(token) or self.stable.knows(token)):
            raise Refusal(40001, "invalid credential, access_token is invalid or not latest")

    def _count_force(self, now: float) -> None:
        self.forced = [at for at in self.forced if now - at < 86_400]  # noqa: PLR2004 - a day
        too_soon = self.forced and now - self.forced[-1] < FORCE_PAUSE_SECONDS
        if too_soon or len(self.forced) >= FORCES_PER_DAY:
            raise Refusal(45009, "reach max api daily quota limit")
        self.forced.append(now)
