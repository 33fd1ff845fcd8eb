"""The API of tokens: one's own, and the end of one. They are issued in the console: there people prove themselves."""

from hub.commands import tokens
from hub.web.route import Ask
from hub.web.shapes.bureau import TokenLines


async def list_tokens(ask: Ask) -> TokenLines:
    return TokenLines(tokens=tuple(await tokens.listed(ask.hub, ask.person)))


async def revoke_token(ask: Ask) -> TokenLines:
    await tokens.revoke(ask.hub, ask.person, ask.person.login, ask.names["token"])
    return await list_tokens(ask)
