"""In which order mapping requests can be applied, and which can't. Pure.

A listing has one product (M3), so a request waits for the product that has the listing to move away, and two products
that swap theirs move together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.products import mapping
from domain.products.queries import WebsiteIds
from domain.queued_jobs.run import Outcome

# A circle has to be written in one transaction.
LARGEST_CIRCLE = 1000


@dataclass(frozen=True)
class MappingRequest:
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

    @property
    def key(self) -> str:
        """Equal for those that are about the same product."""
        return self.sku

    what = key

    @property
    def wish(self) -> tuple[object, ...]:
        """Equal for those that want the same of the same product."""
        return self.sku, self.pair, self.uses_default, self.safety_quantity

    def failed(self, code: str, message: str) -> Outcome:
        """What is told where it can't be applied."""
        return Outcome.failed(self.subject, code, f"{self.place}: {message}")


@dataclass
class MappingPlan:
    """Units that can be applied one after the other, each as a whole; and what can't."""

    units: list[list[MappingRequest]] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)

    def batches(self, at_least: int) -> Iterator[list[MappingRequest]]:
        """Whole units, put together to batches."""
        batch: list[MappingRequest] = []
        for unit in self.units:
            batch += unit
            if len(batch) >= at_least:
                yield batch
                batch = []
        if batch:
            yield batch


def plan(requests: Sequence[MappingRequest], current: Mapping[str, WebsiteIds | None]) -> MappingPlan:
    """How to apply requests for different products, of which *current* has the mappings by SKU."""
    made = MappingPlan()
    # Who has a listing and keeps it comes before those who want it.
    claims: dict[WebsiteIds | None, MappingRequest] = {
        request.pair: request
        for request in requests
        if request.pair is not None and request.pair == current.get(request.sku)
    }
    moves: dict[str, MappingRequest] = {}
    for request in requests:
        if request.sku not in current:
            message = f"This company has no product with SKU {request.sku}{request.hint}."
            made.refused.append(request.failed("NOT_FOUND", message))
        elif request.pair is None or request.pair == current[request.sku]:
            made.units.append([request])
        elif request.only_unmapped and current[request.sku] is not None:
            made.refused.append(mapped_otherwise(request.sku, current[request.sku]))
        elif request.pair in claims:
            made.refused.append(_taken(request, claims[request.pair].sku))
        else:
            claims[request.pair] = moves[request.sku] = request
    holders: dict[WebsiteIds | None, str] = {pair: sku for sku, pair in current.items() if pair is not None}
    _refuse_blocked(made, moves, claims, holders, current)
    for unit in _in_order(moves, holders):
        if len(unit) > LARGEST_CIRCLE:
            message = f"{len(unit)} products pass their listings round in a circle. Take the mapping of one of them away first."
            made.refused += [request.failed("CONFLICT", message) for request in unit]
        else:
            made.units.append(unit)
    return made


def mapped_otherwise(sku: str, pair: WebsiteIds | None) -> Outcome:
    """What is told of a product whose mapping stays."""
    goods, variant = pair or ("", "")
    message = f"{sku} is mapped to goods id {goods} and SKU id {variant}, which stays."
    return Outcome.skipped(sku, "MAPPED_OTHERWISE", message)


def _refuse_blocked(
    made: MappingPlan,
    moves: dict[str, MappingRequest],
    claims: Mapping[WebsiteIds | None, MappingRequest],
    holders: Mapping[WebsiteIds | None, str],
    current: Mapping[str, WebsiteIds | None],
) -> None:
    """Take out of *moves* those whose listing another product keeps, then those that waited for these, and so on."""
    free = {None, *moves}
    blocked = [request for request in moves.values() if holders.get(request.pair) not in free]
    for request in blocked:  # It grows while it is read.
        del moves[request.sku]
        made.refused.append(_taken(request, holders[request.pair]))
        follower = claims.get(current[request.sku])
        if follower is not None and follower.sku in moves:
            blocked.append(follower)


def _in_order(
    moves: Mapping[str, MappingRequest], holders: Mapping[WebsiteIds | None, str]
) -> Iterator[list[MappingRequest]]:
    """Each behind the one that has its listing now; those that go round in a circle as one unit."""
    placed: set[str] = set()
    for start in moves.values():
        chain: dict[str, MappingRequest] = {}
        request: MappingRequest | None = start
        while request is not None and request.sku not in placed and request.sku not in chain:
            chain[request.sku] = request
            request = moves.get(holders.get(request.pair, ""))
        if request is not None and request.sku in chain:
            yield list(chain.values())
        else:
            yield from ([request] for request in reversed(chain.values()))
        placed.update(chain)


def _taken(request: MappingRequest, sku: str) -> Outcome:
    refusal = mapping.taken(sku)
    return request.failed(refusal.code.value, refusal.message)
