"""bg.logistics.shipment.document.get, and the host of the files that it names: a PDF for each label, for ten minutes."""

import hmac
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.labels import Label, LabelState
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.pdf import pdf_of
from tests.sandbox.refusals import RefusedError
from tests.sandbox.signature import signature_of

PATH: Final = "/label-files"
GOOD_FOR: Final = 600
"""Seconds [A]."""
_SKEW: Final = 300
_DIGITS_OF_RANDOM: Final = 32
_TYPES: Final = ("SHIPPING_LABEL_PDF", "SHIPPING_LABEL_PNG")
_HEADERS: Final = ("toa-access-token", "toa-app-key", "toa-random", "toa-timestamp")


def label_documents(asked: Asked) -> Json:
    """One that can't be had refuses them all: nothing is told of some of several [C]."""
    kind, numbers = asked.parameters.text("documentType"), asked.parameters.texts("packageSnList")
    if kind not in {None, *_TYPES}:
        raise RefusedError(refusals.INVALID_PARAMETERS, "the document type is invalid")
    if not numbers:
        raise RefusedError(refusals.PACKAGE_UNKNOWN)
    mall = asked.mall
    for number in numbers:
        _check(mall, number)
    return {
        "shippingLabelUrlList": [
            {"packageSn": number, "documentType": kind or _TYPES[0], "url": _url(mall, number)}
            for number in numbers
        ],
        "warningMessage": [],
    }


def _check(mall: Mall, number: str) -> None:
    label = mall.labels.by_number(number)
    if label is not None and label.state is LabelState.CANCELLED:
        raise RefusedError(refusals.PACKAGES_CANCELLED)
    # How one that is being made, or has failed, is refused is not told [C].
    if label is None or label.state is not LabelState.MADE:
        raise RefusedError(refusals.PACKAGE_UNKNOWN)
    if mall.label_files.not_before.get(number, 0) > mall.now():
        raise RefusedError(refusals.LABEL_NOT_TO_BE_PRINTED_YET)
    if number in mall.label_files.without_manifest:
        raise RefusedError(refusals.MANIFEST_NEEDED)


def _url(mall: Mall, number: str) -> str:
    secret = secrets.token_urlsafe(24)
    mall.label_files.handed_out[secret] = (number, mall.now() + GOOD_FOR)
    return f"{mall.label_files.foreign_host or mall.sandbox.base_url}{PATH}/{secret}"


def pdf_of_label(mall: Mall, label: Label) -> bytes:
    """What is printed on it: where the parcel goes, and its number."""
    address = next(mall.orders[number].address for number, _ in label.pieces)
    names = (
        "receiptName",
        "addressLine1",
        "addressLine2",
        "regionName3",
        "regionName2",
        "postCode",
        "mobile",
    )
    return pdf_of([*(address[name] for name in names if address[name]), label.tracking_number, label.number])


class LabelFileHost:
    """Hands files out to whoever has the URL, and the token and the secret of the app to sign for it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def answer(self, request: Request) -> Response:
        sandbox = self._sandbox
        token = sandbox.tokens.get(request.headers.get("toa-access-token", ""))
        mall_id = None if token is None else token.mall_id
        call = sandbox.ledger.arrived(at=sandbox.clock(), mall_id=mall_id, interface="(file)", body={})
        try:
            with sandbox.lock:
                response = self._answer(request)
            call.code = response.status_code
            return response
        finally:
            sandbox.ledger.finished(call)

    def _answer(self, request: Request) -> Response:
        sandbox, secret = self._sandbox, request.path_params["secret"]
        found = next((mall for mall in sandbox.malls if secret in mall.label_files.handed_out), None)
        if found is None:
            return Response("no such file", 404)
        number, until = found.label_files.handed_out[secret]
        token = sandbox.tokens.get(request.headers.get("toa-access-token", ""))
        if sandbox.clock() >= until or token is None or token.mall_id != found.mall_id:
            return Response("the URL is good no longer, or not with this token", 403)
        if not self._is_signed(request):
            return Response("the headers are not signed", 403)
        label = found.labels.by_number(number)
        content = found.label_files.answers_with.get(number)
        if content is None and label is not None:
            content = pdf_of_label(found, label)
        return Response(content, media_type="application/pdf")

    def _is_signed(self, request: Request) -> bool:
        """Four headers, by the rule of calls [A: Temu's guide, and a published client]."""
        given = {name: request.headers.get(name, "") for name in _HEADERS}
        moment, random = given["toa-timestamp"], given["toa-random"]
        if given["toa-app-key"] != self._sandbox.app_key or len(random) != _DIGITS_OF_RANDOM:
            return False
        if not (random.isdigit() and moment.isdigit() and len(moment) == 10):
            return False
        if abs(int(moment) - self._sandbox.clock()) > _SKEW:
            return False
        wanted = signature_of(given, self._sandbox.app_secret)
        return hmac.compare_digest(wanted, request.headers.get("toa-sign", ""))
