"""A client that keeps account of every call: asked, and then acknowledged, failed, or nobody knows."""

import asyncio
import base64
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

_PAUSE_SECONDS = 0.2


def number_of(global_id: str) -> int:
    """The number of a row, by which its database calls it."""
    return int(base64.b64decode(global_id).decode().rpartition(":")[2])


def global_id(kind: str, number: int) -> str:
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


class Unanswered(Exception):
    """Nobody knows whether it was done: the connection ended first."""


class NotDone(Exception):
    """It was refused as a whole, for now: the answer says so."""


class Client:
    """One key's calls. What they came to is added to a file, a line of JSON each, before anything builds on it."""

    def __init__(self, url: str, key: str, ledger: Path) -> None:
        limits = httpx.Limits(max_connections=None)
        self._http = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30, limits=limits
        )
        self._ledger = ledger.open("a", encoding="utf-8", buffering=1)
        self.keys: dict[str, set[int]] = defaultdict(set)
        """Idempotency keys that were sent, with the numbers of the jobs that were answered."""
        self.acknowledged = 0
        self.unknown = 0

    async def close(self) -> None:
        await self._http.aclose()
        self._ledger.close()

    async def once(self, document: str, **variables: Any) -> Any:
        """The only field of a reply. Raises Unanswered, NotDone."""
        asked = time.time()
        try:
            reply = await self._http.post("/graphql", json={"query": document, "variables": variables})
            answer = reply.json()
        except (httpx.TransportError, ValueError) as error:
            self.unknown += 1
            self._record(document, variables, asked, "unknown", type(error).__name__)
            raise Unanswered(type(error).__name__) from None
        if "errors" in answer:
            code = answer["errors"][0].get("extensions", {}).get("code")
            self._record(document, variables, asked, "failed", code)
            raise NotDone(code)
        self._record(document, variables, asked, "acknowledged", None)
        self.acknowledged += 1
        [field] = answer["data"].values()
        return field

    async def ask(self, document: str, **variables: Any) -> Any:
        """Until it is answered: for what can be asked twice. Whoever gives up cancels."""
        while True:
            try:
                return await self.once(document, **variables)
            except (Unanswered, NotDone):
                await asyncio.sleep(_PAUSE_SECONDS)

    async def job(self, document: str, key: str, **fields: Any) -> int:
        """Ask for a job by an idempotency key, again with the same one until it is answered; its number."""
        self.keys.setdefault(key, set())
        payload = await self.ask(document, input={**fields, "idempotencyKey": key})
        assert not payload["userErrors"], payload
        number = number_of(payload["job"]["id"])
        self.keys[key].add(number)
        return number

    def _record(self, document: str, variables: Any, asked: float, outcome: str, why: str | None) -> None:
        name = document.partition("{")[2].partition("(")[0].strip()
        line = {
            "asked": asked,
            "ended": time.time(),
            "call": name,
            "variables": variables,
            "outcome": outcome,
            "why": why,
        }
        self._ledger.write(json.dumps(line) + "\n")
