"""What a number is called: the words beside it, and those of the table in which it stands."""

import re

#: Words beside a number that say whose it is, and words that say that it is none of a person.
IDENTITY_WORDS = re.compile(
    r"身\s*份\s*证|身份号|身份证明|证件号|证\s*件|公民身份|ID\s*(?:No|号|number)", re.IGNORECASE
)
CARD_WORDS = re.compile(r"银行卡|卡\s*号|工资卡|社保卡|借记卡|储蓄卡|信用卡|一卡通|打款|个人账户|收款人")
PAPER_WORDS = re.compile(r"护照|通行证|军官证|士兵证|警官证|居留证|台胞证|回乡证")
PERSONAL_WORDS = re.compile(
    r"身份证|户主|本人|住址|家住|现住|居住|户籍|家庭|宅电|住宅|申请人|当事人|被征收人|被申请人|被处罚人|举报人|投诉人|信访人"
    r"|村民|业主|患者|学生|姓名|家长|监护人|职工|父|母亲|配偶|子女"
)
NAMED_OTHERWISE = re.compile(
    r"(?:编号|代码|流水号|序列号|项目号|案号|单号|宗地号|图号|证书?号|备案号|批准号|合同号|统一编码|不动产单元号|标识码|账号|帐号|许可证)"
    r"[为是]?[:：]?\s*(?:No\.?)?\s*$"
)


COLUMNS = re.compile(r"准考证|编号|代码|编码|证号|文号|单元号|宗地|坐标|元[)）]")
TELEPHONES = re.compile(r"电话|手机|联系|号码|通讯")
