"""A person at the console without a browser: follows links, fills in forms as they stand, and sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp import FormData, test_utils
from bs4 import BeautifulSoup, Tag

PASSWORD = "a long enough secret"
#: Field → file; as pairs where one field takes several.
Files = Mapping[str, tuple[str, bytes]] | Sequence[tuple[str, tuple[str, bytes]]] | None


@dataclass(frozen=True)
class Sheet:
    """One page as it came."""

    status: int
    path: str
    headers: Mapping[str, str]
    text: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "lxml")

    @property
    def words(self) -> str:
        """What is written on the page, without its frame."""
        main = self.soup.find("main")
        return " ".join((main or self.soup).get_text(" ").split())

    def form(self, action: str) -> Tag:
        """The form that is sent to this address. Fails when there is none, or the person could not see it."""
        found = self.soup.find("form", attrs={"action": action})
        assert isinstance(found, Tag), (action, [one.get("action") for one in self.soup.find_all("form")])
        return found


@dataclass
class Clerk:
    """One person's browser without scripts."""

    client: test_utils.TestClient[Any, Any]
    login: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Sheet:
        return await self._ask("GET", path, None, headers)

    async def enter(self, password: str = PASSWORD) -> Sheet:
        """Sign in by the sign-in page, as anybody would."""
        return await self.send(await self.get("/login"), "/login", login=self.login, password=password)

    async def send(self, sheet: Sheet, action: str, *, files: Files = None, **fields: Any) -> Sheet:
        """Fill in the form of the page that goes to `action`, leave the rest as it stands, and send it.

        A field's value may be a list; None takes it out. Follows the redirect that comes.
        """
        values = _standing(sheet.form(action)) | {name: _listed(value) for name, value in fields.items()}
        return await self.post(action, values, files=files)

    async def post(
        self,
        path: str,
        values: Mapping[str, list[str]],
        *,
        files: Files = None,
        **headers: str,
    ) -> Sheet:
        """Send a form of one's own making, as an attacker or an old page would."""
        # As browsers do: names in plain UTF-8.
        data = FormData(default_to_multipart=bool(files), quote_fields=False)
        for name, many in values.items():
            for value in many:
                data.add_field(name, value)
        for name, (filename, content) in files.items() if isinstance(files, Mapping) else files or ():
            data.add_field(name, content, filename=filename)
        return await self._ask("POST", path, data, headers)

    async def _ask(self, method: str, path: str, data: FormData | None, headers: Mapping[str, str]) -> Sheet:
        origin = {"Origin": str(self.client.make_url("/")).rstrip("/")} if method == "POST" else {}
        sent = {"Accept": "text/html", **origin, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with self.client.request(method, path, data=data, headers=sent, allow_redirects=False) as response:
            self._keep(response)
            text = (await response.read()).decode("utf-8", "replace")
            if response.status == 303:
                return await self.get(urljoin(path, response.headers["Location"]))
            return Sheet(response.status, urlsplit(path).path, response.headers, text)

    def _keep(self, response: aiohttp.ClientResponse) -> None:
        for name, morsel in response.cookies.items():
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]


def _standing(form: Tag) -> dict[str, list[str]]:
    """What the form would send if nobody touched it (HTML, constructing the entry list)."""
    values: dict[str, list[str]] = {}
    for one in form.find_all(["input", "textarea", "select"]):
        name, kind = one.get("name"), one.get("type", "text")
        if not name or one.has_attr("disabled") or kind in {"submit", "button", "file"}:
            continue
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            given = [] if chosen is None else [str(chosen.get("value", chosen.get_text()))]
        elif one.name == "textarea":
            given = [one.get_text().removeprefix("\n")]
        elif kind in {"checkbox", "radio"}:
            given = [str(one.get("value", "on"))] if one.has_attr("checked") else []
        else:
            given = [str(one.get("value", ""))]
        values.setdefault(str(name), []).extend(given)
    return values
