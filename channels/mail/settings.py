"""The keys of a `[[channels]]` table of kind `mail`. The mail server and the sender are those of `[mail]`."""

from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from channels import contract

#: Addresses of offices: no quoting, no comments.
ADDRESS = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"


class MailSettings(contract.ChannelSettings):
    """Who is told."""

    kind: Literal["mail"] = "mail"
    #: The mailboxes of partners and units; each gets a message of its own and sees no other address.
    recipients: Annotated[tuple[Annotated[str, Field(pattern=ADDRESS)], ...], Field(min_length=1, max_length=50)]
    #: Attachments up to this size together go with the message, bytes; the others are links. 0: all are links.
    attach_bytes: Annotated[int, Field(ge=0, le=25_000_000)] = 8_000_000
    #: Whether a message of which the server did not say that it took it is sent again, under the same Message-ID.
    repeat: bool = False
    #: Before a message that was put off is tried again; doubles up to an hour.
    retry_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10.0  #: one look at the bureau's own page

    @field_validator("authoritative")
    @classmethod
    def _never_official(cls, value: bool) -> bool:  # noqa: FBT001 - pydantic's way
        if value:
            raise PydanticCustomError("authoritative", "邮件不是公开，不产生正式发布时间，不能设为权威渠道")
        return value

    @field_validator("recipients", mode="after")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len({one.casefold() for one in value}) < len(value):
            raise PydanticCustomError("twice", "同一个收件地址只写一次")
        return value
