"""What the inner parts say in English, told to an operator in Chinese: key files, exports, a store that is away."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from hub.log.export import ExportError
from hub.log.keys import KeyFileError
from schemas.errors import ErrorCode, HubError

#: A part of `KeyFileError`'s words → what is wrong and what to do. A test holds that none is missing.
KEY_FILE = {
    "a key already exists": "文件已经存在",
    "cannot be opened": "无法打开，或者是符号链接；请核对路径和权限",
    "a seed is exactly": "长度不是 32 字节，文件已损坏；请从备份恢复",
    "the seed is not random": "内容不是随机密钥，文件已损坏；请从备份恢复",
    "not a regular file": "不是普通文件",
    "others may read or write it": "其他用户可以读写；请执行 chmod 600，并查明是否已经泄露",
}
#: A part of `ExportError`'s words → why the directory is refused.
EXPORT = {
    "the checkpoint is not of the log's size": "检查点与日志条数不符",
    "certificates have names": "有证书的名称不能作为文件名",
    "the entries do not have the root": "日志条目与已签名的检查点不符，请保留现场并报告",
    "files that no export has written": "其中有不属于日志导出的文件",
    "not an export of this log": "它不是本日志的导出",
    "checkpoint is not of this log": "其中的检查点不是本日志签的",
    "a newer export than the log": "其中的导出比数据库里的日志还新，数据库可能恢复了旧备份；请保留该目录作为证据",
    "another history of this log": "其中的导出与本日志历史不同；请保留该目录作为证据并报告",
    "a symbolic link": "其中有符号链接",
}
#: The system's number → why a file cannot be used.
FILE = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已经存在，且不是目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "是目录，不是文件",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
}
#: The names of asyncpg's refusals that an operator meets → what to look at.
STORE = {
    "ConnectionRefusedError": "连接被拒绝，请核对地址和端口，确认数据库已启动",
    "gaierror": "找不到该主机，请核对地址",
    "TimeoutError": "连接超时，请核对地址和网络",
    "FileNotFoundError": "找不到套接字，请核对地址，确认数据库已启动",
    "InvalidPasswordError": "口令不对",
    "InvalidAuthorizationSpecificationError": "该角色不能登录，请核对角色名和 pg_hba.conf",
    "InvalidCatalogNameError": "没有这个数据库，请先建立",
    "CannotConnectNowError": "数据库正在启动或停止，请稍后重试",
    "TooManyConnectionsError": "连接数已满，请调高 max_connections",
    "CommandError": "数据库结构与程序版本不符（可能由更新的版本升级过），请使用对应版本的程序",
    "InsufficientPrivilegeError": "角色权限不足，升级结构须用属主角色（GONGBU_DATABASE_OWNER_URL）",
}


def of_key(error: KeyFileError) -> str:
    """Why a key file is refused."""
    return _found(str(error), KEY_FILE)


def of_export(error: ExportError, directory: Path) -> HubError:
    """The error to tell for a directory or a log that does not allow an export."""
    return HubError(ErrorCode.FOLDER, directory=directory, why=_found(str(error), EXPORT))


@contextmanager
def store() -> Iterator[None]:
    """Tell what a driver raises without a usable store as HubError(STORE), a file's trouble as HubError(FILE)."""
    try:
        yield
    except OSError as error:
        raise (of_file(error) if error.filename is not None else of_store(error)) from error
    except SQLAlchemyError as error:
        raise of_store(error) from error
    except Exception as error:
        # Their refusals have no base class of the drivers' standard.
        if type(error).__module__.startswith(("asyncpg", "alembic")):
            raise of_store(error) from error
        raise


def of_store(error: BaseException) -> HubError:
    """The error to tell for what a driver raised. Neither address nor password is repeated."""
    names = [name for one in _chain(error) for name in (cls.__name__ for cls in type(one).__mro__)]
    why = next((STORE[name] for name in names if name in STORE), None)
    return HubError(ErrorCode.STORE, detail=why or f"{type(error).__name__}，请查看数据库的运行记录")


def of_file(error: OSError) -> HubError:
    """The error to tell for a file or a directory that the system does not let us use."""
    return HubError(ErrorCode.FILE, path=error.filename, why=FILE.get(error.errno or 0, error.strerror))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def _found(said: str, table: dict[str, str]) -> str:
    return next((words for part, words in table.items() if part in said), said)
