"""What a check finds, and the one table of what may be found: how grave it is, by which rule, and what mends it."""

from enum import StrEnum
from typing import NamedTuple

from schemas import canonical
from schemas.passage import Passage
from schemas.release import Frozen


class Severity(StrEnum):
    """What a finding does."""

    BLOCKS = "blocks"  #: it cannot be submitted or published
    WARNS = "warns"  #: a person looks at it and decides
    INFORMS = "informs"  #: good to know; right as it is in most texts


class Fix(StrEnum):
    """A change that mends a finding and needs no thought; `fixes.apply` makes it."""

    SET_DISCLOSURE_FROM_NOTE = "set_disclosure_from_note"
    SWAP_DATES = "swap_dates"
    SET_DOC_NO_FROM_TEXT = "set_doc_no_from_text"
    SET_SIGNED_ON_FROM_TEXT = "set_signed_on_from_text"
    SET_DOCUMENT_TITLE = "set_document_title"
    STRIP_LEADING_DOC_NO = "strip_leading_doc_no"
    STRIP_LEADING_TITLE = "strip_leading_title"
    ADD_ALT_TEXT = "add_alt_text"
    FULL_WIDTH_MARKS = "full_width_marks"
    USE_HTTPS = "use_https"
    MASK_NUMBER = "mask_number"
    CLEAN_FILE = "clean_file"  #: needs the file's bytes, so the command layer makes it (`hub.commands.cleaning`)
    GIVE_INDEX_NO = "give_index_no"  #: needs the next serial, so the command layer makes it (`hub.commands.numbering`)


class Rule(NamedTuple):
    """One thing that may be found."""

    severity: Severity
    meaning: str  #: in Chinese, for the manual
    source: str
    fix: Fix | None = None


_FORM = "GB/T 9704-2012"
_LAW_OF_PERSONS = "个人信息保护法第二十五条"
_FORMS = "国办发〔2017〕47号四（二）"
_OURS = "本系统建议：页面自动显示标题和发文字号"

