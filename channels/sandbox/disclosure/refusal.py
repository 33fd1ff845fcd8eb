"""How the platform says no: one shape for every refusal, with Chinese words for the person who reads it."""

from aiohttp import web


class RefusedError(Exception):
    """Becomes `{"code", "message", "fields"}` with the status."""

    def __init__(self, status: int, code: str, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields or {}

    def response(self) -> web.Response:
        fields = [{"field": name, "message": words} for name, words in self.fields.items()]
        body = {"code": self.code, "message": self.message, "fields": fields}
        return web.json_response(body, status=self.status)
