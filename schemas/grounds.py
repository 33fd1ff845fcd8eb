"""Why something is not public: the eight grounds of the annual report's table 三, so that both say the same.

国办公开办函〔2021〕30号; the first seven are 条例 第十四条 to 第十六条.
"""

GROUNDS = (
    "属于国家秘密",
    "其他法律行政法规禁止公开",
    "危及“三安全一稳定”",
    "保护第三方合法权益",
    "属于三类内部事务信息",
    "属于四类过程性信息",
    "属于行政执法案卷",
    "属于行政查询事项",
)


def ground(words: str) -> str | None:
    """The ground that the words begin with; what follows it is the reason."""
    return next((one for one in GROUNDS if words.startswith(one)), None)
