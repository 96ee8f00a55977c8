"""What needs a person, company by company: each kind of trouble with its count, since when, and what to do (C11)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.attention import findings
from domain.attention.conditions import ChannelActionAttention, OrderAttention, ProductAttention
from domain.attention.findings import Finding
from domain.companies import queries as companies
from domain.companies import schedule, token_advice
from domain.companies.schedule import Standing
from domain.inventory import zeroing
from domain.models import AccessToken, AccessTokenStatus, Company, JobType, MallType
from domain.secrets import key_id_of
from domain.settings import Settings

# A flow is late when its next success is overdue by so many intervals.
_LATE_AFTER_INTERVALS = 3


class AttentionSeverity(Enum):
    """How soon a person should look."""

    WARNING = "WARNING"  #: before it becomes trouble
    CRITICAL = "CRITICAL"  #: now: something stands still, or buyers wait


@dataclass(frozen=True)
class AttentionItem:
    """One kind of trouble of one company."""

    code: str
    severity: AttentionSeverity
    message: str
    advice: str
    count: int
    since: datetime
    #: What lists what it counts, and where.
    company_id: int = 0
    orders: OrderAttention | None = None
    products: ProductAttention | None = None
    jobs: JobType | None = None
    returns: bool = False
    actions: ChannelActionAttention | None = None


_CRITICAL, _WARNING = AttentionSeverity.CRITICAL, AttentionSeverity.WARNING
_WORDS = {
    "PAST_SHIP_BY": (
        _CRITICAL,
        "Orders past the moment by which Temu expects them to be sent: {}.",
        "Pack them and record it with shipOrder.",
    ),
    "TRACKING_REFUSED": (
        _CRITICAL,
        "Orders whose tracking Temu refuses: {}. One of them: {}",
        "Follow the advice in the outcomes of the last UPLOAD_TRACKING job, then run uploadTracking again.",
    ),
    "CORRECTIONS_REFUSED": (
        _WARNING,
        "Packages that Temu doesn't let be corrected: {}. One of them: {}",
        "See to them in the seller centre; updatePackage with what Temu holds takes a correction back.",
    ),
    "SHIPPED_NOT_UPLOADED": (
        _WARNING,
        "Orders that are shipped, of which Temu has not been told: {}.",
        "Run uploadTracking, or switch allowTrackingUpload on.",
    ),
    "UNKNOWN_PRODUCTS": (
        _WARNING,
        "Order items that wait for a product, so that nothing is reserved for them: {}.",
        "Map their Website Product IDs with updateWebsiteProperties or importWebsiteProperties.",
    ),
    "UNMAPPED_PRODUCTS": (
        _WARNING,
        "Products that are not mapped to Temu, so that their stock is not told: {}.",
        "Map them with updateWebsiteProperties, importWebsiteProperties or matchWebsiteProperties.",
    ),
    "DRIFTING_STOCK": (
        _WARNING,
        "Products whose stock at Temu changes again and again without a sale: {}.",
        "Find out which other tool writes these listings, and switch it off.",
    ),
    "STOCK_REFUSED": (
        _WARNING,
        "Products whose stock Temu refuses: {}. One of them: {}",
        "Correct the mapping with updateWebsiteProperties, or the listing in the seller centre.",
    ),
    "PRICES_REFUSED": (
        _WARNING,
        "Products whose price Temu refuses, or that was not sent: {}. One of them: {}",
        "Follow the advice of each, and ask for a price again with updatePrices and uploadPrices.",
    ),
    "PRICES_COUNTERED": (
        _WARNING,
        "Products for which Temu proposes another price, and waits for an answer: {}.",
        "Agree, decline or negotiate in the seller centre; what it ends with is read by itself.",
    ),
    zeroing.CODE: (
        _CRITICAL,
        "Products that would go to zero together, so that their old stock stays on sale at Temu: {}.",
        (
            "Check stock, warehouses and safety quantities. If they are right, run updateInventoryOnChannel with "
            "confirmZeroing: true; if not, correct them, and the next update tells Temu."
        ),
    ),
    "UNREADABLE_ORDERS": (
        _CRITICAL,
        "Orders of Temu's that could not be read: {}. One of them: {}",
        "Look them up in the seller centre; each import tries them again.",
    ),
    "ORDERS_HELD": (
        _WARNING,
        "Orders that wait for a new address to be answered, or for Temu to look into a risk: {}.",
        "Answer the change of address in the seller centre; Temu decides about the risk by itself.",
    ),
    "RENUMBERED_ITEMS": (
        _WARNING,
        "Order items that Temu lists under another number than before: {}.",
        "Compare them with the seller centre before they are shipped; their stock is held once.",
    ),
    "WEBHOOKS_OFF": (
        _CRITICAL,
        "Webhooks that are off, since their receiver failed for three days or is gone, or their API key ended: {}.",
        "See in webhookDeliveries what happened, then switch them on with updateWebhook(isOn: true).",
    ),
    "RETURNS_DUE": (
        _CRITICAL,
        "Returns that Temu refunds by itself within 24 hours, unless they are answered before: {}.",
        "See them in Company.returns(filter: {isDue: true}); refund them with issueRefund, or object in the seller centre.",
    ),
    "CHANNEL_ACTIONS_REFUSED": (
        _WARNING,
        "Things that Temu was asked to do within a week and refused: {}. One of them: {}",
        "See them in channelActions(filter: {status: [REFUSED]}), follow the advice of each, and ask again.",
    ),
    "CHANNEL_ACTIONS_UNCONFIRMED": (
        _CRITICAL,
        "Things that Temu may have done or not, which could not be found out: {}.",
        "Look each up in the seller centre, and say what became of it with resolveChannelAction.",
    ),
    "CHANNEL_ACTIONS_STALLED": (
        _WARNING,
        "Things that Temu has worked on for more than a week without ending them: {}.",
        "Look each up in the seller centre. Where it has ended there, say so with resolveChannelAction; else ask Temu's support.",
    ),
    "INVOICES_WANTED": (
        _WARNING,
        "Invoices and credit notes that Temu wants of orders that have left: {}.",
        "Hand each in with POST /files and uploadInvoice, or in the seller centre, which also says until when.",
    ),
    "LABELS_CANCELLED": (
        _CRITICAL,
        "Labels that were bought for what was cancelled since: {}. One of them: {}",
        "Don't hand their parcels over, and put the pieces back; what is left of an order is shipped anew.",
    ),
    "LABELS_TO_HAND_OVER": (
        _WARNING,
        "Labels whose parcels Temu takes for sent within six hours, or has already: {}.",
        "Hand them over and say so with confirmLabelsShipped; confirmLabelsAutomatically says it by the clock.",
    ),
    "LABEL_FILES_MISSING": (
        _WARNING,
        "Labels whose files Temu has not given out for an hour: {}. One of them: {}",
        "Follow what the error of each file says, or print them in the seller centre.",
    ),
    "CANCELLATION_REQUESTS": (
        _WARNING,
        "Buyers who have asked to cancel, and wait for an answer: {}.",
        "Answer with acceptCancellation or declineCancellation. Temu agrees by itself 24 hours after each was asked.",
    ),
}
_FLOWS = {
    JobType.IMPORT_ORDERS: "Orders have not come in",
    JobType.IMPORT_RETURNS: "Returns have not come in",
    JobType.UPLOAD_TRACKING: "Tracking has not gone out",
    JobType.UPDATE_INVENTORY: "Stock has not gone out",
    JobType.UPLOAD_PRICES: "Prices have not gone out",
}
# Stands for advice that depends on the kind of mall.
_RENEWAL = ""
_TOKENS = {
    AccessTokenStatus.MISSING: (
        _CRITICAL,
        "has no access token",
        "Have the seller authorise the app with beginAuthorization, or set it with setAccessToken.",
    ),
    AccessTokenStatus.EXPIRED: (_CRITICAL, "has an access token whose time is over", _RENEWAL),
    AccessTokenStatus.REJECTED: (
        _CRITICAL,
        "has an access token that Temu refuses",
        "Run testSettings, and follow its advice.",
    ),
    AccessTokenStatus.EXPIRING: (_WARNING, "has an access token that expires within 30 days", _RENEWAL),
    AccessTokenStatus.UNTESTED: (
        _WARNING,
        "has an access token that Temu has not been asked about",
        "Run testSettings.",
    ),
}


async def attention(
    session: AsyncSession, company_ids: Collection[int], *, settings: Settings, now: datetime
) -> Mapping[int, Sequence[AttentionItem]]:
    """The items of companies that the caller was seen to see, by company, worst first and then the oldest first. A
    company without a website plugin, or an archived one, needs nothing.
    """
    is_selling = Company.store_plugin.is_not(None) & Company.archived_at.is_(None)
    statement = select(Company).where(Company.id.in_(company_ids), is_selling)
    selling = (await session.scalars(statement)).all()
    ids = [company.id for company in selling]
    items: dict[int, list[AttentionItem]] = {number: [] for number in company_ids}
    statuses = await companies.token_statuses(session, ids, now=now)
    tokens: dict[int, dict[AccessToken, AccessTokenStatus]] = {number: {} for number in ids}
    for token in await companies.tokens(session, ids):
        tokens[token.company_id][token] = statuses[token.company_id, token.purpose]
    for company in selling:
        items[company.id] += _of_tokens(company, tokens[company.id])
        items[company.id] += _of_keys(company, tokens[company.id], settings)
        items[company.id] += _of_agreement(company)
    standings = await schedule.standings(session, ids, settings=settings, now=now, only_switched_on=True)
    for company_id, flows in standings.items():
        items[company_id] += [
            _late(company_id, flow, now=now)
            for flow in flows
            if flow.lag > _LATE_AFTER_INTERVALS * flow.interval
        ]
    for finding in await findings.find(session, ids, now=now):
        items[finding.company_id].append(_of_finding(finding))
    rank = {_CRITICAL: 0, _WARNING: 1}
    return {
        number: sorted(found, key=lambda item: (rank[item.severity], item.since))
        for number, found in items.items()
    }


def _of_tokens(company: Company, tokens: Mapping[AccessToken, AccessTokenStatus]) -> list[AttentionItem]:
    pairs = [("ACCESS_TOKEN", "The company", companies.main_token(tokens))]
    second = companies.product_token(tokens)
    is_semi_managed = company.mall_type is MallType.SEMI_MANAGED
    needs_second = company.allow_inventory_upload and not companies.serves_all(tokens)
    if second is not None or is_semi_managed or (needs_second and tokens):
        pairs.append(("PRODUCT_ACCESS_TOKEN", "The company's mall for products and stock", second))
    return [
        _of_token(code, subject, token, company, status)
        for code, subject, token in pairs
        if (status := tokens[token] if token else AccessTokenStatus.MISSING) is not AccessTokenStatus.VALID
    ]


def _of_token(
    code: str, subject: str, token: AccessToken | None, company: Company, status: AccessTokenStatus
) -> AttentionItem:
    severity, words, advice = _TOKENS[status]
    since = company.created_at if token is None else token.tested_at or company.created_at
    if token is not None and token.expires_at is not None and status is AccessTokenStatus.EXPIRED:
        since = token.expires_at
    if token is not None and token.expires_at is not None and status is AccessTokenStatus.EXPIRING:
        since = token.expires_at - companies.EXPIRING
    advice = advice or token_advice.renewal(company.mall_type)
    return AttentionItem(f"{code}_{status.value}", severity, f"{subject} {words}.", advice, 1, since)


def _of_keys(company: Company, tokens: Collection[AccessToken], settings: Settings) -> list[AttentionItem]:
    """Tokens whose key is lost; in development, where none is set, the key is a file of the machine's."""
    keys = settings.sealing_keys
    count = sum(key_id_of(token.sealed) not in keys for token in tokens) if keys else 0
    if not count:
        return []
    message = f"The company has access tokens that none of TRADEWIND_ENCRYPTION_KEYS opens: {count}."
    advice = "Give back the key that sealed them, or set them again with setAccessToken."
    since = company.created_at
    return [AttentionItem("ACCESS_TOKEN_UNOPENED", _CRITICAL, message, advice, count, since)]


