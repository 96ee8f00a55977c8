"""The checkpoint from which an import of orders resumes after a crash: one struct for each stage, told apart by the tag `stage`.

A row that the release before this one wrote has the same names and is read the same way; a field of it that is not
here any more is passed over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct


class Stage(Struct, frozen=True, kw_only=True, tag_field="stage"):
    """What every stage hands on: when the run began, by Temu's clock, and what is left for its end."""

    began: datetime
    moves_mark: bool = False
    # Orders that were asked for by number and that Temu didn't list.
    late: tuple[str, ...] = ()

    def to(self, stage: "type[AnyStage]", **values: Any) -> "AnyStage":
        """The beginning of another stage."""
        return stage(began=self.began, moves_mark=self.moves_mark, late=self.late, **values)


class _Listing(Stage, frozen=True, kw_only=True):
    page: int = 1
    # How many orders of the span were met before this page, and in Temu's words how many the span has.
    rows: int = 0
    named: int | None = None
    # Of the page before.
    digest: str | None = None
    # The end of the span that is being read, in Unix seconds.
    until: int | None = None
    # How many orders Temu named for the whole run.
    total: int = 0


class PageStage(_Listing, frozen=True, kw_only=True, tag="pages"):
    """What changed at *since* or later is being listed."""

    since: datetime


class ClosingStage(_Listing, frozen=True, kw_only=True, tag="closing"):
    """What changed since the run began is being listed."""


class _ByNumber(Stage, frozen=True, kw_only=True):
    # The last number that was asked for.
    asked: str = ""


class UnreadableStage(_ByNumber, frozen=True, kw_only=True, tag="unreadable"):
    """What could not be read before, and what labels hold, is asked for again."""

    total: int = 0


class FailureStage(_ByNumber, frozen=True, kw_only=True, tag="failures"):
    """What failed in a run that is retried is asked for again; queued_jobs/requests.py begins here."""

    subjects: tuple[str, ...]


class NumberStage(_ByNumber, frozen=True, kw_only=True, tag="numbers"):
    """The orders that the job is about are asked for."""

    numbers: tuple[str, ...]


class CancellationStage(Stage, frozen=True, tag="cancellations"):
    """Buyers' requests to cancel are being followed."""


class _Details(Stage, frozen=True, kw_only=True):
    # The last order that was asked about, and those before it that are to be asked about once more.
    after: int = 0
    again: tuple[int, ...] = ()


class AddressStage(_Details, frozen=True, kw_only=True, tag="addresses"):
    """Addresses are being fetched."""


class AmountStage(_Details, frozen=True, kw_only=True, tag="amounts"):
    """Amounts are being fetched."""


class LateStage(Stage, frozen=True, tag="late"):
    """What Temu didn't list is waited for."""


class EndStage(Stage, frozen=True, tag="end"):
    """Nothing is left but the mark."""


AnyStage = TypeVar("AnyStage", bound=Stage)
AnyDetails = TypeVar("AnyDetails", AddressStage, AmountStage)
AnyByNumber = TypeVar("AnyByNumber", UnreadableStage, FailureStage, NumberStage)
AnyListing = PageStage | ClosingStage
Checkpoint = (
    PageStage
    | ClosingStage
    | UnreadableStage
    | FailureStage
    | NumberStage
    | CancellationStage
    | AddressStage
    | AmountStage
    | LateStage
    | EndStage
)


def load(row: Mapping[str, Any], *, now: datetime) -> Checkpoint:
    """The stage that a row has; one that doesn't say when the run began begins *now*."""
    return msgspec.convert({"began": now, **row}, Checkpoint)  # type: ignore[no-any-return]
