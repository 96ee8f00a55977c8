"""TRADEWIND_* as one typed class: read once where a process starts, checked there, handed down as values."""

from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict
from sqlalchemy import make_url

from domain import sealing_keys, setting_names, setting_values
from domain.temu_settings import URLS_OF_TEMU, TemuSettings

_ROOT = Path(__file__).parent.parent
_PREFIX = "TRADEWIND_"
_OWNER_OF_ANOTHER = "TRADEWIND_DATABASE_OWNER_URL: goes together with a TRADEWIND_DATABASE_URL of PostgreSQL"
_NO_KEYS = (
    "TRADEWIND_ENCRYPTION_KEYS: is required in production. "
    "Make one with: python3 -c \"import base64,os;print('k1:'+base64.b64encode(os.urandom(32)).decode())\""
)
_NOT_TEMUS = "must be an https URL of a public host of Temu's, under temu.com; another one is allowed only with TRADEWIND_ENV=development"
_NOT_HTTPS = "TRADEWIND_PUBLIC_URL: must be https; http is allowed only with TRADEWIND_ENV=development"


class Environment(Enum):
    """Where this process runs."""

    PRODUCTION = "production"  #: the default: nothing is filled in that a person should choose
    DEVELOPMENT = "development"  #: loopback may stand in for Temu, and an encryption key is made up


class ConfigurationError(Exception):
    """The settings can't be used; the message lists each with what is wrong, and never a value."""


