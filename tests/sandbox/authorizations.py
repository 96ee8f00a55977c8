"""How a seller authorises the app: the seller centre's page, the code that it redirects with, and the token for a code.

Page, its parameters and those of the redirect: one guide of Temu's [B]. The code, that it is good once and for ten minutes, and
that the first call carries it in place of a token too: two pages of Temu's [A]. What isn't told anywhere is marked [C].
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.sandbox.refusals import INVALID_CODE, RefusedError
from tests.sandbox.tokens import COMMON_INTERFACES, Token

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall, Sandbox

PAGE: Final = "/open-platform/client-manage/authorization"
CODE_SECONDS: Final = 600


@dataclass(slots=True)
class Code:
    mall: "Mall"
    app_key: str
    purpose: str
    issued_at: float
    is_used: bool = False


class Authorizations:
    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self.codes: dict[str, Code] = {}
        self.seller: Mall | None = None
        """Whose seller is signed in at the seller centre; None is the first mall's."""
        self.purpose = "all"
        """What the seller lets the app do: "all", "orders" or "products"."""
        self.is_refused = False
        """Whether the seller refuses. That the redirect has no code then is a guess [C]."""
        self.callback_host: str | None = None
        """The host that the redirect names; None is the one that the page is asked at."""
        self.associated: list[Mall] = []
        """Further malls of the seller's, whose tokens the answer holds too."""
        self.replaces_tokens = False
        """Whether a new token ends the one before it; not told anywhere."""

    def issue(self, mall: "Mall", *, app_key: str | None = None) -> str:
        """A code, as the page makes it."""
        with self._sandbox.lock:
            value = secrets.token_hex(30)
            self.codes[value] = Code(
                mall, app_key or self._sandbox.app_key, self.purpose, self._sandbox.clock()
            )
            return value

    def as_token(self, value: object, region: str | None) -> Token:
        """The code that stands in place of a token. That any other one is refused as a wrong code is a guess [C]; so is it of a
        code at the address of another region, or of another app [C].
        """
        code = self.codes.get(value) if isinstance(value, str) else None
        if code is None or region not in {None, code.mall.region} or code.app_key != self._sandbox.app_key:
            raise RefusedError(INVALID_CODE)
        return Token(
            str(value),
            code.mall.mall_id,
            set(COMMON_INTERFACES),
            0,
            code.app_key,
            region=code.mall.region,
        )

    def redeem(self, value: str | None, *, in_place_of_token: str) -> Code:
        code = self.codes.get(value or "")
        if code is None or value != in_place_of_token:
            raise RefusedError(INVALID_CODE)
        if code.is_used or code.issued_at + CODE_SECONDS < self._sandbox.clock():
            raise RefusedError(INVALID_CODE)
        code.is_used = True
        return code

    def routes(self) -> list[Route]:
        return [Route(PAGE, self._page, methods=["GET"])]

    async def _page(self, request: Request) -> Response:
        """The seller agrees at once, or refuses."""
        asked = request.query_params
        target = asked.get("redirect_uri", "")
        if asked.get("appKey") != self._sandbox.app_key or urlsplit(target).scheme not in {"http", "https"}:
            return PlainTextResponse("no such app, or nowhere to go from here", 400)
        with self._sandbox.lock:
            mall = self.seller or self._sandbox.malls[0]
            told = {} if self.is_refused else {"code": self.issue(mall)}
        given: dict[str, Any] = {
            "app_key": self._sandbox.app_key,
            "callback_host": self.callback_host or request.url.netloc,
            **told,
            **({"state": asked["state"]} if "state" in asked else {}),
        }
        return RedirectResponse(f"{target}?{urlencode(given)}", 302)
