"""GraphiQL: the page for a browser that opens /graphql, and the files that it is made of.

Everything comes from this server, under a policy that allows nothing else. GraphiQL itself and React are npm
packages that the set-up installs; without them the page says how to get them, and nothing else is affected.
"""

import functools
import hashlib
import json
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

_OURS = Path(__file__).resolve().parent / "assets"
_PACKAGES = _OURS.parent.parent / "node_modules"

#: Each file that is served, and no other: a name in an address chooses among these and never becomes a path.
_ASSETS = {
    "react.js": (_PACKAGES / "react/umd/react.production.min.js", "text/javascript"),
    "react-dom.js": (_PACKAGES / "react-dom/umd/react-dom.production.min.js", "text/javascript"),
    "graphiql.js": (_PACKAGES / "graphiql/graphiql.min.js", "text/javascript"),
    "graphiql.css": (_PACKAGES / "graphiql/graphiql.min.css", "text/css"),
    "page.js": (_OURS / "graphiql.js", "text/javascript"),
    "page.css": (_OURS / "graphiql.css", "text/css"),
}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}

_ASSET_HEADERS = {
    # The address holds a digest of the files, so that what is behind it never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

#: What can be done, part by part: title, file of assets/examples, variables. {company} and the like become ids of what the key sees. The
#: first of the first two parts are open at first.
EXAMPLES: dict[str, list[tuple[str, str, dict[str, object]]]] = {
    "Set up": [
        ("Companies", "companies", {}),
        ("Create a company", "create_company", {"input": {"name": "My brand"}}),
        (
            "Change its settings",
            "update_settings",
            {
                "input": {
                    "companyId": "{company}",
                    "storeType": "CUSTOM",
                    "storePlugin": "TEMU",
                    "region": "US",
                }
            },
        ),
        ("Authorise its mall", "begin_authorization", {"input": {"companyId": "{company}"}}),
        (
            "Set its access token",
            "set_access_token",
            {"input": {"companyId": "{company}", "accessToken": ""}},
        ),
        ("Test it", "test_settings", {"input": {"companyId": "{company}"}}),
        ("What needs attention", "attention", {"companyId": "{company}"}),
        ("Follow it", "attention_changed", {"companyId": "{company}"}),
    ],
    "Orders": [
        (
            "List orders",
            "orders",
            {
                "filter": {"status": ["IN_PROCESS"], "hasUnknownProduct": False},
                "orderBy": {"field": "LATEST_SHIP_AT", "direction": "ASC"},
            },
        ),
        ("Import orders", "import_orders", {"input": {"companyId": "{company}"}}),
        ("One order", "order", {"id": "{order}"}),
        ("Follow orders", "orders_changed", {"companyId": "{company}"}),
        ("Agree to cancel", "accept_cancellation", {"input": {"orderId": "{order}"}}),
        ("Decline a request to cancel", "decline_cancellation", {"input": {"orderId": "{order}"}}),
        ("Report missing stock", "report_out_of_stock", {"input": {"orderId": "{order}"}}),
        ("Invoices that are wanted", "invoices", {"companyId": "{company}"}),
        ("Add a note", "add_note", {"input": {"orderId": "{order}", "body": "Gift wrap, please."}}),
    ],
    "Shipping": [
        (
            "Ship an order",
            "ship_order",
            {
                "input": {
                    "orderId": "{order}",
                    "packages": [
                        {
                            "warehouseId": "{warehouse}",
                            "carrier": "UPS",
                            "trackingNumber": "1Z999AA10123456784",
                        }
                    ],
                }
            },
        ),
        ("Upload tracking", "upload_tracking", {"input": {"companyId": "{company}"}}),
        (
            "What a label costs",
            "shipping_rates",
            {
                "input": {
                    "orderIds": ["{order}"],
                    "warehouseId": "{warehouse}",
                    "weight": {"value": "2.5", "unit": "POUNDS"},
                    "dimensions": {"length": "12", "width": "8", "height": "4", "unit": "INCHES"},
                }
            },
        ),
        (
            "Buy a label",
            "buy_shipping_labels",
            {
                "input": {
                    "purchases": [
                        {
                            "orderIds": ["{order}"],
                            "warehouseId": "{warehouse}",
                            "weight": {"value": "2.5", "unit": "POUNDS"},
                            "dimensions": {"length": "12", "width": "8", "height": "4", "unit": "INCHES"},
                            "serviceId": "",
                            "mostToPay": {"amount": "6.00", "currencyCode": "USD"},
                        }
                    ]
                }
            },
        ),
        ("Labels", "shipping_labels", {"companyId": "{company}", "filter": {}}),
        ("Print labels", "print_labels", {"input": {"labelIds": []}}),
        ("Hand labels over", "confirm_labels", {"input": {"labelIds": []}}),
    ],
    "Returns": [
        ("List returns", "returns", {"companyId": "{company}", "filter": {"isDue": True}}),
        ("Refund one", "issue_refund", {"input": {"returnId": "{return}", "maxAmount": "0.01"}}),
        (
            "Receive one",
            "receive_return",
            {
                "input": {
                    "returnId": "{return}",
                    "warehouseId": "{warehouse}",
                    "lines": [],
                    "idempotencyKey": "parcel 1",
                }
            },
        ),
    ],
    "Products": [
        ("List products", "products", {"companyId": "{company}", "filter": {"isMapped": True}}),
        (
            "Create or map products",
            "upsert_products",
            {"input": {"companyId": "{company}", "products": [{"sku": "MUG-1", "name": "Mug"}]}},
        ),
        ("Match by SKU", "match_products", {"input": {"companyId": "{company}", "apply": False}}),
    ],
    "Listings": [
        ("Import listings", "import_listings", {"input": {"companyId": "{company}"}}),
        ("List listings", "listings", {"companyId": "{company}", "filter": {"isMapped": False}}),
        ("Make products of them", "create_products_from_listings", {"input": {"companyId": "{company}"}}),
        (
            "Take one off sale",
            "set_listings_for_sale",
            {"input": {"companyId": "{company}", "listingIds": [], "isForSale": False}},
        ),
    ],
    "Stock": [
        ("Stock explained", "stock_explained", {"id": "{product}"}),
        (
            "Set what is on hand",
            "set_inventory",
            {"input": {"levels": [{"productId": "{product}", "warehouseId": "{warehouse}", "onHand": 10}]}},
        ),
        ("Tell Temu of it", "update_inventory", {"input": {"companyId": "{company}"}}),
    ],
    "Prices": [
        (
            "Say what it is to cost",
            "update_prices",
            {
                "input": {
                    "companyId": "{company}",
                    "prices": [{"productId": "{product}", "amount": "18.50", "currencyCode": "USD"}],
                    "validateOnly": True,
                }
            },
        ),
        ("Send prices", "upload_prices", {"input": {"companyId": "{company}"}}),
    ],
    "Numbers": [
        (
            "Statistics",
            "statistics",
            {
                "companyId": "{company}",
                "from": "{month ago}",
                "to": "{now}",
                "interval": "WEEK",
                "timeZone": "{time zone}",
            },
        ),
    ],
    "Jobs": [
        ("What Temu was asked to do", "channel_actions", {"companyId": "{company}"}),
        ("List jobs", "queued_jobs", {"companyId": "{company}"}),
        ("Follow a job", "queued_job", {"id": "{job}"}),
    ],
}


def routes(*, enabled: bool) -> list[Route]:
    """The files of the page; none where GraphiQL is turned off."""
    if not enabled:
        return []
    return [Route("/graphiql/assets/{version}/{name}", _asset, name="graphiql-asset")]


def page(request: Request) -> Response | None:
    """The page for a browser; nothing for a client that doesn't ask for one."""
    if not _is_browser(request):
        return None
    if not all(path.is_file() for path, _ in _ASSETS.values()):
        return HTMLResponse(_text("absent.html"), headers=_PAGE_HEADERS)
    # The address is relative, so that it holds behind a proxy that serves us below a path of its own.
    html = (
        _text("graphiql.html")
        .replace("{assets}", f"graphiql/assets/{_version()}")
        .replace("{examples}", _examples())
    )
    return HTMLResponse(html, headers=_PAGE_HEADERS)


def sign(request: Request) -> Response | None:
    """What a browser sees where GraphiQL is turned off; nothing for a client that doesn't ask for a page."""
    return HTMLResponse(_text("off.html"), 406, headers=_PAGE_HEADERS) if _is_browser(request) else None


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "").lower()


async def _asset(request: Request) -> Response:
    path, media_type = _ASSETS.get(request.path_params["name"], (None, None))
    if path is None or not path.is_file() or request.path_params["version"] != _version():
        raise HTTPException(404)
    return FileResponse(path, media_type=media_type, headers=_ASSET_HEADERS)


@functools.cache
def _version() -> str:
    """Asked for only when all files are there; a set-up that changes them is followed by a restart."""
    digest = hashlib.sha256()
    for path, _ in _ASSETS.values():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def _text(name: str) -> str:
    return (_OURS / name).read_text(encoding="utf-8")


@functools.cache
def _examples() -> str:
    """The examples as JSON that can stand inside an HTML element."""
    examples = [
        {"part": part, "title": title, "query": _text(f"examples/{file}.graphql"), "variables": variables}
        for part, listed in EXAMPLES.items()
        for title, file, variables in listed
    ]
    return json.dumps({"ids": _text("ids.graphql"), "examples": examples}).replace("<", "\\u003c")
