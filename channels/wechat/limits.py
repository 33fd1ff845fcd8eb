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
    "freepublish/getarticle": 100,
    "freepublish/delete": 10,
    "draft/add": 1000,
    "draft/delete": 1000,
    "draft/batchget": 1000,
    "draft/get": 500,
}
#: What people call those that they should know of, and how many calls the publication of one edition costs.
NAMES = {
    "freepublish/submit": "发布",
    "freepublish/get": "发布结果查询",
    "freepublish/batchget": "已发布列表查询",
    "freepublish/getarticle": "已发布图文查询",
    "freepublish/delete": "删除",
    "draft/add": "新建草稿",
    "draft/delete": "删除草稿",
    "draft/batchget": "草稿列表查询",
    "draft/get": "草稿查询",
}
PER_PUBLICATION = {"freepublish/submit": 1}


def budgets(account: WeChatSettings) -> Iterator[Budget]:
    """Yield the account's budgets."""
    for endpoint, limit in {**USUAL, **account.budgets}.items():
        name, cost = NAMES.get(endpoint, endpoint), PER_PUBLICATION.get(endpoint, 0)
        yield Budget(endpoint=endpoint, limit=limit, name=name, per_publication=cost)
