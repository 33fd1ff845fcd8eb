"""What people are told who carry a package to the column, in one place. Pure."""

from schemas.delivery import Action
from schemas.release import Document

ANNOTATES = "系统备好标注资料，由人员在专栏的原网页上加注效力状态、理由和依据，再登记网址；系统到网址上核实。"
WITHDRAWS = "系统备好撤回说明，由人员在专栏撤下原文和附件，再登记原网址；系统到网址上核实公众已看不到原文。"
HANDED = {
    Action.PUBLISH: (
        "资料包已经备好，等您送去公开：请下载资料包，在市政府信息公开专栏“{where}”登载，"
        "然后在这里登记公开网址。系统到网址上看到全文才算公开。"
    ),
    Action.ANNOTATE: (
        "标注资料已经备好，等您办理：请下载资料包，按其中的说明在专栏“{where}”的原网页上加注，然后在这里登记网址，由系统核实。"
    ),
    Action.WITHDRAW: (
        "撤回说明已经备好，等您办理：请立即在专栏“{where}”撤下原文和附件，然后在这里登记原网址，"
        "由系统核实公众已看不到原文。"
    ),
}
MAILED = {
    Action.PUBLISH: (
        "资料包已于{at}寄往 {to}：请联系专栏“{where}”的办理人员登载，"
        "然后在这里登记公开网址。系统到网址上看到全文才算公开。"
    ),
    Action.ANNOTATE: "标注资料已于{at}寄往 {to}：请联系专栏“{where}”的办理人员加注，然后在这里登记网址，由系统核实。",
    Action.WITHDRAW: (
        "撤回说明已于{at}寄往 {to}：请立即联系专栏“{where}”的办理人员撤下原文和附件，"
        "然后在这里登记原网址，由系统核实公众已看不到原文。"
    ),
}
NO_ADDRESS = "还没有登记“{title}”的公开网址。请把每一份文件的网址都填上。"
FOREIGN = "“{title}”登记的网址不在市政府信息公开专栏（{base}）之内，系统不去查看。请核对后重新登记。"
UNSEEN = "{minutes} 分钟里多次查看 {address}，{said}。请核对网址和专栏后台；改好后请重新登记网址。"


def unseen(action: Action, document: Document, is_missing: bool, lacking: str) -> str:  # noqa: FBT001
    """Say what was met at the address instead of what should be there."""
    if action is Action.WITHDRAW:
        return f"仍能看到“{document.title}”的原文"
    if is_missing:
        return "没有这个网页"
    if lacking:
        return f"网页上没有找到“{lacking}…”，可能还没有登载，或者文字有出入"
    return "网页上的文字、次序或效力标注与送去的不一致"
