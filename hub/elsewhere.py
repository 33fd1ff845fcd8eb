"""Settings that only say where their value is: `env:NAME`, `file:PATH`. So no secret stands in a settings file."""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from schemas.errors import ErrorCode, HubError


def resolve(value: Any) -> Any:
    """Return a channel table with its `env:NAME` and `file:PATH` values read.

    Raises HubError(SETTINGS) if one is missing.
    """
    if isinstance(value, dict):
        return {key: resolve(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item) for item in value]
    if isinstance(value, str) and value.startswith("env:"):
        return SecretStr(_named(os.environ.get(value[4:]), value))
    if isinstance(value, str) and value.startswith("file:"):
        return SecretStr(_named(_content(Path(value[5:])), value))
    return value


def _content(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None


def _named(secret: str | None, name: str) -> str:
    if not secret:
        raise HubError(ErrorCode.SETTINGS, detail=f"设置引用的 {name} 不存在、为空或读不出")
    return secret
