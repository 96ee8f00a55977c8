"""The table: a line for each fault on each database, over all rounds."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.soak.check import Finding

_LOST = ("lost",)
_DOUBLED = ("doubled", "phantom", "resurrected")
_STALE = ("stale", "reordered", "negative", "leaked")


@dataclass
class Line:
    """What a fault did on one database."""

    fault: str
    database: str
    rounds: int = 0
    injected: int = 0
    effective: int = 0
    longest: float = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: str | None = None

    def count(self, kinds: tuple[str, ...]) -> int:
        counts: Counter[str] = Counter(finding.kind for finding in self.findings)
        return sum(counts[kind] for kind in kinds)

    @property
    def proves_nothing(self) -> bool:
        return self.rounds > 0 and not self.effective and self.skipped is None

    @property
    def is_bad(self) -> bool:
        return bool(self.findings) or self.proves_nothing


def show(console: Console, lines: list[Line]) -> None:
    """Doubled counts what nobody asked for too, stale what came in the wrong order and what isn't given back."""
    table = Table(title="What each fault cost", title_justify="left")
    table.add_column("fault", no_wrap=True)
    table.add_column("database", no_wrap=True)
    for heading in ("injected", "effective", "lost", "doubled", "stale"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("longest recovery", justify="right", no_wrap=True)
    for line in lines:
        counts = [line.injected, line.effective, *map(line.count, (_LOST, _DOUBLED, _STALE))]
        figures = [str(count) for count in counts] if line.skipped is None else ["-"] * len(counts)
        took = f"{line.longest:.1f} s" if line.skipped is None else "skipped"
        table.add_row(line.fault, line.database, *figures, took, style="red" if line.is_bad else "")
    console.print(table)
    for line in lines:
        if line.skipped is not None:
            console.print(f"{line.fault} on {line.database} was skipped: {line.skipped}")
        if line.proves_nothing:
            console.print(f"{line.fault} on {line.database} took no effect, and so proves nothing")


def write(path: Path, lines: list[Line], *, seed: int) -> None:
    found = [
        {
            "fault": line.fault,
            "database": line.database,
            "rounds": line.rounds,
            "injected": line.injected,
            "effective": line.effective,
            "lost": line.count(_LOST),
            "doubled": line.count(_DOUBLED),
            "stale": line.count(_STALE),
            "longest_recovery_seconds": round(line.longest, 2),
            "skipped": line.skipped,
            "findings": [finding._asdict() for finding in line.findings],
        }
        for line in lines
    ]
    path.write_text(json.dumps({"seed": seed, "faults": found}, indent=2) + "\n", encoding="utf-8")
