"""TRADEWIND_* as one typed class: read once where a process starts, checked there, handed down as values."""

import base64
import os
import re
from collections.abc import Callable
from difflib import get_close_matches
from enum import Enum
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Self, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.connection import parse_url
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain import redis_sentinel

TEMU_ROUTER_PATH = "/openapi/router"
_ENCRYPTION_KEY_BYTES = 32
_ROOT = Path(__file__).parent.parent
_PREFIX = "TRADEWIND_"
# So much of a name that is no setting, and of one that is, has to be alike for the one to be meant for the other.
_ALIKE = 0.8
# Kubernetes sets these in each pod for a service that is called tradewind, or tradewind-something.
_UNREADABLE_URL = "can't be read as a URL: a port is a number, and / @ : in a password are %2F %40 %3A"
_OF_KUBERNETES = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$")


class Environment(Enum):
    """Where this process runs."""

    PRODUCTION = "production"  #: the default: nothing is filled in that a person should choose
    DEVELOPMENT = "development"  #: loopback may stand in for Temu, and an encryption key is made up


class ConfigurationError(Exception):
    """The settings can't be used; the message lists each with what is wrong, and never a value."""


class Settings(BaseSettings):
    """Every setting, with its unit; docs/settings.md lists them for operators."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    env: Environment = Field(Environment.PRODUCTION, description="`production` or `development`.")
    data_dir: Path = Field(
        _ROOT / "var",
        description="Folder of the embedded database and the embedded Redis, where these are used. "
        "Unset: `var` beside the code.",
    )
    database_url: str | None = Field(
        None,
        repr=False,
        description="SQLAlchemy URL of PostgreSQL or SQLite. Unset: SQLite in the data folder.",
    )
    database_owner_url: str | None = Field(
        None,
        repr=False,
        description="SQLAlchemy URL of the same PostgreSQL for the role that owns the tables: `tradewind migrate` connects by "
        "it, and lets the role of TRADEWIND_DATABASE_URL use them. Unset: one role for both.",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="redis:// or rediss:// URL, or that of sentinels: "
        "`redis+sentinel://user:password@host:26379,host2:26379/service/0`. "
        "Unset: an embedded server in the data folder.",
    )
    encryption_keys: SecretStr | None = Field(
        None,
        description="Keys that seal tokens: `id:base64 of 32 bytes`, separated by commas, the first one seals. "
        "Required in production.",
    )
    temu_app_key: str | None = Field(None, description="App key of your app at Temu's partner platform.")
    temu_app_secret: SecretStr | None = Field(None, description="App secret that belongs to the app key.")
    temu_url_us: str = Field(
        f"https://openapi-b-us.temu.com{TEMU_ROUTER_PATH}",
        description="Temu's router for malls of the United States.",
    )
    temu_url_eu: str = Field(
        f"https://openapi-b-eu.temu.com{TEMU_ROUTER_PATH}",
        description="Temu's router for malls of the EU and the UK.",
    )
    temu_url_global: str = Field(
        f"https://openapi-b-global.temu.com{TEMU_ROUTER_PATH}",
        description="Temu's router for all other malls.",
    )
    temu_url_partner: str = Field(
        f"https://openapi-b-partner.temu.com{TEMU_ROUTER_PATH}",
        description="Temu's router for products and stock of semi-managed malls, whatever their region.",
    )
    temu_app_key_partner: str | None = Field(
        None,
        description="App key of your app at Temu's partner host, for semi-managed malls. Unset: the app key of the others.",
    )
    temu_app_secret_partner: SecretStr | None = Field(
        None, description="App secret that belongs to the app key of the partner host."
    )
    temu_calls_per_second: float = Field(
        20,
        gt=0,
        le=1000,
        description="Calls a second that Temu allows this app, all malls and workers together.",
    )
    import_orders_interval_seconds: int = Field(
        600, ge=10, le=86_400, description="Seconds between two scheduled order imports of one company."
    )
    upload_tracking_interval_seconds: int = Field(
        300, ge=10, le=86_400, description="Seconds between two scheduled tracking uploads of one company."
    )
    update_inventory_interval_seconds: int = Field(
        300, ge=10, le=86_400, description="Seconds between two scheduled inventory updates of one company."
    )
    reconcile_inventory_interval_hours: int = Field(
        24, ge=1, le=720, description="Hours between two comparisons of Temu's stock with what it was told."
    )
    import_overlap_seconds: int = Field(
        900,
        ge=0,
        le=86_400,
        description="Seconds by which an import reaches back behind where the last one began.",
    )
    lease_seconds: int = Field(
        30,
        ge=2,
        le=300,
        description="Seconds without a heartbeat after which another worker takes a job over.",
    )
    shutdown_delay_seconds: float = Field(
        5,
        ge=0,
        le=60,
        description="Seconds for which a server that is told to stop goes on answering while `/ready` says 503, so that "
        "whoever sends it requests turns to others first.",
    )
    worker_jobs: int = Field(10, ge=1, le=100, description="Jobs that one worker runs at the same time.")
    keep_jobs_days: int = Field(
        30, ge=1, le=3650, description="Days for which finished jobs and uploaded files are kept."
    )
    largest_file_bytes: int = Field(
        20 * 1024 * 1024,
        ge=1024,
        le=200 * 1024 * 1024,
        description="Bytes of the largest file that is taken.",
    )
    graphiql: bool = Field(default=True, description="Whether GraphiQL is served at /graphql.")
    introspection: bool = Field(
        default=True, description="Whether the schema can be asked for through the API."
    )
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65_535,
        description="Port at which a worker serves its metrics at /metrics. Unset: nowhere. A server serves its own "
        "beside GraphQL.",
    )
    metrics_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address on which a worker serves its metrics; `0.0.0.0` in a container.",
    )
    log_format: str = Field("json", pattern="^(json|console)$", description="`json` or `console`.")

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raises ConfigurationError naming each variable that can't be used."""
        lines = [
            f"{name}: is no setting; {nearest} is" for name, nearest in unknown_variables().items() if nearest
        ]
        settings = None
        try:
            settings = cls()  # pyright: ignore[reportCallIssue] - pydantic reads them from the environment
        except ValidationError as error:
            lines += [
                f"{_PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg'].removeprefix('Value error, ')}"
                if fault["loc"]
                else fault["msg"].removeprefix("Value error, ")
                for fault in error.errors(include_input=False, include_url=False)
            ]
        if lines or settings is None:
            raise ConfigurationError("\n".join(lines))
        return settings

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        for plain, asynchronous in (
            ("postgresql://", "postgresql+asyncpg://"),
            ("postgres://", "postgresql+asyncpg://"),
            ("sqlite://", "sqlite+aiosqlite://"),
        ):
            if value.startswith(plain):
                value = asynchronous + value.removeprefix(plain)
        if not value.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite://")):
            message = "must begin with postgresql:// or sqlite://"
            raise ValueError(message)
        try:
            make_url(value)
        except (ArgumentError, ValueError):
            # The text of the first may hold the value.
            raise ValueError(_UNREADABLE_URL) from None
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr | None) -> SecretStr | None:
        url = "" if value is None else value.get_secret_value()
        if url.startswith(redis_sentinel.SCHEMES):
            redis_sentinel.parse(url)
        elif value is not None and not url.startswith(("redis://", "rediss://", "unix://")):
            message = "must begin with redis://, rediss://, redis+sentinel://, rediss+sentinel:// or unix://"
            raise ValueError(message)
        elif value is not None:
            try:
                cast("Callable[[str], object]", parse_url)(url)
            except ValueError:
                raise ValueError(_UNREADABLE_URL) from None
        return value

    @field_validator("temu_url_us", "temu_url_eu", "temu_url_global", "temu_url_partner")
    @classmethod
    def _whole_router_url(cls, value: str) -> str:
        wrong = f"must be a URL such as https://host{TEMU_ROUTER_PATH}"
        try:
            parts = urlsplit(value)
            is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            raise ValueError(wrong) from None  # The text of the first may hold the value.
        if (
            not is_whole
            or "@" in parts.netloc
            or parts.query
            or parts.fragment
            or not (value.isascii() and value.isprintable())
            or " " in value
        ):
            raise ValueError(wrong)
        return value if parts.path.strip("/") else value.rstrip("/") + TEMU_ROUTER_PATH

    @field_validator("encryption_keys")
    @classmethod
    def _readable_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _parse_keys(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _a_key_with_its_secret(self) -> Self:
        if (self.temu_app_key_partner is None) != (self.temu_app_secret_partner is None):
            message = (
                "TRADEWIND_TEMU_APP_KEY_PARTNER: goes together with TRADEWIND_TEMU_APP_SECRET_PARTNER; "
                "set both or neither"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _an_owner_of_the_same(self) -> Self:
        owner = self.database_owner_url
        if owner is not None and not (
            owner.startswith("postgresql") and (self.database_url or "").startswith("postgresql")
        ):
            message = (
                "TRADEWIND_DATABASE_OWNER_URL: goes together with a TRADEWIND_DATABASE_URL of PostgreSQL"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _fit_for_the_environment(self) -> Self:
        if self.env is Environment.DEVELOPMENT:
            return self
        for name in ("temu_url_us", "temu_url_eu", "temu_url_global", "temu_url_partner"):
            parts = urlsplit(getattr(self, name))
            if parts.scheme != "https" or _is_private(parts.hostname or ""):
                message = (
                    f"TRADEWIND_{name.upper()}: must be an https URL of a public host; "
                    "loopback is allowed only with TRADEWIND_ENV=development"
                )
                raise ValueError(message)
        if self.encryption_keys is None:
            message = (
                "TRADEWIND_ENCRYPTION_KEYS: is required in production. "
                "Make one with: python3 -c \"import base64,os;print('k1:'+base64.b64encode(os.urandom(32)).decode())\""
            )
            raise ValueError(message)
        return self

    @cached_property
    def sealing_keys(self) -> dict[str, bytes]:
        """Key id to key, the one that seals first; empty where development has to make one up."""
        return {} if self.encryption_keys is None else _parse_keys(self.encryption_keys.get_secret_value())

    @property
    def application_role(self) -> str | None:
        """PostgreSQL's role of servers and workers, where another one owns the tables."""
        return None if self.database_owner_url is None else make_url(self.effective_database_url).username

    @property
    def effective_database_url(self) -> str:
        """The database to use: the one named, or the embedded one."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute()}/tradewind.sqlite3"


def unknown_variables() -> dict[str, str | None]:
    """Variables that are named like settings and are none, each with the one that it is misspelt from, if it looks so."""
    known = [name.upper() for name in Settings.model_fields]
    unknown: dict[str, str | None] = {}
    for variable in os.environ:
        name = variable.upper().removeprefix(_PREFIX)
        is_ours = variable.upper().startswith(_PREFIX) and not _OF_KUBERNETES.search(f"_{name}")
        if is_ours and name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=_ALIKE)
            unknown[variable] = f"{_PREFIX}{nearest[0]}" if nearest else None
    return unknown


def _parse_keys(text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key_id, colon, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not colon or not key_id.isalnum() or len(key) != _ENCRYPTION_KEY_BYTES or len(set(key)) == 1:
            message = "each key must be `id:base64 of 32 random bytes`, ids being letters and digits"
            raise ValueError(message)
        if key_id in keys:
            message = f"key id {key_id} is given twice"
            raise ValueError(message)
        keys[key_id] = key
    if not keys:
        message = "holds no key"
        raise ValueError(message)
    return keys


def _is_private(host: str) -> bool:
    """Whether *host* is, as written, this machine or a network behind it."""
    host = host.rstrip(".").lower()
    try:
        return not ip_address(host).is_global
    except ValueError:
        if host.rpartition(".")[2][:1].isdigit():
            return True  # 127.1 and 0x7f.0.0.1 are numbers to resolvers, and no public name ends so.
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host
