"""The keys of a `[[channels]]` table of kind `webhook`. They never hold a secret in the clear."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from yarl import URL

from channels import contract
from channels.webhook import signature

HOST = r"^[a-z0-9.-]{1,253}$"


def _address(value: str) -> str:
    try:
        url = URL(value)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host or url.fragment or url.user is not None:
        raise PydanticCustomError("address", "应为 http(s) 网址，不带账号和 #")
    return value


class WebhookSettings(contract.ChannelSettings):
    """Where the partner listens, and how it knows that it is us."""

    kind: Literal["webhook"] = "webhook"
    #: Where the partner's system takes messages (POST).
    url: Annotated[str, AfterValidator(_address)]
    #: Secrets as `env:NAME` or `file:PATH`, each `whsec_` and base64; all of them sign, so that one can be exchanged.
    secrets: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=4)]
    #: Where the partner says what became of a message (GET with `?id=`). Without it, only its answers are known.
    status_url: Annotated[str, AfterValidator(lambda value: _address(value) if value else "")] = ""
    #: The hosts on which the partner's public pages may stand. Empty: the host of `url`.
    page_hosts: tuple[Annotated[str, Field(pattern=HOST)], ...] = ()
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10.0  #: one request
    look_seconds: Annotated[float, Field(gt=0, le=3600)] = 5.0  #: between looks, before the hub makes them rarer
    #: Before a message that got no answer is sent again under the same id; doubles up to an hour.
    retry_seconds: Annotated[float, Field(ge=0, le=3600)] = 5.0

    @field_validator("authoritative")
    @classmethod
    def _never_official(cls, value: bool) -> bool:  # noqa: FBT001 - pydantic's way
        if value:
            raise PydanticCustomError("authoritative", "合作方的网页不产生正式发布时间，不能设为权威渠道")
        return value

    @field_validator("secrets", mode="after")
    @classmethod
    def _readable(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for one in value:
            try:
                signature.key(one.get_secret_value())
            except ValueError:
                raise PydanticCustomError("secret", "应为 whsec_ 加 24 至 64 字节的 Base64") from None
        return value

    @property
    def keys(self) -> list[bytes]:
        return [signature.key(one.get_secret_value()) for one in self.secrets]

    @property
    def hosts(self) -> frozenset[str]:
        """Where its pages may stand."""
        return frozenset(self.page_hosts) or frozenset({URL(self.url).host or ""})

    def status(self, identity: str) -> str:
        """The address at which the partner tells what became of a message; empty where it has none."""
        return str(URL(self.status_url).update_query(id=identity)) if self.status_url else ""
