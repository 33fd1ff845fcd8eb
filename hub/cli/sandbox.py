"""The vendors' stand-ins as programs of their own."""

from pathlib import Path
from typing import Annotated

import typer

from channels.sandbox import disclosure as disclosure_sandbox
from channels.sandbox import wechat as wechat_sandbox
from hub.cli import frame

sandbox = typer.Typer(help="沙箱：代替微信与市政府信息公开平台，供试用和测试。", no_args_is_help=True)
Port = Annotated[int, typer.Option(min=1, max=65535, help="端口，仅监听本机")]
Book = Annotated[Path | None, typer.Option(help="保存状态的文件；不给则重启后清空")]
HOST = "127.0.0.1"


@sandbox.command("wechat")
def wechat(
    port: Port = 8090, book: Book = None, callback_url: Annotated[str, typer.Option(help="事件推送地址")] = ""
) -> None:
    """启动微信公众号沙箱。"""
    options = wechat_sandbox.Options(book=book, callback_url=callback_url)
    frame.said.print(f"微信公众号沙箱：http://{HOST}:{port}/")
    frame.run(wechat_sandbox.run(HOST, port, options=options))


@sandbox.command("disclosure")
def disclosure(
    port: Port = 8091, book: Book = None, callback_url: Annotated[str, typer.Option(help="结果回调地址")] = ""
) -> None:
    """启动市政府信息公开专栏沙箱。"""
    options = disclosure_sandbox.Options(book=book, callback_url=callback_url)
    frame.said.print(f"市政府信息公开专栏沙箱：http://{HOST}:{port}/")
    frame.run(disclosure_sandbox.run(HOST, port, options=options))
