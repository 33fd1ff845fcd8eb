"""The column as the public reads it: records, their files, and the list of them."""

from aiohttp import web

from channels.sandbox.disclosure import intake, pages
from channels.sandbox.disclosure.book import Book
from channels.sandbox.disclosure.refusal import RefusedError

#: No script, nothing from elsewhere: a body that slipped through every pass still could do nothing.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


class Column:
    """The public pages of one book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._style = pages.style()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.index),
            web.get(f"/columns/{{code:{'|'.join(intake.COLUMNS)}}}", self.index),
            web.get(r"/records/{number:\d{1,16}}.html", self.page),
            web.get(r"/records/{number:\d{1,16}}.json", self.data),
            web.get("/files/{sha256:[0-9a-f]{64}}/{name}", self.file),
            web.get("/style.css", self.style),
        ]

    async def page(self, request: web.Request) -> web.StreamResponse:
        try:
            return _html(pages.record(self._book.shown(request.match_info["number"]), self._book.number))
        except KeyError:
            return _html(pages.missing(), status=404)

    async def data(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(self._book.shown(request.match_info["number"]))
        except KeyError:
            raise RefusedError(404, "unknown_record", "没有这条记录。") from None

    async def index(self, request: web.Request) -> web.StreamResponse:
        code = request.match_info.get("code", "statutory")
        return _html(pages.index(self._book.listed(), code))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Show a file once a record that the public can see needs it, and not before."""
        digest, name = request.match_info["sha256"], request.match_info["name"]
        listed = (one for shown in self._book.listed() for one in (*shown["attachments"], *shown["images"]))
        found = next((one for one in listed if one["sha256"] == digest and one["name"] == name), None)
        if found is None:
            return _html(pages.missing(), status=404)
        # A picture is shown; anything else is only ever downloaded, whatever type the sender claimed.
        media = found["media"] if found["media"] in PICTURES else "application/octet-stream"
        return web.Response(
            body=self._book.file(digest), content_type=media, headers={"X-Content-Type-Options": "nosniff"}
        )

    async def style(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text=self._style, content_type="text/css", charset="utf-8")


def _html(text: str, *, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
