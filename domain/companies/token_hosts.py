"""
Which of Temu's hosts takes a token: the router of its mall's region, or the partner host, which takes those for products of
semi-managed malls and no others (C8, C12). Nothing in a token tells, so both are asked, and what was found is kept.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.companies.mall_claim import Mall
from domain.errors import Refused, Unavailable
from domain.models import AccessTokenPurpose, Company, MallType, TemuHost, TemuRegion
from domain.resources import Resources
from domain.temu.client import TemuClient
from domain.temu.errors import AppRefused, TokenRefused
from domain.temu.messages import TokenMessage
from domain.temu.partner import PartnerClient
from domain.temu.regions import country_of, region_of

# The names of all interfaces of local malls' products and stock begin so.
_OF_LOCAL_PRODUCTS = ("bg.local.goods.", "temu.local.goods.", "temu.local.sku.")
# Semi-managed malls sell to the regions from there.
_SELLERS_ABROAD = ("CN", "HK")
_LARGEST_SECONDS = 10**11  # A later moment than this is one in milliseconds.
# By mallType, from the Javadoc of a published client. [A]
_TYPES = {1: MallType.SEMI_MANAGED, 100: MallType.LOCAL}
KNOWN_TYPES = (None, *_TYPES)
_NO_APP_THERE = (
    " If it is for products of a semi-managed mall: Temu's partner host, where it would be good, refuses this server's app. "
    "Set TRADEWIND_TEMU_APP_KEY_PARTNER and TRADEWIND_TEMU_APP_SECRET_PARTNER."
)


async def fetch_info(
    resources: Resources, company: Company, token: str, purpose: AccessTokenPurpose, *, known: TemuHost | None
) -> tuple[TokenMessage, TemuHost]:
    """What Temu says of a token, and where; *known* is where it was found before.

    Raises what the host that was asked first says against it, and Unavailable where one can't be asked.
    """
    region = resources.temu(company.region, token)
    if purpose is not AccessTokenPurpose.PRODUCTS:
        return await region.token_info(), TemuHost.REGION
    likely = known or (TemuHost.PARTNER if company.mall_type is MallType.SEMI_MANAGED else TemuHost.REGION)
    answers: dict[TemuHost, TokenMessage] = {}
    refusals: list[Refused] = []
    for host in sorted(TemuHost, key=lambda host: host is not likely):
        try:
            client = resources.partner(token) if host is TemuHost.PARTNER else region
            answers[host] = await client.token_info()
        except Refused as refusal:
            refusals.append(refusal)
            continue
        # The region's router may tell of a token that serves nothing there.
        if host is TemuHost.PARTNER or serves_local_products(answers[host].api_scope_list or []):
            return answers[host], host
    for host, answer in answers.items():
        return answer, host
    first, second = refusals
    if isinstance(first, TokenRefused) and isinstance(second, AppRefused):
        raise TokenRefused(first.message + _NO_APP_THERE, temu_code=first.temu_code)
    raise first


async def takes_token(client: TemuClient | PartnerClient) -> bool:
    """Whether Temu takes the client's token there; False also where it can't be asked."""
    try:
        await client.token_info()
    except (Refused, Unavailable):
        return False
    return True


def mall_of(message: TokenMessage, host: TemuHost) -> Mall:
    """The mall that a token is of."""
    shown = _type_shown(message, host)
    told = None if message.mall_type is None else _TYPES.get(message.mall_type)
    kind = shown or told
    home = region_of(message.region_id)
    if kind is MallType.SEMI_MANAGED and country_of(message.region_id) in _SELLERS_ABROAD:
        home = None  # Not documented whether it is the region of the seller or of those that he sells to.
    return Mall(
        id=None if message.mall_id is None else str(message.mall_id),
        type=kind,
        is_type_shown=shown is not None,
        is_regional=MallType.SEMI_MANAGED in {shown, told},
        home=None if home is None else TemuRegion(home),
    )


def _type_shown(message: TokenMessage, host: TemuHost) -> MallType | None:
    """The kind of mall that a token alone shows, whatever its mallType. That the partner host serves semi-managed malls
    is in one source [B], and so is that no such mall's token serves what local malls alone have [C].
    """
    if host is TemuHost.PARTNER:
        return MallType.SEMI_MANAGED
    return MallType.LOCAL if serves_local_products(message.api_scope_list or []) else None


def serves_local_products(scopes: Sequence[str]) -> bool:
    """Whether a token permits some interface of local malls' products and stock."""
    return any(scope.startswith(_OF_LOCAL_PRODUCTS) for scope in scopes)


def moment(stamp: int | str | None) -> datetime | None:
    """Temu's expiredTime, which is taken for seconds, or for milliseconds where it is too large for these."""
    try:
        number = int(stamp) if stamp is not None else 0
        if number <= 0:
            return None
        return datetime.fromtimestamp(number / 1000 if number > _LARGEST_SECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
