"""What to do about a company's tokens, in words: those that are missing or of another region, what one lacks for what it
is set for (C3, C8), and the webhook events.
"""

from collections.abc import Sequence

from domain.companies import queries, token_hosts
from domain.models import AccessToken, AccessTokenPurpose, MallType, TemuHost, TemuRegion
from domain.temu.interfaces import (
    INVOICE_INTERFACES,
    OPTIONAL_INTERFACES,
    OPTIONAL_PRODUCT_INTERFACES,
    ORDER_INTERFACES,
    PRODUCT_INTERFACES,
    TOGETHER,
)
from domain.temu.partner import OPTIONAL_PARTNER_INTERFACES, PARTNER_INTERFACES

# What the settings work without.
OPTIONAL = {**OPTIONAL_INTERFACES, **OPTIONAL_PRODUCT_INTERFACES, **OPTIONAL_PARTNER_INTERFACES}
_INTERFACES = {**ORDER_INTERFACES, **PRODUCT_INTERFACES, **PARTNER_INTERFACES, **OPTIONAL}
_SECOND_MISSING = (
    "The token for products and stock is missing: a mall whose first token is for orders has a second one. "
    "Set it with setAccessToken(purpose: PRODUCTS)."
)
_FIRST_MISSING = (
    "The token for orders and shipping is missing: only the one for products and stock is set. "
    "Set it with setAccessToken(purpose: ORDERS)."
)
EVENTS_STOPPED = (
    "Temu has stopped pushing events to this server's app (appSubscribeStatus 1), as it does when its calls go wrong: "
    "orders come within the schedule instead of seconds after they change. See that the address in Temu's partner platform reaches /events/temu of this "
    "server, and switch the push on again there."
)
_AGAIN_BY_HAND = "Authorise the app again in the seller centre and set the new token with setAccessToken."
WRONG_KIND = {
    AccessTokenPurpose.ALL: "The token permits no interface of orders: it may be the one for products. "
    "Set it with setAccessToken(purpose: PRODUCTS), and the mall's other one with purpose ORDERS.",
    AccessTokenPurpose.ORDERS: "The token for orders permits no interface of orders: it may be the one for products. "
    "Set the right one with setAccessToken(purpose: ORDERS).",
    AccessTokenPurpose.PRODUCTS: "The token for products permits no interface of products or stock: it may be the one "
    "for orders. Set the right one with setAccessToken(purpose: PRODUCTS).",
}


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


def renewal(mall_type: MallType | None) -> str:
    """How to have another token in place of one that ends."""
    if mall_type is MallType.SEMI_MANAGED:
        return _AGAIN_BY_HAND
    return f"Renew it with beginAuthorization. Or: {_AGAIN_BY_HAND}"


def is_of_wrong_kind(scopes: Sequence[str], purpose: AccessTokenPurpose, host: TemuHost | None) -> bool:
    """Whether a token of this purpose permits nothing of what it is for."""
    if host is TemuHost.PARTNER:
        return not any(interface in scopes for interface in PARTNER_INTERFACES)
    if purpose is AccessTokenPurpose.PRODUCTS:
        return not token_hosts.serves_local_products(scopes)
    return bool(scopes) and not any(interface in scopes for interface in ORDER_INTERFACES)


def missing(
    scopes: Sequence[str], purpose: AccessTokenPurpose, host: TemuHost | None, region: TemuRegion
) -> list[str]:
    """The interfaces that Tradewind calls with a token of this purpose in this region and that it doesn't permit."""
    needed = [] if purpose is AccessTokenPurpose.PRODUCTS else [*ORDER_INTERFACES]
    if host is TemuHost.PARTNER:
        needed = [*PARTNER_INTERFACES, *OPTIONAL_PARTNER_INTERFACES]
    elif purpose is not AccessTokenPurpose.ORDERS and token_hosts.serves_local_products(scopes):
        needed += [*PRODUCT_INTERFACES, *OPTIONAL_PRODUCT_INTERFACES]
    if purpose is not AccessTokenPurpose.PRODUCTS:
        needed += OPTIONAL_INTERFACES
    if region is not TemuRegion.EU:
        needed = [interface for interface in needed if interface not in INVOICE_INTERFACES]
    return [interface for interface in needed if interface not in scopes]


def not_permitted(interfaces: Sequence[str]) -> list[str]:
    """What stops working without these, and what to do: one line for all that stops the same."""
    of_consequence: dict[str, list[str]] = {}
    whole = {each: what for what, parts in TOGETHER.items() if parts <= {*interfaces} for each in parts}
    for interface in interfaces:
        of_consequence.setdefault(whole.get(interface, _INTERFACES[interface]), []).append(interface)
    return [_line(names, consequence) for consequence, names in of_consequence.items()]


def _line(names: Sequence[str], consequence: str) -> str:
    if len(names) == 1:
        return f"{names[0]} is not permitted: {consequence}. Authorise it in the seller centre and set the new token."
    named = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{named} are not permitted: {consequence}. Authorise them in the seller centre and set the new token."
