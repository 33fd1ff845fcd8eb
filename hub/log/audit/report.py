"""What the auditor is told: stable codes for programs, Chinese sentences for people. Holds no rule, reads no file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

#: Findings that are kept; the rest is only counted, so that a wholly broken log does not fill the memory.
MAX_FINDINGS = 100

#: Every finding there is. `{…}` stands for a number or a name that the check supplies.
SENTENCES = {
    "folder.unreadable": "目录不存在、无法读取或不是目录",
    "folder.too_many": "文件数量或目录层数超过上限，未继续核验",
    "audit.interrupted": "核验进程被系统中止，未得出结论，请重新核验",
    "file.missing": "缺少这个文件",
    "file.stray": "存在不属于日志导出的文件",
    "file.irregular": "不是普通文件（可能是符号链接、管道或设备），未读取",
    "file.too_long": "文件长度超过允许的上限",
    "policy.malformed": "信任策略不符合格式：应当只含一个日志公钥，并写明 quorum none",
    "policy.differs": "导出所附的 policy.txt 与所信任的公钥不一致",
    "vkey.differs": "log.vkey 与信任策略中的公钥不一致",
    "checkpoint.malformed": "检查点不符合格式",
    "checkpoint.origin": "检查点不属于所信任的日志",
    "checkpoint.signature": "检查点的签名不成立",
    "checkpoint.unknown_line": "检查点带有无法核验的签名行",
    "since.rollback": "日志变短：此前保存的检查点有 {since} 条，现在只有 {size} 条",
    "since.fork": "历史被改写：前 {since} 条的根哈希与此前保存的检查点不同",
    "bundle.malformed": "条目包不符合格式或条目数不对",
    "entry.not_canonical": "第 {index} 条不是规范 JSON 对象",
    "entry.shape": "第 {index} 条的字段缺失、类型不对或版本不识别：{names}",
    "entry.time": "第 {index} 条的时间不符合格式或不是真实存在的时间",
    "entry.time_backwards": "第 {index} 条的时间早于前一条",
    "tile.differs": "哈希块与由条目重新计算的结果不同",
    "root.differs": "由全部条目重新计算的根哈希与检查点不同",
    "act.incomplete": "第 {index} 条（{t}）缺少核验所需的字段",
    "act.result_without_intent": "第 {index} 条是发送结果，此前没有相应的发送意图",
    "act.intent_without_approval": "第 {index} 条是发送意图，此前没有同一版本、同一摘要的签发",
    "act.official_repeated": "第 {index} 条再次认定同一政策的正式发布时间",
    "act.official_time": "第 {index} 条认定的正式发布时间，不是权威渠道首次见证政策文件的时间",
    "act.intent_without_confirmation": "第 {index} 条是撤回或标注效力的发送意图，此前没有第二人的确认",
    "act.seen_without_intent": "第 {index} 条见证内容已撤下，此前没有相应的发送意图",
    "act.standing_unproposed": "第 {index} 条确认的撤回或效力状态，此前没有相同内容的提议",
    "act.standing_unfounded": "第 {index} 条由系统标注的效力状态，此前没有经审核的版本或经确认的提议作为依据",
    "act.standing_own_proposal": "第 {index} 条确认的是本人（或授权代办的人）的提议，应由另一人确认",
    "act.sent_after_withdrawal": "第 {index} 条是发送意图，该版本此前已经撤回",
    "act.own_work": "第 {index} 条是审核同意，审核人（或授权代办的人）参与过起草",
    "act.review_twice": "第 {index} 条是审核同意，同一人（或授权代办的人）已同意过同一版本的其他环节",
    "act.review_after_escalation": "第 {index} 条是审核结论，同一人（或授权代办的人）此前已就该环节提请上级",
    "act.review_unasked": "第 {index} 条是代办的审核，当时没有相应的有效授权",
    "certificate.malformed": "公开发布证书不符合格式",
    "certificate.ahead": "公开发布证书的检查点比本导出更新，无法核验",
    "certificate.path": "公开发布证书的证明路径不成立",
    "certificate.root": "公开发布证书的检查点与日志的真实根哈希不同",
    "certificate.entry": "公开发布证书所载条目与日志中第 {index} 条不同",
    "certificate.name": "公开发布证书的文件名与条目所属政策不一致",
}

SELF_CONSISTENT = "未提供另行送达的信任策略，公钥取自导出本身：结论只说明导出自相一致，不能证明出自该单位。"
NO_MEMORY = "未提供此前保存的检查点：不能发现持有密钥者重写全部历史。请保存本次检查点，下次核验时使用。"
NO_WITNESS = "无见证：信任策略为 quorum none，没有其他单位联署，不能约束日志的运行者。"


class RefusedError(Exception):
    """One check that failed, on its way to the report. The file is filled in by whoever knows it."""

    def __init__(self, code: str, file: str = "", **details: object) -> None:
        super().__init__(code)
        self.code, self.file, self.details = code, file, details


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the export is refused. The code is stable; the file is relative to the export, or an input."""

    code: str
    file: str
    message: str

    def __str__(self) -> str:
        return f"[{self.code}] {self.file}：{self.message}"


@dataclass(slots=True)
class Findings:
    """The reasons collected so far: the first hundred, the first of each kind, and how many there were of each."""

    kept: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def add(self, code: str, file: str, **details: object) -> None:
        is_new = code not in self.counts
        self.counts[code] = self.counts.get(code, 0) + 1
        if is_new or len(self.kept) < MAX_FINDINGS:
            message = SENTENCES[code].format(**{name: printable(str(value)) for name, value in details.items()})
            self.kept.append(Finding(code, printable(file), message))

    def take(self, refused: RefusedError, file: str = "") -> None:
        self.add(refused.code, refused.file or file, **refused.details)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one verification. Size and root are what the trusted key signed; 0 and empty if it did not."""

    origin: str
    size: int
    root: str
    entries_checked: int
    certificates_checked: int
    findings: tuple[Finding, ...]
    findings_count: int
    #: Code → how many findings of this kind, in the order in which the kinds were met.
    counts: Mapping[str, int]
    #: What even a good result does not prove, in Chinese, to be shown beside it.
    cautions: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return self.findings_count == 0


def told(findings: Iterable[Finding], counts: Mapping[str, int]) -> Iterator[str]:
    """One line per kind: its code, its first place, how many there are, and the words of the first."""
    met: set[str] = set()
    for one in findings:
        if one.code not in met:
            met.add(one.code)
            count = counts.get(one.code, 1)
            more = f"（共 {count} 处，这是第一处）" if count > 1 else ""
            yield f"{one}{more}"


def printable(text: str) -> str:
    """Return outside text fit for a terminal: short, without control or direction characters or half surrogates."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text[:200])
