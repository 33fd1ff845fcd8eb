"""What an operator may set for one official account. It never reads the environment: secrets arrive resolved."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from channels import contract

OFFICIAL_BASE = "https://api.weixin.qq.com"
#: Where the platform shows published articles.
OFFICIAL_PAGES = "mp.weixin.qq.com"

Delay = Annotated[float, Field(gt=0, le=86_400)]
Pause = Annotated[float, Field(gt=0, le=31_536_000)]


class WeChatSettings(contract.ChannelSettings):
    """One `[[channels]]` table of kind `wechat`. Delays are seconds."""

    app_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    secret: SecretStr
    token: SecretStr = SecretStr("")  #: of the message push; empty: no callback is taken, publishing is polled
    aes_key: SecretStr = SecretStr("")  #: EncodingAESKey, 43 characters; when set, plain callbacks are refused
    api_base: Annotated[str, Field(max_length=200, pattern=r"^https?://[^/?#@\s]+$")] = OFFICIAL_BASE
    #: What the account is (订阅号, 服务号): the one may send to all followers once a day, the other four times a month.
    account: Literal["subscription", "service"] = "subscription"
    #: The page says 16, many accounts were refused at seven or eight Chinese characters (45110).
    author: Annotated[str, Field(max_length=8)] = ""
    #: The usual way, which the publisher may change for each release: a permanent page without a push to followers, or
    #: a mass send to all of them, which is offered only where callbacks are taken (`token`).
    way: Literal["freepublish", "mass"] = "freepublish"
    #: Stop a mass send that the platform takes for a reprint of somebody else's original, instead of sending it as one.
    stop_reprint: bool = True
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 20.0
    #: `freepublish/get` has 100 calls a day by default: the event comes first, polls are sparse.
    poll_seconds: Annotated[tuple[Delay, ...], Field(min_length=1, max_length=20)] = (30.0, 120.0, 600.0, 1800.0)
    page_seconds: Delay = 5.0  #: between two fetches of a public page that is not there yet
    rescan_seconds: Delay = 30.0  #: between the two scans of the draft box that find nothing, before it is added again
    look_seconds: Delay = 120.0  #: between two questions about a submission whose outcome is unknown
    settle_seconds: Delay = 600.0  #: a draft still in the box after this long was never submitted
    again_seconds: Delay = 60.0  #: before a mass send without an answer is asked for again by the same `clientmsgid`
    confirm_seconds: Delay = 2_100.0  #: how long the administrator may take to confirm a mass send (30 minutes there)
    #: From a sighting to the first look whether it is still there, and on; the last one repeats for ever.
    watch_seconds: Annotated[tuple[Pause, ...], Field(min_length=1, max_length=20)] = (
        3_600.0,
        86_400.0,
        604_800.0,
        2_592_000.0,
        7_776_000.0,
    )

    @field_validator("aes_key")
    @classmethod
    def _has_the_length_of_the_console(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) not in {0, 43}:
            raise ValueError("应为 43 位")
        return value

    @model_validator(mode="after")
    def _can_hear_of_a_mass_send(self) -> Self:
        if self.way == "mass" and not self.token.get_secret_value():
            raise ValueError("群发的文章网址只由回调告知：way 为 mass 时须填写 token，并在公众平台启用消息推送")
        return self

    @property
    def page_hosts(self) -> frozenset[str]:
        """Where a public page may be fetched from: the platform, and a sandbox when the account lives in one."""
        own = () if self.api_base == OFFICIAL_BASE else (urlsplit(self.api_base).netloc,)
        return frozenset({OFFICIAL_PAGES, *own})
