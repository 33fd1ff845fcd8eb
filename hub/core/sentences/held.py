"""Why a delivery stopped and waits for a person: sorted by what to do next, as troubles are."""

from hub.core.sentences.why import Remedy, Why
from schemas.delivery import Delivery, DeliveryState, Reaction


def why(one: Delivery) -> Why:
    """Say why a held or failed delivery does not go on."""
    detail = ended(one.trouble.detail) if one.trouble else ""
    if one.trouble and one.trouble.reaction is Reaction.HAND:
        return Why(words=detail, who="发布员", remedy=Remedy.SETTLE)
    if one.intended_at and one.receipt is None:
        words = f"已经提交，渠道也说不清结果：{detail}请到渠道后台查明是否发出，再如实填写。系统不会重发。"
        return Why(words=words, who="发布员", remedy=Remedy.SETTLE)
    if one.state is DeliveryState.FAILED:
        words = f"试了 {one.attempts} 次没有成功，已停止：{detail}排除原因后请再试一次。"
        return Why(words=words, who="发布员或运维人员", remedy=Remedy.RETRY)
    reaction = one.trouble.reaction if one.trouble else Reaction.BUG
    return _SORTED[reaction].model_copy(update={"words": _SORTED[reaction].words.format(detail=detail)})


def ended(detail: str) -> str:
    """A channel's own words as a sentence."""
    said = detail.strip()
    return said if not said or said[-1] in "。！？" else f"{said}。"


_AGAIN = Why(words="已停下：{detail}排除原因后请再试一次。", who="发布员", remedy=Remedy.RETRY)
_SORTED = {
    Reaction.RETRY: _AGAIN,
    Reaction.QUOTA: _AGAIN,
    Reaction.CREDENTIALS: Why(
        words="渠道不接受我方的账号或密钥：{detail}请管理员更新渠道设置，然后再试一次。",
        who="管理员",
        remedy=Remedy.RETRY,
    ),
    Reaction.CONTENT: Why(
        words="渠道不接受内容：{detail}请修改后重新审核，以新版本发布；新版本会代替这一件。",
        who="编辑",
        remedy=Remedy.EDIT,
    ),
    Reaction.DECLINED: Why(
        words="渠道收下后没有放行：{detail}公众没有看到。问清原因后可以再发一次，也可以取消。",
        who="发布员",
        remedy=Remedy.RETRY,
    ),
    Reaction.CONFIGURATION: Why(
        words="渠道的设置或权限不对：{detail}请管理员改正，然后再试一次。", who="管理员", remedy=Remedy.RETRY
    ),
    Reaction.ASK: Why(
        words="公众网址上一直没有看到：{detail}请打开网址或渠道后台核对；已能看到的，再查看一次即可。",
        who="发布员",
        remedy=Remedy.RETRY,
    ),
    Reaction.CONFIRM: Why(words="{detail}系统没有自动发出，等您决定。", who="发布员", remedy=Remedy.CONFIRM),
    Reaction.BUG: Why(
        words="系统自身出错，已停下，没有重复发送：{detail}请把这句话告诉运维人员，处理后再试一次。",
        who="运维人员",
        remedy=Remedy.RETRY,
    ),
}
