"""The one settings table: environment `GONGBU_*` over `gongbu.toml`; unknown names are an error.

Read once, in the composition roots; everything below receives values.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from schemas.errors import ErrorCode, HubError

PREFIX = "GONGBU_"


class SiteSettings(BaseModel):
    """What the pages say about the site (国办发〔2017〕47号). What is unknown stays empty; `gongbu check` names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field("政务公开发布平台", description="网站名称 SiteName")
    code: str = Field("", description="政府网站标识码 SiteIDCode，10 位")
    bureau: str = Field("（未设置主办单位）", description="主办单位")
    footer: dict[str, str] = Field(
        default_factory=dict, description="页脚其他项目：联系方式、ICP备案编号、公安机关备案号 …"
    )


class Settings(BaseSettings):
    """Every setting with its meaning. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_nested_delimiter="__")

    data_dir: Path = Field(Path(".gongbu/data"), description="数据目录：内置数据库、网站目录、日志密钥")
    database_url: SecretStr | None = Field(None, description="PostgreSQL（应用角色）；不设则使用内置数据库")
    database_owner_url: SecretStr | None = Field(None, description="PostgreSQL（属主角色），仅 migrate 使用")
    redis_url: SecretStr | None = Field(None, description="Valkey/Redis；不设则使用内置的 Valkey")
    public_listen: str = Field("[::]:8080", description="公众端监听地址；off 表示不启动")
    staff_listen: str = Field("[::1]:8081", description="工作端监听地址；off 表示不启动")
    public_url: str = Field("", description="公众访问的网址，写入页面与日志；不设则由监听地址推出")
    site: SiteSettings = Field(default_factory=SiteSettings, description="网站信息")
    log_origin: str = Field("", description="发布日志的名称（C2SP origin）；不设则由 public_url 推出")
    log_key: Path | None = Field(None, description="发布日志的签名密钥文件；默认 <data_dir>/log.key")
    lease_seconds: float = Field(10.0, ge=1, le=600, description="投递租约时长，也是崩溃后的恢复时间")
    patience_seconds: float = Field(
        86_400.0, ge=60, description="超过计划时间这么久还没有发出的，不再自动发出，由人确认"
    )
    worker_name: str = Field("", description="工作进程名；不设则用主机名与进程号")
    channels: tuple[dict[str, Any], ...] = Field((), description="发布渠道表 [[channels]]")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _toml(settings_cls)

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _unique_channel_names(self) -> Self:
        names = [table.get("name") for table in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("两个渠道不能同名")
        return self

    @property
    def log_key_path(self) -> Path:
        return self.log_key or self.data_dir / "log.key"


def load(**overrides: Any) -> Settings:
    """Return the effective settings. `overrides` are the command line's; None means not given.

    Raises HubError(INVALID) that names every wrong or unknown setting without showing its value.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(n for n in os.environ if n.startswith(PREFIX) and n.partition("__")[0] not in known)
    if unknown:
        # pydantic-settings would pass a misspelt variable over in silence.
        raise HubError(ErrorCode.INVALID, detail=f"没有名为 {'、'.join(unknown)} 的设置项")
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        wrong = {".".join(map(str, e["loc"])): e["msg"] for e in error.errors(include_input=False, include_url=False)}
        detail = "；".join(f"{name}：{why}" for name, why in wrong.items())
        raise HubError(ErrorCode.INVALID, detail=f"设置有误（{detail}）", fields=wrong) from None


def resolve(value: Any) -> Any:
    """Return a channel table with its `env:NAME` and `file:PATH` values read.

    Raises HubError(INVALID) if one is missing.
    """
    if isinstance(value, dict):
        return {key: resolve(item) for key, item in value.items()}
    if isinstance(value, str) and value.startswith("env:"):
        return SecretStr(_named(os.environ.get(value[4:]), value))
    if isinstance(value, str) and value.startswith("file:"):
        path = Path(value[5:])
        return SecretStr(_named(path.read_text().strip() if path.is_file() else None, value))
    return value


def _named(secret: str | None, name: str) -> str:
    if not secret:
        raise HubError(ErrorCode.INVALID, detail=f"渠道设置引用的 {name} 不存在或为空")
    return secret


class _TomlSource(PydanticBaseSettingsSource):
    """`gongbu.toml` in the working directory."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        path = Path("gongbu.toml")
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _toml(settings_cls: type[BaseSettings]) -> PydanticBaseSettingsSource:
    return _TomlSource(settings_cls)
