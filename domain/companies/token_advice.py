"""What to do about a company's tokens, in words: those that are missing, those of another region, and the event push."""

from collections.abc import Sequence

from domain.companies import queries, token_hosts
from domain.models import AccessToken, AccessTokenPurpose, TemuRegion

_SECOND_MISSING = (
    "The token for products and stock is missing: a mall whose first token is for orders has a second one. "
    "Set it with setAccessToken(purpose: PRODUCTS)."
)
_FIRST_MISSING = (
    "The token for orders and shipping is missing: only the one for products and stock is set. "
    "Set it with setAccessToken(purpose: ORDERS)."
)
PUSH_STOPPED = (
    "Temu has stopped pushing events to this server's app (appSubscribeStatus 1), as it does when its calls go wrong: "
    "orders come within the schedule instead of seconds after they change. See that the address in Temu's partner platform reaches /events/temu of this "
    "server, and switch the push on again there."
)


def absent(rows: Sequence[AccessToken]) -> list[str]:
    """Advice on the token that a mall with two of them still needs (C8)."""
    main = queries.main_token(rows)
    if main is None:
        return [_FIRST_MISSING]
    # A token that was set for everything may turn out to be the first of two.
    is_first = main.purpose is AccessTokenPurpose.ORDERS or (
        main.scopes and not token_hosts.serves_local_products(main.scopes)
    )
    return [_SECOND_MISSING] if is_first and queries.product_token(rows) is None else []


def of_region(
    home: TemuRegion, region: TemuRegion, purpose: AccessTokenPurpose, *, beside_another: bool
) -> str:
    """Advice on a token whose mall belongs to region *home*. Where another token of the company works in its *region*,
    that has to stay: following the one would break the other.
    """
    if not beside_another:
        return f"This token's mall belongs to region {home.value}, but region is {region.value}. Set it with updateCompanySettings."
    return (
        f"This token is of region {home.value}, but the company's other token works in region {region.value}. Leave region as "
        f"it is, and set a token of region {region.value} in its place with setAccessToken(purpose: {purpose.value})."
    )