def _of_agreement(company: Company) -> list[AttentionItem]:
    since = company.data_agreement_unsigned_since
    if since is None:
        return []
    message = "Temu gives out no addresses, since its data processing agreement (DPA) is not signed."
    advice = (
        "Sign it in the seller centre, then run importOrders: no order can be shipped without its address."
    )
    return [AttentionItem("DATA_AGREEMENT_UNSIGNED", _CRITICAL, message, advice, 1, since)]


def _late(company_id: int, standing: Standing, *, now: datetime) -> AttentionItem:
    since = now - standing.lag
    message = f"{_FLOWS[standing.flow.type]} since {since:%Y-%m-%d %H:%M} UTC, though the schedule says so."
    advice = "Look at the errors of its last jobs, and whether a worker runs."
    kind = standing.flow.type
    return AttentionItem(f"{kind.value}_LATE", _CRITICAL, message, advice, 1, since, company_id, jobs=kind)


def _of_finding(finding: Finding) -> AttentionItem:
    severity, words, advice = _WORDS[finding.code]
    message = words.format(finding.count, finding.example)
    return AttentionItem(
        finding.code,
        severity,
        message,
        advice,
        finding.count,
        finding.since,
        finding.company_id,
        orders=OrderAttention.__members__.get(finding.code),
        products=ProductAttention.__members__.get(finding.code),
        returns=finding.code == "RETURNS_DUE",
        actions=ChannelActionAttention.__members__.get(finding.code),
    )
