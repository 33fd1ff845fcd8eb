"""The keys of a `[[channels]]` table of kind `disclosure`. They never hold a secret in the clear."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from channels import bases, contract
from channels.disclosure import column as columns
from schemas.release import Kind

#: transport → the keys without which it goes nowhere.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "push": ("api_base", "key_id", "secret"),
    "package": ("public_base",),
    "mail": ("public_base", "mail_to"),
}
MIN_SECRET = 8


class DisclosureSettings(contract.ChannelSettings):
    """How the column is reached, and as whom."""

    kind: Literal["disclosure"] = "disclosure"
    #: How records get there: `push` to the platform's interface; a `package` that a person uploads; the same by `mail`.
    transport: Literal["push", "package", "mail"] = "push"
    #: Of `push`: the platform's interface; may point to a sandbox.
    api_base: Annotated[str, AfterValidator(lambda value: value and bases.read(value))] = ""
    #: Where the public reads: no address outside it is looked at. Of `push`, empty: the same as `api_base`.
    public_base: Annotated[str, AfterValidator(lambda value: value and bases.read(value))] = ""
    #: Of `push`: whose signature the requests carry.
    key_id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{0,100}$")] = ""
    #: Of `push`: the secret, as `env:NAME` or `file:PATH`; callbacks are verified by it too.
    secret: SecretStr = SecretStr("")
    #: Of `mail`: the mailbox of the column's office; the mail server is that of `[mail]`.
    mail_to: Annotated[str, Field(pattern=r"^([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$")] = ""
    #: Of `mail`: the largest package in bytes; mail servers refuse more.
    mail_bytes: Annotated[int, Field(ge=100_000, le=100_000_000)] = 20_000_000
    #: Of `package` and `mail`: the files of each text beside its page, `docx` and `pdf`; a PDF needs Pango and a font.
    copies: tuple[Literal["docx", "pdf"], ...] = ("docx",)
    #: The sub-column that takes the records (国办公开办函〔2019〕61号 names four); `by_kind`: as its kind has it.
    column: Literal["by_kind", "guide", "rules", "statutory", "annual"] = "by_kind"
    #: Of `push`: the id of the element that holds the text on the platform's public pages.
    body_id: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]{0,60}$")] = "article_content"
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10.0  #: one request, except an upload
    upload_seconds: Annotated[float, Field(gt=0, le=110)] = 60.0  #: one upload
    look_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0  #: between looks, before the hub makes them rarer
    #: Of `package` and `mail`: how long the address that a person entered may not show the text before they are asked.
    patience_seconds: Annotated[float, Field(gt=0, le=86_400)] = 1800.0

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> Self:
        missing = [key for key in NEEDED[self.transport] if not getattr(self, key)]
        if missing:
            raise ValueError(f"transport 为 {self.transport} 时须填写 {'、'.join(missing)}")
        if self.transport == "push" and len(self.secret.get_secret_value()) < MIN_SECRET:
            raise ValueError(f"secret 至少 {MIN_SECRET} 个字符")
        return self

    @property
    def readable_base(self) -> str:
        """The base of the public addresses, without a trailing slash."""
        return self.public_base or self.api_base

    def column_of(self, kind: Kind) -> columns.Column:
        """The sub-column that takes a document of this kind."""
        return columns.of(kind) if self.column == "by_kind" else self.column

    def is_ours(self, address: str) -> bool:
        """Whether the address is below the column's public base: our own fetch must not be led to another machine."""
        return bases.holds(self.readable_base, address)
