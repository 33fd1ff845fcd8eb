"""What the platform allows an account a day. Usual numbers of a new account; an account's own go into its settings.

Source: developers.weixin.qq.com, API_Call_Limits. The hour at which the day begins is not documented.
"""

from collections.abc import Iterator

from channels.wechat.settings import WeChatSettings
from schemas.budget import Budget

#: endpoint → calls a day.
USUAL = {
    "freepublish/submit": 100,
    "freepublish/get": 100,
    "freepublish/batchget": 100,
    "freepublish/delete": 10,
    "draft/add": 1000,
    "draft/delete": 1000,
    "draft/batchget": 1000,
    "draft/get": 500,
}


def budgets(account: WeChatSettings) -> Iterator[Budget]:
    """Yield the account's budgets."""
    for endpoint, limit in {**USUAL, **account.budgets}.items():
        yield Budget(endpoint=endpoint, limit=limit)
