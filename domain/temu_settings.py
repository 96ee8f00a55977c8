"""The settings of what Temu is reached by: the app, its routers, the seller centre and the hosts of files."""

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from domain import setting_values
from domain.setting_values import TEMU_ROUTER_PATH

URLS_OF_TEMU = ("temu_url_us", "temu_url_eu", "temu_url_global", "temu_url_partner",
                 "temu_seller_url_us", "temu_seller_url_eu", "temu_seller_url_global")  # fmt: skip
_HALF_AN_APP = "TRADEWIND_TEMU_APP_KEY_PARTNER: goes together with TRADEWIND_TEMU_APP_SECRET_PARTNER; set both or neither"


class TemuSettings(BaseSettings):
    """A part of Settings."""

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
    temu_seller_url_us: str = Field(
        "https://seller.temu.com",
        description="Temu's seller centre for malls of the United States, where sellers authorise the app.",
    )
    temu_seller_url_eu: str = Field(
        "https://seller-eu.temu.com", description="The same for malls of the EU and the UK."
    )
    temu_seller_url_global: str | None = Field(
        None,
        description="The same for all other malls. Temu's documents name none. Unset: these are authorised by `setAccessToken` alone.",
    )
    temu_app_key_partner: str | None = Field(
        None,
        description="App key of your app at Temu's partner host, for semi-managed malls. Unset: the app key of the others.",
    )
    temu_app_secret_partner: SecretStr | None = Field(
        None, description="App secret that belongs to the app key of the partner host."
    )
    temu_file_hosts: str = Field(
        "temu.com,kwcdn.com",
        description="Hosts of Temu's that files of shipping labels are fetched from, separated by commas, with those below them; "
        "the access token goes along. In development the routers' own hosts too.",
    )
    temu_calls_per_second: float = Field(
        20,
        gt=0,
        le=1000,
        description="Calls a second that Temu allows this app, all malls and workers together.",
    )

    @field_validator("temu_url_us", "temu_url_eu", "temu_url_global", "temu_url_partner")
    @classmethod
    def _whole_router_url(cls, value: str) -> str:
        return setting_values.router_url(value)

    @field_validator("temu_seller_url_us", "temu_seller_url_eu", "temu_seller_url_global")
    @classmethod
    def _whole_seller_url(cls, value: str | None) -> str | None:
        return None if value is None else setting_values.base_url(value)

    @field_validator("temu_file_hosts")
    @classmethod
    def _known_hosts(cls, value: str) -> str:
        return setting_values.hosts(value)

    @model_validator(mode="after")
    def _a_key_with_its_secret(self) -> Self:
        if (self.temu_app_key_partner is None) != (self.temu_app_secret_partner is None):
            raise ValueError(_HALF_AN_APP)
        return self
