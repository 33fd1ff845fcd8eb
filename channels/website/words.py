"""Every Chinese string of the public pages, in one place, so that wording is reviewed as wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.addresses import COLUMN
from schemas.release import Role


@dataclass(frozen=True)
class Column:
    """One column as 《政府网站发展指引》 wants it described in the column tags of a page."""

    code: str
    name: str  #: ColumnName
    description: str  #: ColumnDescription
    keywords: str  #: ColumnKeywords
    type: str  #: ColumnType, one of the guide's own classes


COLUMNS: Mapping[Role, Column] = MappingProxyType(
    {
        Role.POLICY: Column(
            code=COLUMN[Role.POLICY],
            name="政策文件",
            description="公开本机关制发的行政规范性文件、政策文件和通知公告，一经公开即为正式发布。",
            keywords="政策文件,行政规范性文件,通知公告",
            type="政策文件",
        ),
        Role.INTERPRETATION: Column(
            code=COLUMN[Role.INTERPRETATION],
            name="政策解读",
            description="对本机关制发的政策文件作出解读，说明背景依据、执行标准和惠企利民举措。",
            keywords="政策解读,政策问答,执行标准",
            type="解读回应",
        ),
    },
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "skip": "跳到正文",
        "home": "首页",
        "here": "当前位置",
        "navigation": "主要栏目",
        "metadata": "文件信息",
        "index_no": "索引号",
        "theme": "主题分类",
        "issuer": "发文机关",
        "signed_on": "成文日期",
        "printed_on": "印发日期",
        "effective_on": "施行日期",
        "expires_on": "失效日期",
        "title_label": "标题",
        "doc_no": "发文字号",
        "released_at": "发布日期",
        "validity": "有效性",
        "none": "无",
        "valid": "有效",
        "standing": "效力说明",
        "withdrawal": "撤回说明",
        "reason": "理由",
        "ground": "依据",
        "since": "生效日期",
        "withdrawn_on": "撤回日期",
        "successor": "替代文件",
        "validity_since": "{kind}（自{date}起）",
        "valid_extended": "有效期延长至{date}",
        "was_official": "撤回前的正式发布时间",
        "withdrawn_text": "撤回前的发布、见证和撤回经过均记入公开日志，任何人可以独立核验。",
        "valid_from": "自{date}起施行",
        "valid_until": "有效期至{date}",
        "published": "发布时间",
        "source": "来源",
        "official": "正式发布时间",
        "official_of_policy": "所解读文件的正式发布时间",
        "official_zone": "北京时间",
        "official_pending": "正在核验中。本页首次可为公众所见的时刻经核验后，将在此标明。",
        "attachments": "附件",
        "interpretations": "相关解读",
        "interprets": "解读的文件",
        "verification": "发布核验",
        "table": "表格，可左右移动查看",
        "address": "网址",
        "verification_text": "本文自审核签发至公开的各个环节均已记入公开日志，任何人可以独立核验。",
        "certificate": "发布证明",
        "log": "公开日志检查点",
        "log_key": "日志公钥",
        "checking": "发布可核验",
        "checking_text": "文件页面载明正式发布时间并附发布证明；审核、签发、公开均记入公开日志，任何人可以独立核验。",
        "edition": "版本摘要",
        "edition_number": "第{number}版",
        "column_empty": "本栏目暂无内容。",
        "more": "更多",
        "feeds": "订阅更新",
        "feeds_text": "政策文件与解读一经发布，即推送至下列订阅源，供公众和各单位随时接收。",
        "feed_atom": "Atom 订阅源",
        "feed_rss": "RSS 订阅源",
        "services": "网站服务",
        "host": "主办单位",
        "site_code": "网站标识码",
        "site_map": "网站地图",
        "home_lead": "政策文件与解读同步公开，一经公开即为正式发布。",
        "reading_of": "解读",
        "not_found": "没有找到这个页面",
        "not_found_text": "网址可能有误。请从首页或下列栏目查找。",
        "back_home": "返回首页",
        "bytes": "{count} 字节",
        "kilobytes": "{count} KB",
        "megabytes": "{count} MB",
        "separator": "：",
    },
)
