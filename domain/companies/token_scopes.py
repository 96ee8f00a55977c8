"""
What a token permits, judged by what it is for: the interfaces that it lacks, and whether it is one of another kind (C3, C8).
"""

from collections.abc import Sequence

from domain.companies import token_hosts
from domain.models import AccessTokenPurpose, TemuHost
from domain.temu.client import OPTIONAL_INTERFACES, ORDER_INTERFACES, PRODUCT_INTERFACES
from domain.temu.partner import OPTIONAL_PARTNER_INTERFACES, PARTNER_INTERFACES

_OPTIONAL = {**OPTIONAL_INTERFACES, **OPTIONAL_PARTNER_INTERFACES}
_INTERFACES = {**ORDER_INTERFACES, **PRODUCT_INTERFACES, **PARTNER_INTERFACES, **_OPTIONAL}
WRONG_KIND = {
    AccessTokenPurpose.ALL: "The token permits no interface of orders: it may be the one for products. "
    "Set it with setAccessToken(purpose: PRODUCTS), and the mall's other one with purpose ORDERS.",
    AccessTokenPurpose.ORDERS: "The token for orders permits no interface of orders: it may be the one for products. "
    "Set the right one with setAccessToken(purpose: ORDERS).",
    AccessTokenPurpose.PRODUCTS: "The token for products permits no interface of products or stock: it may be the one "
    "for orders. Set the right one with setAccessToken(purpose: PRODUCTS).",
}


def is_of_wrong_kind(scopes: Sequence[str], purpose: AccessTokenPurpose, host: TemuHost | None) -> bool:
    """Whether a token of this purpose permits nothing of what it is for."""
    if host is TemuHost.PARTNER:
        return not any(interface in scopes for interface in PARTNER_INTERFACES)
    if purpose is AccessTokenPurpose.PRODUCTS:
        return not token_hosts.serves_local_products(scopes)
    return bool(scopes) and not any(interface in scopes for interface in ORDER_INTERFACES)


def missing(scopes: Sequence[str], purpose: AccessTokenPurpose, host: TemuHost | None) -> list[str]:
    """The interfaces that Tradewind calls with a token of this purpose and that it doesn't permit."""
    needed = [] if purpose is AccessTokenPurpose.PRODUCTS else [*ORDER_INTERFACES]
    if host is TemuHost.PARTNER:
        needed = [*PARTNER_INTERFACES, *OPTIONAL_PARTNER_INTERFACES]
    elif purpose is not AccessTokenPurpose.ORDERS and token_hosts.serves_local_products(scopes):
        needed += PRODUCT_INTERFACES
    if purpose is not AccessTokenPurpose.PRODUCTS:
        needed += OPTIONAL_INTERFACES
    return [interface for interface in needed if interface not in scopes]


def is_optional(interface: str) -> bool:
    """Whether the settings work without it."""
    return interface in _OPTIONAL


def advice(interface: str) -> str:
    """What stops working without an interface, and what to do."""
    return (
        f"{interface} is not permitted: {_INTERFACES[interface]}. "
        "Authorise it in the seller centre and set the new token."
    )
