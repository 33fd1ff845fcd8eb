"""The one settings table: environment `GONGBU_*` over `gongbu.toml`; unknown names are an error.

Read once, in the composition roots; everything below receives values.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.networks import IPvAnyNetwork
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from hub.chinese.index_numbers import is_code
from hub.post import MailSettings
from hub.provider import OidcSettings
from hub.site import SiteSettings
from schemas import faults
from schemas.errors import ErrorCode, HubError
from schemas.rulebook import USUAL, Rulebook
from schemas.session import SecondFactor

PREFIX = "GONGBU_"
FILE = Path("gongbu.toml")
#: The driver that the store speaks through; another scheme would ask for a library that is not there.
SCHEME = "postgresql+asyncpg://"
#: What is said of settings where forms say something else.
NO_SETTING = {
    "extra_forbidden": "没有这个设置项，请核对名称",
    "too_short": "长度至少 {min_length}",
    "ip_any_network": "应为地址或网段，如 10.0.0.1 或 10.0.0.0/8",
}


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
    staff_url: str = Field("", description="工作人员访问工作端的网址，通行密钥和单点登录按它核对；不设则由监听地址推出")
    secret_key: Path | None = Field(
        None, description="工作端的密钥文件，多台机器须用同一个；默认 <data_dir>/secret.key"
    )
    public_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description="公众端之前的代理（如 nginx）地址，可写网段；不写则代理之后的所有人合用一份访问频率限额"
    )
    staff_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description="工作端之前的代理地址（可写网段）；只有它们传来的 X-Forwarded-For 才算数"
    )
    session_idle_seconds: float = Field(1800.0, ge=60, le=86_400, description="多久不操作须重新登录")
    session_seconds: float = Field(36_000.0, ge=300, le=604_800, description="登录一次最长多久")
    second_factor: SecondFactor = Field(
        SecondFactor.OPTIONAL, description="第二重验证：optional 由本人决定，required 必须使用"
    )
    mixed_passwords: bool = Field(
        False, description="密码须含大小写字母、数字、符号中的三类（等级保护测评有此要求时打开）"
    )
    oidc: OidcSettings | None = Field(None, description="单点登录 [oidc]；不设则不用")
    mail: MailSettings | None = Field(None, description="邮件服务器与邮件订阅 [mail]；不设则不发邮件")
    site: SiteSettings = Field(default_factory=SiteSettings, description="网站信息")
    rules: Rulebook = Field(USUAL, description="发布前检查的数值 [rules]：有效期年限、照抄比例、可公开的办公电话")
    log_origin: str = Field(
        "", description="发布日志的名称（C2SP origin）；不设则在第一次启动时由 public_url 推出，以后不变"
    )
    log_key: Path | None = Field(None, description="发布日志的签名密钥文件；默认 <data_dir>/log.key")
    lease_seconds: float = Field(10.0, ge=1, le=600, description="投递租约时长，也是崩溃后的恢复时间")
    patience_seconds: float = Field(
        86_400.0, ge=60, description="超过计划时间这么久还没有发出的，不再自动发出，由人确认"
    )
    outward_networks: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="外人给出的回调网址、正文中的链接可以指向的内部网段（端口不限）；"
        "不设则只能指向公网的 80、443、8080、8443 端口",
    )
    worker_name: str = Field("", description="投递进程名；不设则用主机名与进程号")
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

    @field_validator("rules")
    @classmethod
    def _codes(cls, value: Rulebook) -> Rulebook:
        """A mistyped code would be in every 索引号 from then on, and numbers are never taken back."""
        codes = [value.bureau_code, *(one.rsplit(" ", 1)[1] for one in value.unit_codes)]
        wrong = [code for code in codes if code and not is_code(code)]
        if wrong:
            raise PydanticCustomError("code", "统一社会信用代码 {code} 的校验码不对", {"code": wrong[0]})
        return value

    @field_validator("public_url", "staff_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _driver(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(SCHEME):
            raise PydanticCustomError("scheme", f"应以 {SCHEME} 开头")
        return value

    @model_validator(mode="after")
    def _unique_channel_names(self) -> Self:
        names = [str(table.get("name")) for table in self.channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise PydanticCustomError("twice", "两个渠道不能同名：{names}", {"names": "、".join(twice)})
        return self

    @property
    def log_key_path(self) -> Path:
        return self.log_key or self.data_dir / "log.key"

    @property
    def secret_key_path(self) -> Path:
        return self.secret_key or self.data_dir / "secret.key"


def load(**overrides: Any) -> Settings:
    """Return the effective settings. `overrides` are the command line's; None means not given.

    Raises HubError(SETTINGS) that names every wrong or unknown setting without showing its value.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(n for n in os.environ if n.startswith(PREFIX) and n.partition("__")[0] not in known)
    if unknown:
        # pydantic-settings would pass a misspelt variable over in silence.
        raise HubError(ErrorCode.SETTINGS, detail=f"没有名为 {'、'.join(unknown)} 的设置项")
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        wrong = faults.fields(error, others=NO_SETTING)
        raise HubError(ErrorCode.SETTINGS, detail=faults.sentence(wrong), fields=wrong) from None
    except SettingsError as error:
        # Only tables and lists are read as JSON; the library names the field and nothing else.
        named = re.search(r'field "(\w+)"', str(error))
        variable = PREFIX + named[1].upper() if named else "环境变量"
        raise HubError(ErrorCode.SETTINGS, detail=f"{variable} 应为 JSON") from None


class _TomlSource(PydanticBaseSettingsSource):
    """`gongbu.toml` in the working directory."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        try:
            return tomllib.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}
        except tomllib.TOMLDecodeError as error:
            raise HubError(ErrorCode.SETTINGS, detail=f"{FILE} {faults.toml(error)}") from None
        except UnicodeDecodeError:
            raise HubError(ErrorCode.SETTINGS, detail=f"{FILE} 不是 UTF-8 编码") from None
        except OSError as error:
            raise HubError(ErrorCode.SETTINGS, detail=f"{FILE} 读不出（{error.strerror}）") from None


def _toml(settings_cls: type[BaseSettings]) -> PydanticBaseSettingsSource:
    return _TomlSource(settings_cls)
