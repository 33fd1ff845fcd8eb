"""Where the engines' files and sockets lie under a data directory. It starts nothing and knows no engine's settings."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.embedded import account, binaries

#: `sun_path` holds 104 bytes on macOS and 108 on Linux, with the closing zero (unix(7)).
SOCKET_PATH_BYTES = 103
_LONGEST_SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """The engines' folders `postgres`, `valkey` and `sockets`: 0700 and owned by the engines' account.

    `root` above them, with the locks and logs, stays the hub's own; below it lies everything except deep sockets.
    """

    root: Path
    sockets: Path
    account: account.Account

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"


def found(data_dir: Path) -> Path:
    """Create the data directory (0700) with the engines' folder in it, and return that folder. May run twice."""
    data_dir = data_dir.expanduser().resolve()
    for folder in (data_dir, data_dir / "engines"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data_dir / "engines"


def settle(root: Path) -> Places:
    """Make the folders and their owner right; call it only behind the gate. May run twice."""
    who = account.find()
    if who.is_dropped:
        account.open_path(root / "postgres")
        account.open_programs(binaries.binary("postgres"))
        account.open_programs(binaries.binary("valkey-server"))
    (root / "valkey").mkdir(mode=0o700, exist_ok=True)
    for folder in (root / "valkey", root / "postgres"):
        # PostgreSQL's appears complete or not at all: its first initialisation makes it elsewhere and renames it.
        if folder.exists():
            account.give(folder, who)
    return Places(root, _sockets(root, who), who)


def _sockets(root: Path, who: account.Account) -> Path:
    """Return the folder of the sockets: `run`, or a short one that the link `run` remembers for later processes.

    The link makes processes with different XDG_RUNTIME_DIR or TMPDIR meet at the same sockets.
    """
    run = root / "run"
    if len(os.fsencode(run / _LONGEST_SOCKET)) <= SOCKET_PATH_BYTES:
        if run.is_symlink():
            run.unlink()
        return _private(run, who)
    if not (run.is_symlink() and run.readlink().name == _name(root) and run.readlink().parent.is_dir()):
        # None yet, or one that came along with copied data and leads to the sockets of the original.
        _remove(run)
        run.symlink_to(_short(root, who))
    return _private(run.readlink(), who)


def _short(root: Path, who: account.Account) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    # Root's runtime folder is closed to the engines' account.
    bases = [runtime] if runtime and Path(runtime).is_dir() and not who.is_dropped else []
    for base in [*bases, tempfile.gettempdir(), "/tmp"]:  # noqa: S108 (the folder in it is private and checked)
        folder = Path(base) / _name(root)
        if len(os.fsencode(folder / _LONGEST_SOCKET)) <= SOCKET_PATH_BYTES:
            return folder
    raise binaries.EmbeddedError("临时目录的路径过长，无法存放套接字。请将环境变量 TMPDIR 设为较短的路径后重试。")


def _name(root: Path) -> str:
    # The inode keeps a copied or re-created data directory apart from engines that still run on the old one.
    return "gongbu-" + hashlib.sha256(f"{root}:{root.stat().st_ino}".encode()).hexdigest()[:16]


def _remove(run: Path) -> None:
    if run.is_symlink():
        run.unlink()
    elif run.exists():
        shutil.rmtree(run)


def _private(folder: Path, who: account.Account) -> Path:
    """Create the folder 0700; refuse one that somebody else put there (the temporary folder is open to all)."""
    folder.mkdir(mode=0o700, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in {who.uid, os.geteuid()}:
        raise binaries.EmbeddedError(f"套接字目录 {folder} 属于其他用户，已拒绝使用。请删除该目录后重试。")
    account.give(folder, who)
    return folder
