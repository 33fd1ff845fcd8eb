"""Trying a channel that writes into the site's tree: the same for all of them."""

from channels import look
from channels.contract import ChannelError, Tools
from channels.tree import Tree
from schemas.delivery import Reaction


async def knock(tree: Tree, tools: Tools) -> None:
    """Write a file that nobody serves beside the pages, and fetch the home page as a stranger would.

    Raises ChannelError(CONFIGURATION) when nothing can be written, and as `look.find`. May run at any time.
    """
    try:
        await tree.try_writing()
    except OSError as error:
        detail = f"网站目录不能写入（{error.strerror}）"
        raise ChannelError(Reaction.CONFIGURATION, "unwritable", detail) from error
    await look.find(tools.http, f"{tools.site.url}/", timeout_seconds=10)
