"""Under whose name the engines run: the hub's own, or an unprivileged one when the hub is root.

PostgreSQL refuses to run as root (https://www.postgresql.org/docs/18/postgres-user.html). It never widens more than the
right to pass through a directory (`go+x`), and the right to read the wheels' own public programs.
"""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub.embedded import binaries

NAME = "gongbu"
_USERADD_SECONDS = 30
_PASS = stat.S_IXGRP | stat.S_IXOTH


@dataclass(frozen=True)
class Account:
    """The system user of the engines, and the name by which the hub's own process is known to PostgreSQL."""

    uid: int
    gid: int
    #: The hub's system user, the only one that may connect (`peer` authentication).
    client: str
    #: The hub is root, so the engines must be started as somebody else.
    is_dropped: bool


def find() -> Account:
    """Return the account of the engines; as root, create the system user `gongbu` if there is none. May run twice."""
    try:
        me = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise binaries.EmbeddedError(
            f"当前用户（uid {os.geteuid()}）在系统用户表中没有记录，PostgreSQL 无法以其身份运行。"
            "请换用有名称的系统用户，或在设置 GONGBU_DATABASE_URL 和 GONGBU_REDIS_URL 中填写自建服务的地址。"
        ) from None
    if me.pw_uid != 0:
        return Account(me.pw_uid, me.pw_gid, me.pw_name, is_dropped=False)
    user = _lookup() or _create()
    return Account(user.pw_uid, user.pw_gid, me.pw_name, is_dropped=True)


def open_path(path: Path) -> None:
    """Let other users pass through (not list) every directory above `path`.

    Only for root, whose own folders are often 0700: the engines, running as somebody else, must reach their files.
    0711 reveals no names, and the folders of theirs below are 0700.
    """
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        # For the group too: where the engines' group owns the folder, the kernel asks no further than its bits.
        if mode & _PASS != _PASS:
            folder.chmod(mode | _PASS)


def open_programs(program: Path) -> None:
    """Let other users read and run the wheel around `program`, where root installed it under a strict umask."""
    open_path(program)
    if program.stat().st_mode & stat.S_IROTH:
        return
    package = next(folder for folder in program.parents if (folder / "__init__.py").exists())
    # Its libraries lie beside it, in a folder of nearly the same name.
    for root in package.parent.glob(f"{package.name}*"):
        for item in [*root.rglob("*"), root]:
            mode = stat.S_IMODE(item.stat().st_mode)
            item.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def give(folder: Path, account: Account) -> None:
    """Make `folder` private (0700) and the engines' own, with all below it. May run twice.

    The folder itself changes hands last: a process that dies half-way leaves it as it was, and the next one goes on.
    Its parent must not be the engines' to write: a link planted there would make root give away another folder.
    """
    if account.is_dropped and folder.stat().st_uid != account.uid:
        for item in folder.rglob("*"):
            os.chown(item, account.uid, account.gid, follow_symlinks=False)
        os.chown(folder, account.uid, account.gid)
    folder.chmod(stat.S_IRWXU)


def _lookup() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_USERADD_SECONDS)  # noqa: S603
        said = done.stderr.decode(errors="replace").strip()[-500:]
    except (OSError, subprocess.TimeoutExpired) as error:
        said = str(error)
    # Looked up again whatever useradd said: a second hub starting elsewhere may have created the user meanwhile.
    user = _lookup()
    if user is None:
        raise binaries.EmbeddedError(
            f"PostgreSQL 不能以 root 身份运行，而系统用户 {NAME} 无法自动创建（{said}）。请先创建该用户，"
            "或以普通用户身份启动，或在设置 GONGBU_DATABASE_URL 和 GONGBU_REDIS_URL 中填写自建服务的地址。"
        )
    return user
