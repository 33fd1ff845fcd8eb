"""What the platform allows an account a day, and its mass sends a day or a month.

Usual numbers of a new account; an account's own go into its settings.

Source: developers.weixin.qq.com, API_Call_Limits. The hour at which the day begins is not documented.
"""

from collections.abc import Iterator

from channels.wechat.settings import WeChatSettings
from schemas.budget import Budget

#: One that succeeds: once a day for a subscription account; four times a month every follower of a service account.
SEND = "message/mass/sendall"
OF_SERVICE = 4
#: endpoint → calls a day.
USUAL = {
    "freepublish/submit": 100,
    "freepublish/get": 100,
    "freepublish/batchget": 100,
    "freepublish/getarticle": 100,
    "freepublish/delete": 10,
    SEND: 1,
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
    SEND: "群发",
    "watch": "复查",
    "draft/add": "新建草稿",
    "draft/delete": "删除草稿",
    "draft/batchget": "草稿列表查询",
    "draft/get": "草稿查询",
}
PER_PUBLICATION = {"freepublish/submit": 1, SEND: 1}
#: What a publication costs by one way only (`schemas.option`).
CHOICES = {"freepublish/submit": "freepublish", SEND: "mass"}
#: Counted when it has succeeded, as the platform counts: what it turned down costs nothing.
COUNTED_AFTER = frozenset({SEND})
#: Looks a day at what was published long ago. Each costs a call or two of the queries' budgets.
WATCH = "watch"
LOOKS = 6


def budgets(account: WeChatSettings) -> Iterator[Budget]:
    """Yield the account's budgets."""
    is_service = account.account == "service"
    own = {SEND: OF_SERVICE} if is_service else {}
    for endpoint, limit in {**USUAL, **own, WATCH: LOOKS, **account.budgets}.items():
        yield Budget(
            endpoint=endpoint,
            limit=limit,
            is_monthly=is_service and endpoint == SEND,
            name=NAMES.get(endpoint, endpoint),
            per_publication=PER_PUBLICATION.get(endpoint, 0),
            choice=CHOICES.get(endpoint, ""),
        )
