"""Companies with their website settings, their access tokens, and what Temu said of these."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, Json, enum_column, updated_at
from domain.models.folded import folded


class Channel(Enum):
    """Where orders come from and stock goes to."""

    WEBSITE = "WEBSITE"  #: the company's website plugin, which is Temu


class StoreType(Enum):
    """What kind of website a company sells on."""

    NONE = "NONE"  #: none chosen yet
    CUSTOM = "CUSTOM"  #: one that a plugin serves


class StorePlugin(Enum):
    """The plugin that serves a custom website."""

    TEMU = "TEMU"  #: Temu's Open Platform


class TemuRegion(Enum):
    """The part of Temu a mall belongs to: a token works only there."""

    US = "US"  #: United States
    EU = "EU"  #: European Union and United Kingdom
    GLOBAL = "GLOBAL"  #: everywhere else


class MallType(Enum):
    """What kind of shop a mall is."""

    LOCAL = "LOCAL"  #: of a seller in the mall's own part of Temu
    SEMI_MANAGED = "SEMI_MANAGED"  #: of a seller abroad, with one part of the same shop in each region


class TemuHost(Enum):
    """Where Temu takes calls with a token."""

    REGION = "REGION"  #: the router of the mall's region
    PARTNER = "PARTNER"  #: the partner host, which serves products and stock of semi-managed malls


class AccessTokenPurpose(Enum):
    """What a token may be used for: cross-border malls hold two."""

    ALL = "ALL"  #: everything
    ORDERS = "ORDERS"  #: orders and shipping
    PRODUCTS = "PRODUCTS"  #: products and stock


class AccessTokenStatus(Enum):
    """What is known of a token."""

    MISSING = "MISSING"  #: none is set
    UNTESTED = "UNTESTED"  #: set, but Temu has not been asked yet or could not be reached
    VALID = "VALID"  #: Temu accepts it
    EXPIRING = "EXPIRING"  #: Temu accepts it, for 30 days at most
    EXPIRED = "EXPIRED"  #: its time is over
    REJECTED = "REJECTED"  #: Temu refuses it


class Company(Base):
    """One brand or mall of the seller's organisation, with its settings."""

    __tablename__ = "companies"
    __table_args__ = (Index("ix_companies_mall", "mall_id", "region", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str | None] = folded("name")
    created_at: Mapped[datetime]

    store_type: Mapped[StoreType] = mapped_column(enum_column(StoreType), default=StoreType.NONE)
    store_plugin: Mapped[StorePlugin | None] = mapped_column(enum_column(StorePlugin))
    region: Mapped[TemuRegion] = mapped_column(enum_column(TemuRegion), default=TemuRegion.US)
    allow_inventory_upload: Mapped[bool] = mapped_column(default=False)
    allow_order_download: Mapped[bool] = mapped_column(default=False)
    allow_tracking_upload: Mapped[bool] = mapped_column(default=False)
    allow_price_upload: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A price of a product without a floor is refused.
    require_minimum_price: Mapped[bool] = mapped_column(default=True, server_default=true())
    allow_return_download: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Tell the channel of each line once it is packed whole, not of orders once all of their lines are.
    upload_tracking_per_item: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Tell the channel that parcels with labels of its own have left, some hours before it says so by itself.
    confirm_labels_automatically: Mapped[bool] = mapped_column(default=False, server_default=false())
    safety_quantity: Mapped[int] = mapped_column(default=0)
    max_quantity: Mapped[int | None]
    sell_only_mapped_warehouses: Mapped[bool] = mapped_column(default=False)
    orders_not_before: Mapped[datetime | None]

    # Set when Temu first accepts a token, and kept: orders of two companies with one mall would come in twice.
    # Only of a semi-managed mall may several have it, each another region's part, which has orders of its own (C12).
    mall_id: Mapped[str | None] = mapped_column(String(64))
    mall_type: Mapped[MallType | None] = mapped_column(enum_column(MallType))
    # When the last successful import began; the next one reads on from here, with an overlap.
    orders_imported_until: Mapped[datetime | None]
    # The same of returns.
    returns_imported_until: Mapped[datetime | None]
    # Something about the company changed that may concern what is available of every product of its.
    stock_rules_changed: Mapped[bool] = mapped_column(default=False, server_default=false())
    # When what Temu holds was last compared with what it was told.
    stock_reconciled_at: Mapped[datetime | None]
    # Set when Temu refuses the token: scheduled work waits until a token is accepted again (C4).
    schedule_paused_at: Mapped[datetime | None]
    # Since when the mall pushes its events here (O14); asked for anew with each new token.
    events_subscribed_at: Mapped[datetime | None]
    # Since when Temu gives no addresses because the seller has not signed its data agreement; null once it gives one.
    data_agreement_unsigned_since: Mapped[datetime | None]
    # Set when it was removed: its orders and numbers stay, its buyers and tokens do not, and nothing is done for it.
    removed_at: Mapped[datetime | None]
    # Since when nothing is done for it any more, until it is taken back.
    archived_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = updated_at()


class AccessToken(Base):
    """A token of a company, sealed, with what Temu said of it when last asked."""

    __tablename__ = "access_tokens"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    purpose: Mapped[AccessTokenPurpose] = mapped_column(enum_column(AccessTokenPurpose), primary_key=True)
    sealed: Mapped[str]
    last_four: Mapped[str] = mapped_column(String(4))
    # What Temu said: VALID, REJECTED or UNTESTED. Expiry is judged from expires_at when it is read.
    status: Mapped[AccessTokenStatus] = mapped_column(enum_column(AccessTokenStatus))
    mall_id: Mapped[str | None] = mapped_column(String(64))
    # Where Temu was found to take it; None until it is.
    host: Mapped[TemuHost | None] = mapped_column(enum_column(TemuHost))
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    missing_scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    # Further malls of the same seller, as Temu named them when it made the token for a code.
    associated_mall_ids: Mapped[list[str]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    expires_at: Mapped[datetime | None]
    tested_at: Mapped[datetime | None]
