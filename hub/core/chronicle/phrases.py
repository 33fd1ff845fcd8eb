"""What the short values in acts' own data mean, as they stand in a sentence. An unknown value stands for itself."""

WHAT = {
    "password": "重设了{whom}的密码",
    "own password": "修改了本人的密码",
    "unlocked": "解除了{whom}的登录限制",
    "disabled": "停用了{whom}的账号",
    "enabled": "重新启用了{whom}的账号",
    "token": "为{whom}签发了访问令牌",
    "own token": "为本人的程序签发了访问令牌",
    "token revoked": "吊销了{whom}的一个访问令牌",
    "sessions ended": "结束了{whom}的全部会话",
    "all sessions ended": "结束了所有人的会话",
    "second factors reset": "清除了{whom}的第二重验证",
    "recovery code used": "使用恢复码登录",
    "recovery codes": "更换了本人的恢复码",
    "totp": "启用了本人的动态验证码",
    "passkey": "添加了本人的通行密钥",
    "passkey removed": "删除了本人的通行密钥",
    "totp removed": "停用了本人的动态验证码",
    "single sign-on bound": "绑定了单点登录",
    "single sign-on unbound": "解除了{whom}的单点登录绑定",
    "unit": "变更了{whom}所属的单位",
    "acting": "改为代表另一单位办理",
    "reminders": "变更了本人的邮件提醒",
}
OUTCOME = {
    "accepted": "已接收",
    "absent": "查明没有收到",
    "unknown": "结果不明，须先查证",
    "refused": "没有接收",
}
OFFICE = {
    "unit": "单位",
    "calendar": "工作日历",
    "phrase": "规范用语",
    "phrase removed": "规范用语（删除）",
    "template": "模板",
    "contact": "对外联系方式",
}
#: Who acts for a unit beside their own.
HELP = {
    "asked": "请“{whom}”为“{unit}”代办",
    "dismissed": "结束了“{whom}”为“{unit}”的代办",
}
WHY = {
    "retried": "立即重试",
    "edited": "文件又有修改",
    "superseded": "由新版本取代",
    "withdrawn": "已决定撤回",
}
