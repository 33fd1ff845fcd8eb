"""The keys of a `[[channels]]` table of kind `disclosure`. They never hold a secret in the clear."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from yarl import URL

from channels import contract


def _base(value: str) -> str:
    url = URL(value)
    if url.scheme not in {"http", "https"} or not url.host or url.query_string or url.fragment:
        raise ValueError("应为不带查询参数的 http(s) 网址")
    return value.rstrip("/")


class DisclosureSettings(contract.ChannelSettings):
    """How to reach the platform, and as whom."""

    kind: Literal["disclosure"] = "disclosure"
    api_base: Annotated[str, AfterValidator(_base)]
    #: Where the public reads; the platform's answers may name no address outside it. Empty: the same as `api_base`.
    public_base: Annotated[str, AfterValidator(lambda value: _base(value) if value else "")] = ""
    key_id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,100}$")]
    secret: SecretStr = Field(min_length=8)
    #: The sub-column that takes the records (国办公开办函〔2019〕61号 names the four).
    column: Literal["guide", "rules", "statutory", "annual"] = "statutory"
    #: The id of the element that holds the text on the platform's public pages.
    body_id: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]{0,60}$")] = "article_content"
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10.0  #: one request, except an upload
    upload_seconds: Annotated[float, Field(gt=0, le=110)] = 60.0  #: one upload
    look_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0  #: between looks, before the hub makes them rarer

    @property
    def readable_base(self) -> str:
        """The base of the public addresses, without a trailing slash."""
        return self.public_base or self.api_base
