"""What the foot of every page of a government site carries (国办发〔2017〕47号). Pages show it, `gongbu check` asks.

网站标识码 and 主办单位 are settings of their own; 网站地图 is a page. Pure.
"""

import re
from dataclasses import dataclass

WEB = re.compile(r"https?://\S+")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Item:
    """One entry of the footer that somebody has to fill in."""

    name: str  #: its usual label
    mark: str  #: stands in every label that means it: 公安机关备案号 and 公安机关备案标识 are one
    example: str
    is_address: bool = False  #: its value must be an address, because the entry is a link
    register: str = ""  #: where the public looks its value up; `{digits}` are those of the value


EXPECTED = (
    Item("党政机关网站标识", "党政机关", "https://bszs.conac.cn/sitename?method=show&id=……", is_address=True),
    Item("我为政府网站找错", "找错", "https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=……", is_address=True),
    Item("联系方式", "联系", "地址、电话"),
    # The registry wants its own address behind the number (《非经营性互联网信息服务备案管理办法》第十三条).
    Item("ICP备案编号", "ICP", "津ICP备××××××××号", register="https://beian.miit.gov.cn/"),
    Item(
        "公安机关备案号",
        "公安",
        "津公网安备××××××××××××××号",
        register="https://beian.mps.gov.cn/#/query/webSearch?code={digits}",
    ),
)


def item(label: str) -> Item | None:
    """Return what the label means; None for an entry of the bureau's own."""
    return next((one for one in EXPECTED if one.mark in label), None)


def address(label: str, value: str) -> str:
    """Return where the entry leads: the value, when it is an address, or the register of its number; or nowhere."""
    if WEB.fullmatch(value):
        return value
    known, digits = item(label), "".join(DIGITS.findall(value))
    return known.register.format(digits=digits) if known and digits else ""
