"""Temu's event push: what a mall subscribed to, and the signed messages that then go out by HTTP."""

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import httpx
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.sandbox.model import ParentOrder

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall, Sandbox
    from tests.sandbox.returns import BuyerReturn

STATUS_CHANGED: Final = "bg_order_status_change_event"
ADDRESS_CHANGED: Final = "bg_trade_logistics_address_changed"
RETURN_CHANGED: Final = "bg_aftersales_status_change"
# Of a return, Temu tells when it comes to one of these [A]; so not when it is on its way, or has arrived.
RETURNS_TOLD: Final = frozenset({1, 5, 6, 7, 8, 10})
SELLERS_EVENTS: Final = frozenset(
    {STATUS_CHANGED, ADDRESS_CHANGED, RETURN_CHANGED, "bg_cancel_order_status_change"}
)
TEST_EVENT: Final = "bg_open_event_test"
PATIENCE = 10.0

Form = Literal["plain", "plain without extra", "query", "equals"]
"""
How Temu's guides describe what is signed: the worked example of the base string; the example of a whole request, whose
signature leaves out x-tm-ext-param; the text and Java code of the newer guide; the text of the older one.
"""
_JOINS: Final[dict[Form, tuple[str, str]]] = {
    "plain": ("", ""),
    "plain without extra": ("", ""),
    "query": ("=", "&"),
    "equals": ("=", ""),
}


@dataclass(frozen=True, slots=True)
class Message:
    """A push as it goes over the wire; a test changes what it likes before it is sent."""

    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Sent:
    """A push that was sent, and how it was answered; `status` is None where nobody answered."""

    code: str
    message: Message
    status: int | None = None
    answer: Any = None


@dataclass
class Events:
    """The app's pushes. Temu would send one eight times more when it isn't answered with 200; the sandbox doesn't."""

    sandbox: "Sandbox"
    app_events: set[str] = field(default_factory=lambda: {*SELLERS_EVENTS, TEST_EVENT})
    """Those that the app takes, as chosen in the partner platform."""
    is_stopped: bool = False
    """Temu has stopped pushing to this app, as it does where its calls go wrong again and again."""
    sent: list[Sent] = field(default_factory=list)
    _url: str | None = None
    _form: Form = "plain"
    _statuses: dict[str, int] = field(default_factory=dict)
    _threads: list[threading.Thread] = field(default_factory=list)

    def push_to(self, url: str, *, form: Form = "plain") -> None:
        self._url, self._form = url, form

    def status_may_have_changed(self, mall: "Mall", order: ParentOrder) -> None:
        status = int(order.status)
        if self._statuses.get(order.number) == status:
            return
        self._statuses[order.number] = status
        data = {"parentOrderSn": order.number, "orderStatus": status, "updateTime": order.updated_at}
        self._tell(mall, STATUS_CHANGED, data | {"orderSn": order.items[0].number})

    def address_changed(self, mall: "Mall", order: ParentOrder) -> None:
        self._tell(mall, ADDRESS_CHANGED, {"parentOrderSn": order.number})

    def return_changed(self, mall: "Mall", one: "BuyerReturn") -> None:
        if one.status not in RETURNS_TOLD:
            return
        data = {
            "parentAfterSalesSn": one.number,
            "parentOrderSn": one.order.number,
            "parentAfterSalesStatus": int(one.status),
            "afterSalesType": 1 if one.is_refund_only else 2,
            "applyOperatorRole": 1,
            "updateAt": one.updated_at * 1000,
        }
        self._tell(mall, RETURN_CHANGED, data)

    def settle(self) -> None:
        """Wait until everything that was to be pushed has been."""
        while self._threads:
            self._threads.pop().join(PATIENCE)

    def message(
        self,
        code: str,
        data: Any,
        *,
        form: Form | None = None,
        timestamp: int | str | None = None,
        extra: str | None = "{}",
        secret: str | None = None,
    ) -> Message:
        """As Temu makes it; `data` is an object, or the very text to be signed and encrypted."""
        text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
        secret = secret or self.sandbox.app_secret
        fields = {
            "x-tm-app-key": self.sandbox.app_key,
            "x-tm-event-code": code,
            "x-tm-timestamp": str(int(self.sandbox.clock() * 1000) if timestamp is None else timestamp),
        }
        if extra is not None:
            fields["x-tm-ext-param"] = extra
        signature = signature_of(fields | {"eventData": text}, secret, form or self._form)
        return Message({**fields, "x-tm-signature": signature}, _body(text, secret))

    def push(self, code: str, data: Any, **how: Any) -> Sent:
        """Send one now, to whom the mall's events go, and wait for the answer."""
        return self.send(code, self.message(code, data, **how))

    def send(self, code: str, message: Message) -> Sent:
        if self._url is None:
            raise RuntimeError("push_to was not called")
        sent = Sent(code, message)
        self.sent.append(sent)
        try:
            headers = {**message.headers, "content-type": "application/json"}
            reply = httpx.post(
                self._url,
                content=message.body,
                headers=headers,
                timeout=PATIENCE,
                trust_env=False,
                verify=False,
            )
        except httpx.HTTPError:
            return sent
        sent.status, sent.answer = reply.status_code, reply.json()
        return sent

    def probe(self, method: str = "POST", body: bytes = b"", **headers: str) -> httpx.Response:
        """What the partner platform's console sends while the address is entered: without any signature. One seller saw
        it come so [B]; its method and body aren't documented.
        """
        if self._url is None:
            raise RuntimeError("push_to was not called")
        return httpx.request(
            method, self._url, content=body, headers=headers, timeout=PATIENCE, trust_env=False, verify=False
        )

    def _tell(self, mall: "Mall", code: str, data: dict[str, Any]) -> None:
        if self._url is None or self.is_stopped or code not in mall.subscribed_events:
            return
        arguments = (code, self.message(code, {"mallId": mall.mall_id, **data}))
        # A thread of its own, as whoever changes an order holds the sandbox's lock.
        thread = threading.Thread(target=self.send, args=arguments, name="event push", daemon=True)
        self._threads.append(thread)
        thread.start()


def signature_of(fields: dict[str, str], secret: str, form: Form) -> str:
    """Lower case as in the guide's examples; its Java code writes upper case, as "query" therefore does."""
    to_name, to_next = _JOINS[form]
    named = [
        f"{name}{to_name}{fields[name]}"
        for name in sorted(fields)
        if not (name == "x-tm-ext-param" and form == "plain without extra") and fields[name].strip()
    ]
    digest = hmac.new(secret.encode(), to_next.join(named).encode(), hashlib.sha256).hexdigest()
    return digest.upper() if form == "query" else digest


def _body(text: str, secret: str) -> bytes:
    key = secret.encode()[:16]
    padder = padding.PKCS7(128).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES128(key), modes.CBC(key)).encryptor()
    sealed = encryptor.update(padded) + encryptor.finalize()
    return json.dumps({"eventData": base64.b64encode(sealed).decode()}).encode()