RULES = {
    "mark_in_text": Rule(Severity.BLOCKS, "正文中有密级或内部标志", "保守国家秘密法第三十五条"),
    "copy_number": Rule(Severity.BLOCKS, "正文中有份号", "GB/T 9704-2012 7.2.1；涉密公文应当标注份号"),
    "note_in_text": Rule(
        Severity.BLOCKS, "正文中的附注与公开属性不一致", "GB/T 9704-2012 7.3.8；国办发〔2016〕80号一（一）"
    ),
    "draft_mark": Rule(Severity.WARNS, "标明是讨论稿、送审稿等过程稿", "政府信息公开条例第十六条"),
    "secrecy": Rule(Severity.BLOCKS, "文件带有密级或内部标志", "保守国家秘密法第三十五条"),
    "not_open": Rule(Severity.BLOCKS, "公开属性不是主动公开", "政府信息公开条例第十三条"),
    "no_ground": Rule(Severity.BLOCKS, "不公开而没有写明理由", "国办发〔2016〕80号一（一）；国办公开办函〔2021〕30号"),
    "note_mismatch": Rule(Severity.BLOCKS, "附注与公开属性不一致", _FORM, Fix.SET_DISCLOSURE_FROM_NOTE),
    "dates_order": Rule(Severity.BLOCKS, "日期先后颠倒", _FORM, Fix.SWAP_DATES),
    "date_in_future": Rule(Severity.BLOCKS, "成文日期、印发日期还没有到", _FORM),
    "no_such_day": Rule(Severity.WARNS, "正文中有不存在的日期", "政府信息公开条例第六条"),
    "day_differs": Rule(Severity.WARNS, "正文中的施行日期、有效期与要素不一致", _FORM),
    "doc_no_form": Rule(Severity.BLOCKS, "正文中本文件的发文字号不规范", "GB/T 9704-2012 7.2.5"),
    "doc_no_cited": Rule(Severity.WARNS, "引用的发文字号不规范", "GB/T 9704-2012 7.2.5"),
    "doc_no_year": Rule(Severity.WARNS, "发文字号的年份与成文日期不一致", "GB/T 9704-2012 7.2.5"),
    "no_expiry": Rule(Severity.BLOCKS, "行政规范性文件没有有效期限", "津规资办发〔2020〕253号一（二）2"),
    "term_too_long": Rule(Severity.WARNS, "有效期超过规定年限", "天津市行政规范性文件管理规定；年限可在[rules]中设置"),
    "fact_missing": Rule(Severity.BLOCKS, "缺少该类文件必备的要素", "GB/T 9704-2012；天津市行政规范性文件管理规定"),
    "fact_wanted": Rule(Severity.WARNS, "缺少该类文件应有的要素", _FORM),
    "consultation_short": Rule(
        Severity.WARNS, "征求意见的时间短于一般要求", "优化营商环境条例第六十二条；重大行政决策程序暂行条例第十五条"
    ),
    "form_lacks": Rule(Severity.BLOCKS, "解读没有其形式所说的图片、链接或附件", _FORMS),
    "form_without_text": Rule(Severity.BLOCKS, "图解、视频等没有替代文字或文字稿", "无障碍环境建设法第三十二条"),
    "form_doubtful": Rule(Severity.WARNS, "解读的内容与其形式不符", _FORMS),
    "copied": Rule(Severity.BLOCKS, "解读照抄政策文件", "津规资办发〔2020〕253号二（三）1"),
    "copied_partly": Rule(Severity.WARNS, "解读与政策文件重合较多", "津规资办发〔2020〕253号二（三）1"),
    "interpretation_lacks": Rule(Severity.WARNS, "解读缺少必备的内容", "津规资办发〔2020〕253号二（三）1"),
    "interpretation_thin": Rule(Severity.WARNS, "解读过短", "津规资办发〔2020〕253号二（三）1"),
    "no_interpretation": Rule(Severity.BLOCKS, "政策文件没有解读", "津规资办发〔2020〕253号二（三）1"),
    "empty_body": Rule(Severity.BLOCKS, "文件没有正文", "政府信息公开条例第六条"),
    "id_number": Rule(Severity.BLOCKS, "正文中有公民身份号码", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "mobile_number": Rule(Severity.WARNS, "正文中有手机号码", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "card_number": Rule(Severity.BLOCKS, "正文中有银行卡号", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "other_id_number": Rule(Severity.BLOCKS, "正文中有护照、通行证等证件号码", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "old_id_number": Rule(Severity.WARNS, "正文中有15位公民身份号码", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "landline_number": Rule(Severity.INFORMS, "正文中有固定电话号码", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "plate_number": Rule(Severity.WARNS, "正文中有机动车号牌", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "home_address": Rule(Severity.WARNS, "正文中有具体到户的住址", _LAW_OF_PERSONS, Fix.MASK_NUMBER),
    "image_without_text": Rule(Severity.WARNS, "图片没有替代文字", "无障碍环境建设法第三十二条", Fix.ADD_ALT_TEXT),
    "title_differs": Rule(Severity.WARNS, "文件标题与要素中的标题不一致", _FORM, Fix.SET_DOCUMENT_TITLE),
    "title_repeated": Rule(Severity.WARNS, "正文开头重复标题", _OURS, Fix.STRIP_LEADING_TITLE),
    "doc_no_differs": Rule(Severity.WARNS, "正文中的发文字号与要素不一致", _FORM, Fix.SET_DOC_NO_FROM_TEXT),
    "doc_no_repeated": Rule(Severity.WARNS, "正文开头重复发文字号", _OURS, Fix.STRIP_LEADING_DOC_NO),
    "signed_on_differs": Rule(Severity.WARNS, "落款日期与成文日期不一致", _FORM, Fix.SET_SIGNED_ON_FROM_TEXT),
    "policy_not_named": Rule(Severity.WARNS, "解读没有提到政策文件的名称", "国办发〔2017〕47号四（二）3"),
    "annex_missing": Rule(Severity.WARNS, "正文列出的附件没有上传", _FORM),
    "placeholder": Rule(Severity.WARNS, "有未填写的占位文字", "政府信息公开条例第六条"),
    "half_width_marks": Rule(Severity.WARNS, "中文之间用了半角标点", "GB/T 15834-2011", Fix.FULL_WIDTH_MARKS),
    "wording": Rule(Severity.WARNS, "写法与本单位词库不一致", "本单位词库（管理员维护）"),
    "no_index_no": Rule(Severity.WARNS, "没有索引号", "政府信息公开条例第十二条", Fix.GIVE_INDEX_NO),
    "index_no_double": Rule(Severity.WARNS, "索引号已用于另一份文件", "政府信息公开条例第十二条"),
    "doc_no_double": Rule(Severity.WARNS, "发文字号已用于另一份文件", "GB/T 9704-2012 7.2.5"),
    "doc_no_gap": Rule(Severity.INFORMS, "发文字号前面有缺号", "津规资办发〔2020〕253号一（二）1：底数清"),
    "index_no_digit": Rule(Severity.WARNS, "索引号的校验码不对", "GB 32100-2015；GB 11714-1997"),
    "numbering_gap": Rule(Severity.WARNS, "序号不连续", _FORM),
    "plain_link": Rule(Severity.INFORMS, "链接没有使用https", "本系统建议：传输途中不被篡改", Fix.USE_HTTPS),
    "disguised_link": Rule(Severity.WARNS, "链接的文字与实际地址不符", "国办发〔2017〕47号“链接管理”"),
    "outside_link": Rule(Severity.INFORMS, "链接指向非政府网站", "国办发〔2017〕47号“链接管理”"),
    "broken_link": Rule(Severity.WARNS, "链接打不开", "国办秘函〔2019〕19号“链接可用性”"),
    "file_author": Rule(Severity.WARNS, "附件带有作者信息", _LAW_OF_PERSONS, Fix.CLEAN_FILE),
    "file_changes": Rule(Severity.BLOCKS, "附件有修订痕迹", "政府信息公开条例第十六条（过程稿）"),
    "file_comments": Rule(Severity.BLOCKS, "附件有批注", "政府信息公开条例第十六条（讨论记录）"),
    "file_hidden_text": Rule(Severity.BLOCKS, "附件有隐藏文字", "保守国家秘密法第三十五条：逐项审查"),
    "file_hidden_sheet": Rule(Severity.WARNS, "附件有隐藏的工作表或幻灯片", "保守国家秘密法第三十五条：逐项审查"),
    "file_hidden_rows": Rule(Severity.WARNS, "附件有隐藏的行或列", "保守国家秘密法第三十五条：逐项审查"),
    "file_place": Rule(Severity.WARNS, "附件图片带有拍摄地点", _LAW_OF_PERSONS, Fix.CLEAN_FILE),
    "file_camera": Rule(Severity.INFORMS, "附件图片带有拍摄设备、时间或作者", _LAW_OF_PERSONS, Fix.CLEAN_FILE),
    "file_macros": Rule(Severity.BLOCKS, "附件含有宏或脚本", "国办秘函〔2019〕19号“安全”"),
    "file_outside": Rule(Severity.WARNS, "附件引用了外部文件或内部地址", "国办秘函〔2019〕19号“链接可用性”"),
    "file_embedded": Rule(Severity.WARNS, "附件里嵌有别的文件", "保守国家秘密法第三十五条：逐项审查"),
    "file_unread": Rule(Severity.WARNS, "附件的内容系统看不到", "保守国家秘密法第三十五条：逐项审查"),
    "channel_refuses": Rule(Severity.WARNS, "有渠道不能接收这一版", "该渠道自己的规定"),
    "channel_cuts": Rule(Severity.WARNS, "有渠道刊登不了全部内容", "该渠道自己的规定"),
    "channel_changes": Rule(Severity.INFORMS, "在有的渠道上与送审稿显示不同", "该渠道自己的规定"),
    "internal_link": Rule(Severity.WARNS, "链接指向内部网络，公众打不开", "国办秘函〔2019〕19号“链接可用性”"),
}


class Finding(Frozen):
    """One finding, with a stable code, its place, and the rule it comes from."""

    code: str
    severity: Severity
    place: str  #: a field of the metadata, or a document's name
    message: str
    source: str
    passage: Passage | None = None  #: the words it speaks of, when it speaks of words
    fix: Fix | None = None  #: what would mend it, when that is certain
    file: str | None = None  #: the digest of the attachment it speaks of, when it speaks of one

    @property
    def key(self) -> str:
        """Tells this finding from the others of an edition; the same as long as text and metadata are."""
        return canonical.digest(canonical.encode(self.model_dump(mode="json")))[:16]


def found(
    code: str,
    place: str,
    message: str,
    *,
    passage: Passage | None = None,
    fixable: bool = True,
    file: str | None = None,
) -> Finding:
    """Make a finding by the table. Raises KeyError for a code that is not in it."""
    rule = RULES[code]
    return Finding(
        code=code,
        severity=rule.severity,
        place=place,
        message=message,
        source=rule.source,
        passage=passage,
        fix=rule.fix if fixable else None,
        file=file,
    )
