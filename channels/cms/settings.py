"""The keys of a `[[channels]]` table of kind `cms`. They never hold a secret in the clear."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from channels import bases, contract
from channels.cms import mapping
from channels.cms.mapping import Mapped


class CmsSettings(contract.ChannelSettings):
    """Where the site is, who we are to it, and how it is spoken to."""

    kind: Literal["cms"] = "cms"
    #: The site's API; paths of the mapping stand behind it.
    api_base: Annotated[str, AfterValidator(bases.read)]
    #: Where the public reads: no address outside it is looked at.
    public_base: Annotated[str, AfterValidator(bases.read)]
    #: Headers of every request, such as Authorization; each as `env:NAME` or `file:PATH`.
    headers: Mapping[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,60}$")], SecretStr] = Field(default_factory=dict)
    #: A mapping that comes with the program (`wordpress`), or a table of one's own: search, create, update, delete.
    mapping: Mapped
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10.0  #: one request
    look_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0  #: between looks, before the hub makes them rarer
    #: How long a request without an answer may still be carried out: only then is the site asked and sent to again.
    settle_seconds: Annotated[float, Field(ge=0, le=600)] = 30.0

    @field_validator("mapping", mode="before")
    @classmethod
    def _shipped(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return mapping.shipped(value)
        except KeyError:
            raise PydanticCustomError("mapping", "没有这个名称的映射，请用 wordpress 或自己写一个表") from None

    def is_ours(self, address: str) -> bool:
        """Whether the address is below the public base."""
        return bases.holds(self.public_base, address)
