"""What an operator may set for one official account. It never reads the environment: secrets arrive resolved."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from channels import contract

OFFICIAL_BASE = "https://api.weixin.qq.com"
#: Where the platform shows published articles.
OFFICIAL_PAGES = "mp.weixin.qq.com"

Delay = Annotated[float, Field(gt=0, le=86_400)]


class WeChatSettings(contract.ChannelSettings):
    """One `[[channels]]` table of kind `wechat`. Delays are seconds."""

    app_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    secret: SecretStr
    token: SecretStr = SecretStr("")  #: of the message push; empty: no callback is taken, publishing is polled
    aes_key: SecretStr = SecretStr("")  #: EncodingAESKey, 43 characters; when set, plain callbacks are refused
    api_base: Annotated[str, Field(max_length=200, pattern=r"^https?://[^/?#@\s]+$")] = OFFICIAL_BASE
    #: The page says 16, many accounts were refused at seven or eight Chinese characters (45110).
    author: Annotated[str, Field(max_length=8)] = ""
    way: Literal["freepublish"] = "freepublish"  #: a permanent page without a push to followers
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 20.0
    #: `freepublish/get` has 100 calls a day by default: the event comes first, polls are sparse.
    poll_seconds: Annotated[tuple[Delay, ...], Field(min_length=1, max_length=20)] = (30.0, 120.0, 600.0, 1800.0)
    page_seconds: Delay = 5.0  #: between two fetches of a public page that is not there yet
    rescan_seconds: Delay = 30.0  #: between the two scans of the draft box that find nothing, before it is added again
    look_seconds: Delay = 120.0  #: between two questions about a submission whose outcome is unknown
    settle_seconds: Delay = 600.0  #: a draft still in the box after this long was never submitted

    @field_validator("aes_key")
    @classmethod
    def _has_the_length_of_the_console(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) not in {0, 43}:
            raise ValueError("应为 43 位")
        return value

    @property
    def page_hosts(self) -> frozenset[str]:
        """Where a public page may be fetched from: the platform, and a sandbox when the account lives in one."""
        own = () if self.api_base == OFFICIAL_BASE else (urlsplit(self.api_base).netloc,)
        return frozenset({OFFICIAL_PAGES, *own})
