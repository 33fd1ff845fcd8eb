"""What lies in an auditor's ZIP and how to check it: text for people who were not there when it was made."""

from schemas.entry import stamp
from schemas.release import Release

#: Windows' editor takes text without this mark for another encoding.
_MARK = "\ufeff"

_LOG = """发布日志（{size} 条）

本压缩包是整个发布日志，格式为公开规范 C2SP tlog-tiles，与公开网址 /log/ 下所提供的逐字节相同：

  log/checkpoint      签名的检查点：日志名称、条数、根哈希、签名
  log/log.vkey        公钥
  log/policy.txt      由公钥写成的信任策略
  log/tile/entries/   全部条目，每 256 条一包；每条是一行 JSON，前面有两个字节的长度
  log/tile/0/ 1/ …    哈希块

怎样核验（不连接任何服务，也不必相信出具本压缩包的服务器）：

1. 在自己的机器上解压，运行：
     gongbu log verify log --policy 信任策略文件 --since 旧检查点
   信任策略应当用您另行取得的公钥写成，不要用包里的那一份。两行，第二行固定：
     log {vkey}
     quorum none
   旧检查点是您上一次留存的 checkpoint；没有留存的，去掉 --since。
2. 再用他人编写的程序核验一次：审计手册第五部分有一份只用 Go 官方 sumdb 库的程序，约一百行。
3. 把 log/checkpoint 另存到发布单位不能改写的介质上，下次核验时使用。

包里没有正式发布证书：每份证书都能由日志推出，可在审计页面逐件下载，再运行 gongbu log verify-certificate。
"""

_RELEASE = """政策发布 {number} 的卷宗

  {title}
  正式发布时间：{official}

一、日志能够证明的

  log/entries/编号.json       本件的每一条日志，一个字节都没有改动
  log/proofs/编号.tlog-proof  该条目在日志中的证明（C2SP tlog-proof）：证明路径和签名的检查点
  log/checkpoint              导出时最新的检查点
  log/log.vkey                公钥
  certificate.tlog-proof      正式发布证书；没有这个文件，说明尚未正式发布

  核对一条日志的哈希（结果应等于审计页面上的“叶子哈希”）：
     (printf '\\0'; cat log/entries/000000012.json) | sha256sum
  核对一条日志确在签名的日志中（公钥请另行取得）：
     gongbu log verify-certificate log/proofs/000000012.tlog-proof --vkey "{vkey}"
  或者只用 bash 和 openssl：审计手册附有 verify.sh。

二、由日志中的摘要可以核对的

  editions/版本号.json   每个版本冻结时的全部内容（规范 JSON）
     sha256sum editions/1.json
     结果应等于“提交审核”“审核”“审核全部通过”“决定发布”各条目里的 digest。
  files/摘要             附件和图片，文件名就是其 SHA-256；版本内容里写有每个文件的摘要
     cd files && for f in *; do [ "$(sha256sum < "$f" | cut -c1-64)" = "$f" ] || echo "不符：$f"; done

三、只有数据库这样说、日志不能证明的

  reviews.json        审核记录。结论在日志里，审核意见的文字不在
  authors.json        各版本的起草、修改人员
  deliveries.json     各渠道的投递。送出、结果、见证在日志里，其余不在
  attempts.json       投递进程的逐次尝试
  publications.json   发布记录
  standings.json      效力变更的提议和决定。提议的摘要在日志里
  people.json         人员编号与姓名对照。日志里只有编号

所有时间为北京时间，取自发布单位数据库的时钟。
"""


def of_log(size: int, vkey: str) -> bytes:
    return (_MARK + _LOG.format(size=size, vkey=vkey)).encode()


def of_release(release: Release, vkey: str) -> bytes:
    official = stamp(release.official_at)[:23].replace("T", " ") if release.official_at else "尚未正式发布"
    told = _RELEASE.format(number=release.id, title=release.metadata.title, official=official, vkey=vkey)
    return (_MARK + told).encode()
