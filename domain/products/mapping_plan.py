"""In which order wishes for mappings can be granted, and which can't. Pure.

A listing has one product (M3), so a wish waits for the product that has the listing to move away, and two products
that swap theirs move together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.models import JobOutcomeStatus
from domain.products import mapping
from domain.products.queries import WebsiteIds
from domain.queued_jobs.run import Outcome

# A circle has to be written in one transaction.
LARGEST_CIRCLE = 1000


@dataclass(frozen=True)
class Wish:
    """What one product shall have; None leaves a value as it is. *place* begins what is told of it."""

    subject: str
    place: str
    sku: str
    pair: WebsiteIds | None
    uses_default: bool | None = None
    safety_quantity: int | None = None
    hint: str = ""
    # The SKU with characters that nobody sees, where it has any: a product may be stored so.
    written: str = ""
    # Whether a mapping that the product has already is to stay.
    only_unmapped: bool = False

    def asks_the_same(self, other: "Wish") -> bool:
        """Whether both want the same of the same product."""
        return (self.sku, self.pair, self.uses_default, self.safety_quantity) == (
            other.sku,
            other.pair,
            other.uses_default,
            other.safety_quantity,
        )

    def failed(self, code: str, message: str) -> Outcome:
        """What is told where it can't be granted."""
        return Outcome(self.subject, JobOutcomeStatus.FAILED, code, f"{self.place}: {message}")


@dataclass
class Plan:
    """Units that can be granted one after the other, each as a whole; and what can't."""

    units: list[list[Wish]] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)

    def batches(self, at_least: int) -> Iterator[list[Wish]]:
        """Whole units, put together to batches."""
        batch: list[Wish] = []
        for unit in self.units:
            batch += unit
            if len(batch) >= at_least:
                yield batch
                batch = []
        if batch:
            yield batch


def plan(wishes: Sequence[Wish], current: Mapping[str, WebsiteIds | None]) -> Plan:
    """How to grant wishes for different products, of which *current* has the mappings by SKU."""
    made = Plan()
    # Who has a listing and keeps it comes before those who want it.
    claims = {
        wish.pair: wish for wish in wishes if wish.pair is not None and wish.pair == current.get(wish.sku)
    }
    moves: dict[str, Wish] = {}
    for wish in wishes:
        if wish.sku not in current:
            message = f"This company has no product with SKU {wish.sku}{wish.hint}."
            made.refused.append(wish.failed("NOT_FOUND", message))
        elif wish.pair is None or wish.pair == current[wish.sku]:
            made.units.append([wish])
        elif wish.only_unmapped and current[wish.sku] is not None:
            made.refused.append(mapped_otherwise(wish.sku, current[wish.sku]))
        elif wish.pair in claims:
            made.refused.append(_taken(wish, claims[wish.pair].sku))
        else:
            claims[wish.pair] = moves[wish.sku] = wish
    holders = {pair: sku for sku, pair in current.items() if pair is not None}
    _refuse_blocked(made, moves, claims, holders, current)
    for unit in _in_order(moves, holders):
        if len(unit) > LARGEST_CIRCLE:
            message = f"{len(unit)} products pass their listings round in a circle. Take the mapping of one of them away first."
            made.refused += [wish.failed("CONFLICT", message) for wish in unit]
        else:
            made.units.append(unit)
    return made


def mapped_otherwise(sku: str, pair: WebsiteIds | None) -> Outcome:
    """What is told of a product whose mapping stays."""
    goods, variant = pair or ("", "")
    message = f"{sku} is mapped to goods id {goods} and SKU id {variant}, which stays."
    return Outcome(sku, JobOutcomeStatus.SKIPPED, "MAPPED_OTHERWISE", message)


def _refuse_blocked(
    made: Plan,
    moves: dict[str, Wish],
    claims: Mapping[WebsiteIds, Wish],
    holders: Mapping[WebsiteIds, str],
    current: Mapping[str, WebsiteIds | None],
) -> None:
    """Take out of *moves* those whose listing another product keeps, then those that waited for these, and so on."""
    free = {None, *moves}
    blocked = [wish for wish in moves.values() if _holder(wish, holders) not in free]
    for wish in blocked:  # It grows while it is read.
        del moves[wish.sku]
        made.refused.append(_taken(wish, _holder(wish, holders) or ""))
        kept = current[wish.sku]
        follower = None if kept is None else claims.get(kept)
        if follower is not None and follower.sku in moves:
            blocked.append(follower)


def _in_order(moves: Mapping[str, Wish], holders: Mapping[WebsiteIds, str]) -> Iterator[list[Wish]]:
    """Each behind the one that has its listing now; those that go round in a circle as one unit."""
    placed: set[str] = set()
    for start in moves.values():
        chain: dict[str, Wish] = {}
        wish: Wish | None = start
        while wish is not None and wish.sku not in placed and wish.sku not in chain:
            chain[wish.sku] = wish
            wish = moves.get(_holder(wish, holders) or "")
        if wish is not None and wish.sku in chain:
            yield list(chain.values())
        else:
            yield from ([wish] for wish in reversed(chain.values()))
        placed.update(chain)


def _holder(wish: Wish, holders: Mapping[WebsiteIds, str]) -> str | None:
    return None if wish.pair is None else holders.get(wish.pair)


def _taken(wish: Wish, sku: str) -> Outcome:
    refusal = mapping.taken(sku)
    return wish.failed(refusal.code.value, refusal.message)