class Settings(TemuSettings):
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
    public_url: str | None = Field(
        None,
        description="Where browsers reach the API: `https://tradewind.example.com`, with a path where a proxy has one before it. "
        "Temu redirects sellers who authorise to `/authorize/temu` below it. Unset: `beginAuthorization` is refused.",
    )
    import_orders_interval_seconds: int = Field(
        600, ge=10, le=86_400, description="Seconds between two scheduled order imports of one company."
    )
    import_returns_interval_seconds: int = Field(
        900, ge=10, le=86_400, description="Seconds between two scheduled imports of one company's returns."
    )
    upload_tracking_interval_seconds: int = Field(
        300, ge=10, le=86_400, description="Seconds between two scheduled tracking uploads of one company."
    )
    update_inventory_interval_seconds: int = Field(
        300, ge=10, le=86_400, description="Seconds between two scheduled inventory updates of one company."
    )
    upload_prices_interval_seconds: int = Field(
        900, ge=10, le=86_400, description="Seconds between two scheduled price uploads of one company."
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
    server_connections: int = Field(
        2500,
        ge=10,
        le=100_000,
        description="Connections that one server holds at the most. Of more, those that have asked for nothing yet are "
        "closed, and then the newest are answered 503. Four fifths may be WebSockets and event streams, two fifths those of "
        "one key.",
    )
    trusted_proxies: str | None = Field(
        None,
        description="Addresses and networks of reverse proxies, separated by commas, whose `X-Forwarded-For` and "
        "`X-Forwarded-Proto` are believed: `10.0.0.7,172.16.0.0/12`. Unset: nobody's.",
    )
    cors_origins: str | None = Field(
        None,
        description="Origins whose pages may call the API from a browser, by HTTP and WebSocket, separated by commas: "
        "`https://office.example.com`. Unset: the server's own alone.",
    )
    compression: bool = Field(
        True,
        description="Whether replies are compressed (gzip) for clients that take it; a proxy may do it instead.",
    )
    worker_jobs: int = Field(10, ge=1, le=100, description="Jobs that one worker runs at the same time.")
    keep_jobs_days: int = Field(
        30, ge=1, le=3650, description="Days for which finished jobs and uploaded files are kept."
    )
    keep_audit_days: int = Field(
        365, ge=30, le=3650, description="Days for which it is kept who changed what (`auditEvents`)."
    )
    keep_changes_days: int = Field(
        30,
        ge=3,
        le=3650,
        description="Days for which the log of changes is kept, which subscriptions and webhooks are fed from.",
    )
    buyer_retention_days: int = Field(
        180,
        ge=1,
        le=3650,
        description="Days after its delivery or cancellation for which an order keeps its buyer's name, address and tax code.",
    )
    largest_file_bytes: int = Field(
        20 * 1024 * 1024,
        ge=1024,
        le=200 * 1024 * 1024,
        description="Bytes of the largest file that is taken.",
    )
    webhooks_allow_private: bool | None = Field(
        None,
        description="Whether webhooks may go to private addresses, to any port, and without TLS. Unset: in development alone.",
    )
    keep_webhook_deliveries_days: int = Field(
        7, ge=1, le=3650, description="Days for which webhook deliveries that have ended are kept."
    )
    files_per_company: int = Field(
        1000,
        ge=1,
        description="Uploaded files that are kept at most of the keys of one company, and exports of it.",
    )
    file_bytes_per_company: int = Field(
        1024**3,
        ge=1024,
        description="Bytes of uploaded files that are kept at most of the keys of one company, and of exports of it.",
    )
    key_points: int = Field(
        5_000_000,
        ge=30_000,
        description="Points that an API key holds at most, from which the cost of its operations is taken.",
    )
    key_points_per_second: int = Field(
        500_000, ge=1, description="Points that come back to an API key each second."
    )
    graphiql: bool | None = Field(
        None, description="Whether GraphiQL is served at /graphql. Unset: in development alone."
    )
    trusted_documents: Path | None = Field(
        None,
        description="JSON file of documents by their ids, as graphql-codegen writes it, which requests may name by `documentId` "
        "or by Apollo's hash. Each is checked where a server starts. Unset: none.",
    )
    trusted_documents_only: bool = Field(
        False,
        description="Whether only documents of TRADEWIND_TRUSTED_DOCUMENTS are run, whoever sends others; GraphiQL is not served then.",
    )
    introspection: bool | None = Field(
        None,
        description="Whether the schema can be asked for through the API, and a wrong name is met with the right one. "
        "Unset: in development alone.",
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
        return None if value is None else setting_values.database_url(value)

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            setting_values.check_redis_url(value.get_secret_value())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _known_networks(cls, value: str | None) -> str | None:
        return setting_values.networks(value or "")

    @field_validator("cors_origins")
    @classmethod
    def _known_origins(cls, value: str | None) -> str | None:
        return setting_values.origins(value or "")

    @field_validator("public_url")
    @classmethod
    def _whole_public_url(cls, value: str | None) -> str | None:
        return None if value is None else setting_values.base_url(value)

    @field_validator("encryption_keys")
    @classmethod
    def _readable_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            sealing_keys.parse(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _an_owner_of_the_same(self) -> Self:
        owner = self.database_owner_url
        if owner is not None and not (
            owner.startswith("postgresql") and (self.database_url or "").startswith("postgresql")
        ):
            raise ValueError(_OWNER_OF_ANOTHER)
        return self

    @model_validator(mode="after")
    def _trusts_some(self) -> Self:
        if self.trusted_documents_only and self.trusted_documents is None:
            message = "TRADEWIND_TRUSTED_DOCUMENTS_ONLY: needs TRADEWIND_TRUSTED_DOCUMENTS"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _fit_for_the_environment(self) -> Self:
        if self.env is Environment.DEVELOPMENT:
            return self
        if not (self.public_url or "https:").startswith("https:"):
            raise ValueError(_NOT_HTTPS)
        for name in URLS_OF_TEMU:
            url: str | None = getattr(self, name)
            if url is not None and not setting_values.is_temus(url):
                raise ValueError(f"{_PREFIX}{name.upper()}: {_NOT_TEMUS}")
        if self.encryption_keys is None:
            raise ValueError(_NO_KEYS)
        return self

    @cached_property
    def sealing_keys(self) -> dict[str, bytes]:
        """As sealing_keys.parse(); empty where development has to make one up."""
        return (
            {}
            if self.encryption_keys is None
            else sealing_keys.parse(self.encryption_keys.get_secret_value())
        )

    @property
    def serves_graphiql(self) -> bool:
        """Whether GraphiQL is served, set or not."""
        return not self.trusted_documents_only and self._or_in_development(self.graphiql)

    @property
    def shows_schema(self) -> bool:
        """Whether the schema can be asked for, set or not."""
        return self._or_in_development(self.introspection)

    @property
    def webhooks_reach_private(self) -> bool:
        """Whether webhooks may go to addresses that are not public, set or not."""
        return self._or_in_development(self.webhooks_allow_private)

    def _or_in_development(self, setting: bool | None) -> bool:  # noqa: FBT001 - the setting is what it is about
        return self.env is Environment.DEVELOPMENT if setting is None else setting

    @property
    def browser_origins(self) -> tuple[str, ...]:
        """The origins of `cors_origins`."""
        return tuple((self.cors_origins or "").split(",")) if self.cors_origins else ()

    @property
    def application_role(self) -> str | None:
        """PostgreSQL's role of servers and workers, where another one owns the tables."""
        owner = self.database_owner_url and make_url(self.database_owner_url).username
        role = make_url(self.effective_database_url).username
        # One that owns the tables may do everything; what others may not do is not taken from it.
        return None if owner in {None, role} else role

    @property
    def effective_database_url(self) -> str:
        """The database to use: the one named, or the embedded one."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute()}/tradewind.sqlite3"


def unknown_variables() -> dict[str, str | None]:
    """Variables that are named like settings and are none, each with the one that it is misspelt from, if it looks so."""
    return setting_names.unknown(_PREFIX, [name.upper() for name in Settings.model_fields])
