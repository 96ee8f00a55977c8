"""Which interfaces may be called while an operator has paused what goes out: those that change nothing at Temu."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.errors import Paused
from domain.temu import interfaces, partner
from domain.temu.access import App, MallAccess
from domain.temu.client import TemuClient
from domain.temu.partner import PartnerClient
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.sandbox.mall import Sandbox
from tests.temu_facts.client_calls import CALLS, PARTNER_CALLS

# Every interface that changes something. One that is new passes the gate unless it says that it only reads, and then it
# has to be named here or among those below: none is forgotten.
WRITING = {
    interfaces.CANCELLATION_AGREE,
    interfaces.INVOICE_UPLOAD,
    interfaces.OUT_OF_STOCK,
    interfaces.LABEL_CREATE,
    interfaces.LABEL_RETRY,
    interfaces.LABEL_CONFIRM,
    interfaces.SALE_STATUS_SET,
    interfaces.MESSAGE_UPDATE,
    interfaces.PRICE_CHANGE,
    interfaces.SHIPMENT_CONFIRM,
    interfaces.SHIPMENT_EDIT,
    interfaces.REFUND_ISSUE,
    interfaces.RETURN_LABEL_UPLOAD,
    interfaces.STOCK_EDIT,
    interfaces.TOKEN_CREATE,
    partner.STOCK_UPDATE,
}
READING = {
    interfaces.INVOICE_DETAILS,
    interfaces.INVOICE_INFO,
    interfaces.INVOICE_SIGNATURE,
    interfaces.OUT_OF_STOCK_RESULT,
    interfaces.TOKEN_INFO,
    interfaces.ORDER_LIST,
    interfaces.ORDER_ADDRESS,
    interfaces.ORDER_AMOUNTS,
    interfaces.CARRIERS,
    interfaces.SHIPPING_ADDRESSES,
    interfaces.SHIPMENT,
    interfaces.COMBINED_SHIPMENTS,
    interfaces.LABEL_RATES,
    interfaces.LABEL_RESULT,
    interfaces.LABEL_LIST,
    interfaces.LABEL_FILE,
    interfaces.UNSHIPPED_PACKAGES,
    interfaces.CANCELLATIONS,
    interfaces.PRICE_ORDERS,
    interfaces.PRICES,
    interfaces.RETURNS,
    interfaces.RETURN_LINES,
    interfaces.RETURN_DETAIL,
    interfaces.RETURN_PARCELS,
    interfaces.RETURN_LABEL_PREPARE,
    interfaces.RETURN_CARRIERS,
    interfaces.RETURN_FILE_SIGNATURE,
    interfaces.SKU_LIST,
    interfaces.STOCK,
    partner.TOKEN_INFO,
    partner.STOCK,
    partner.WAREHOUSES,
    partner.PRODUCTS,
}


class _Asked(Exception):
    """A call left the client; the interface is its argument."""


class _Stopping(Transport):
    """Goes as far as the gate, and says what passed without one."""

    async def _call(self, access: Any, interface: str, *more: Any, is_read: bool, **how: Any) -> Any:
        if not is_read:
            await self._permit()
        raise _Asked(interface)


async def _interfaces(*, is_read: bool) -> set[str]:
    """What all methods of both clients call, of the one kind."""
    found: set[str] = set()

    async def refuse() -> None:
        raise Paused("paused")

    transport = _Stopping(
        App("key", "secret"),
        RateLimiter(None, calls_per_second=10_000),
        forbidden_while=lambda: False,
        permit=refuse,
        private_too=True,
    )
    seen: list[str] = []
    real = transport.send

    async def send(access: MallAccess, interface: str, *arguments: Any, **how: Any) -> Any:
        seen.append(interface)
        return await real(access, interface, *arguments, **how)

    transport.send = send  # type: ignore[method-assign]
    access = MallAccess("https://temu.example", "token")
    asked: list[Callable[[], Awaitable[Any]]] = [
        *(
            lambda call=call: call(TemuClient(transport, access))
            for calls in CALLS.values()
            for call in calls
        ),
        *(
            lambda call=call: call(PartnerClient(transport, access))
            for calls in PARTNER_CALLS.values()
            for call in calls
        ),
    ]
    for ask in asked:
        try:
            await ask()
        except Paused:
            found |= set() if is_read else {seen[-1]}
        except _Asked:
            found |= {seen[-1]} if is_read else set()
    await transport.close()
    return found


async def test_every_interface_that_changes_something_has_to_pass() -> None:
    """T6, I6: exactly these meet the gate, and exactly those don't."""
    assert await _interfaces(is_read=False) == WRITING
    assert await _interfaces(is_read=True) == READING


async def test_nothing_leaves_while_the_gate_is_closed(sandbox: Sandbox, temu_url: str) -> None:
    """T6, I6: what meets a closed gate doesn't reach Temu, and doesn't fetch its parameters; what only reads does."""

    async def refuse() -> None:
        raise Paused("paused")

    async def parameters() -> dict[str, Any]:
        raise AssertionError("fetched")

    mall = sandbox.add_mall()
    transport = Transport(
        App(sandbox.app_key, sandbox.app_secret),
        RateLimiter(None, calls_per_second=10_000),
        forbidden_while=lambda: False,
        permit=refuse,
        private_too=True,
    )
    access = MallAccess(temu_url, mall.token)
    with pytest.raises(Paused):
        await transport.send(access, interfaces.STOCK_EDIT, parameters)
    await TemuClient(transport, access).token_info()
    await transport.close()

    assert [call.interface for call in sandbox.ledger.calls] == [interfaces.TOKEN_INFO]
