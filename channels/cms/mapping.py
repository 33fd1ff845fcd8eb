"""What is asked of a site's API, as data: requests as templates over a record's fields, and where answers have what."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: A field of the record in a template.
FIELD = re.compile(r"\{([a-z_0-9]+)\}")
#: What templates may name; see `channels.cms.record`. `id` is the site's own, once it is known.
FIELDS = frozenset(
    {
        *("id", "key", "slug", "release", "document", "edition", "edition_sha256", "genre", "title", "summary", "html"),
        *("index_no", "doc_no", "theme", "issuer", "signed_on", "effective_on", "expires_on", "validity", "keywords"),
        *("planned_at", "official_at", "source"),
    }
)
_SHIPPED = Path(__file__).parent / "mappings"


class Part(BaseModel):
    """A piece of the settings: no unknown keys, and no values in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Ask(Part):
    """One request."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, Field(pattern=r"^/\S*$", max_length=300)]
    query: Mapping[str, str] = Field(default_factory=dict)
    fields: Mapping[str, str] = Field(default_factory=dict)
    #: Where the answer has the site's id and the public address: names and numbers, parted by dots.
    id: str = ""
    address: str = ""

    @model_validator(mode="after")
    def _names_known_fields(self) -> Self:
        texts = [self.path, *self.query.values(), *self.fields.values()]
        unknown = {name for text in texts for name in FIELD.findall(text)} - FIELDS
        if unknown:
            raise ValueError(f"模板中没有这些字段：{'、'.join(sorted(unknown))}")
        return self


class Search(Ask):
    """How a document of ours is found again: by a key that we gave it."""

    items: str = ""  #: where the answer has the list; empty: the answer is the list
    key: Annotated[str, Field(min_length=1)]  #: where an item has what must equal `slug`
    content: Annotated[str, Field(min_length=1)]  #: where an item has the text, with our mark in it


class Mapped(Part):
    """All that is asked of a site."""

    body: Literal["json", "form"] = "json"
    search: Search
    create: Ask
    update: Ask
    delete: Ask | None = None  #: takes a withdrawn document away; without it, a notice stands in its place


def shipped(name: str) -> Mapped:
    """Return a mapping that comes with the program. Raises KeyError."""
    path = _SHIPPED / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name) or not path.is_file():
        raise KeyError(name)
    return Mapped.model_validate(tomllib.loads(path.read_text("utf-8")))


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return the template with its fields. A value is never read as a template itself."""
    return FIELD.sub(lambda found: values[found[1]], template)


def at(answer: Any, path: str) -> Any:
    """Return what stands at the path, None where nothing does. The answer is hostile: anything may be anywhere."""
    for step in path.split(".") if path else ():
        if isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        elif isinstance(answer, dict):
            answer = answer.get(step)
        else:
            return None
    return answer
