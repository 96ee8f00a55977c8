"""What a process holds while it runs: database, Redis, the way to Temu, and the box that opens secrets."""

from collections.abc import AsyncGenerator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Self

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.database.session import AfterCommit, Database, is_writing
from domain.errors import NotConfigured
from domain.models import AccessToken, AccessTokenPurpose, TemuRegion
from domain.outbound import Outbound
from domain.secrets import SecretBox, development_keys
from domain.settings import Environment, Settings
from domain.temu.access import App, MallAccess
from domain.temu.client import TemuClient
from domain.temu.files import FileHosts
from domain.temu.partner import PartnerClient
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport


@dataclass(frozen=True)
class Resources:
    """Opened once where a process starts, and handed down."""

    settings: Settings
    database: Database
    redis: Redis | None
    secrets: SecretBox
    transport: Transport | None
    outbound: Outbound

    def limited_to(self, company_ids: Collection[int] | None) -> Self:
        """The same, with a database in which there are rows of these companies alone; None is all."""
        return replace(self, database=self.database.limited_to(company_ids))

    def temu(self, region: TemuRegion, token: str) -> TemuClient:
        """The mall that *token* belongs to. Raises NotConfigured where the server has no app at Temu."""
        urls = {
            TemuRegion.US: self.settings.temu_url_us,
            TemuRegion.EU: self.settings.temu_url_eu,
            TemuRegion.GLOBAL: self.settings.temu_url_global,
        }
        return TemuClient(self._transport(), MallAccess(urls[region], token))

    def partner(self, token: str) -> PartnerClient:
        """Products and stock of the semi-managed mall that *token* belongs to. Raises NotConfigured as temu() does."""
        app = None
        if self.settings.temu_app_key_partner and self.settings.temu_app_secret_partner:
            secret = self.settings.temu_app_secret_partner.get_secret_value()
            app = App(self.settings.temu_app_key_partner, secret)
        return PartnerClient(self._transport(), MallAccess(self.settings.temu_url_partner, token, app))

    def _transport(self) -> Transport:
        if self.transport is None:
            message = "This server has no Temu app: set TRADEWIND_TEMU_APP_KEY and TRADEWIND_TEMU_APP_SECRET."
            raise NotConfigured(message)
        return self.transport

    async def redis_answers(self) -> bool:
        """Whether Redis can be reached; without it everything works, only later."""
        if self.redis is None:
            return False
        try:
            answer: Any = self.redis.ping()
            return bool(await answer)
        except (RedisError, OSError):
            return False

    def seal_token(self, token: str, *, company_id: int, purpose: AccessTokenPurpose) -> str:
        """The token as it is stored, bound to its row."""
        return self.secrets.seal(token, place=place_of_token(company_id, purpose))

    def open_token(self, row: AccessToken) -> str:
        """The token of a row."""
        return self.secrets.open(row.sealed, place=place_of_token(row.company_id, row.purpose))

    def seal_webhook_secret(self, secret: str, webhook_id: int) -> str:
        """A webhook's secret as it is stored, bound to its row."""
        return self.secrets.seal(secret, place=place_of_webhook_secret(webhook_id))

    def open_webhook_secret(self, sealed: str, webhook_id: int) -> str:
        """A secret of a webhook."""
        return self.secrets.open(sealed, place=place_of_webhook_secret(webhook_id))


@asynccontextmanager
async def opened(
    settings: Settings, *, redis: Redis | None, after_commit: AfterCommit | None = None
) -> AsyncGenerator[Resources]:
    """Open everything for one process, and close it at the end."""
    async with AsyncExitStack() as stack:
        if settings.database_url is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(settings.effective_database_url, after_commit=after_commit)
        stack.push_async_callback(database.close)
        outbound = Outbound(database, redis)
        transport = None
        if settings.temu_app_key and settings.temu_app_secret:
            app = App(settings.temu_app_key, settings.temu_app_secret.get_secret_value())
            limiter = RateLimiter(redis, calls_per_second=settings.temu_calls_per_second)
            transport = Transport(
                app,
                limiter,
                forbidden_while=is_writing,
                permit=outbound.permit,
                private_too=settings.env is Environment.DEVELOPMENT,
                file_hosts=FileHosts(
                    settings.temu_file_hosts.split(","),
                    is_development=settings.env is Environment.DEVELOPMENT,
                ),
            )
            stack.push_async_callback(transport.close)
        yield Resources(settings, database, redis, secret_box(settings), transport, outbound)


def secret_box(settings: Settings) -> SecretBox:
    """What seals and opens secrets with the keys of *settings*."""
    return SecretBox(settings.sealing_keys or development_keys(settings.data_dir))


def place_of_token(company_id: int, purpose: AccessTokenPurpose) -> str:
    """What a token is bound to where it is sealed."""
    return f"access_tokens|sealed|{company_id}|{purpose.value}"


def place_of_label_file(label_id: int) -> str:
    """What the file of a shipping label is bound to."""
    return f"shipping_label_files|content|{label_id}"


def place_of_return_label(return_id: int) -> str:
    """The same of the label for a return."""
    return f"return_labels|content|{return_id}"


def place_of_webhook_secret(webhook_id: int) -> str:
    """The same of a webhook's secrets, the one that signs and the one before it."""
    return f"webhooks|sealed|{webhook_id}"
