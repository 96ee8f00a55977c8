"""`tradewind restore-check`: what Temu has that the database doesn't know."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands import tables
from api.commands.database import fail, settings_or_end
from api.values import ids
from domain import clock, faults, restore_check, revision
from domain.errors import NotConfigured
from domain.resources import opened
from domain.restore_check import CompanyReport
from domain.settings import Settings
from jobs.queue import connected

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("restore-check")
def check(
    *,
    company: Annotated[str | None, typer.Option(help="Id of a company; all where none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare what Temu has with what this database knows; ends with 1 where something differs. Changes nothing."""
    settings = settings_or_end()
    number = None if company is None else ids.find(company, "Company")
    if company is not None and number is None:
        fail(f"{company} is not the id of a company.")
    with faults.ending_in_one_line(settings):
        reports = asyncio.run(_reports(settings, number))
    if number is not None and not reports:
        fail(f"There is no company {company} with a plugin.")
    if as_json:
        named = [
            {**asdict(report), "company_id": ids.encode("Company", report.company_id)} for report in reports
        ]
        typer.echo(json.dumps(named, default=str, indent=2))
    else:
        _show(reports)
    raise typer.Exit(code=1 if any(report.differs for report in reports) else 0)


async def _reports(settings: Settings, company_id: int | None) -> Sequence[CompanyReport]:
    # With the Redis of the workers, so that both together keep to Temu's limit.
    async with connected(settings) as queue, opened(settings, redis=queue.redis) as resources:
        unfit = await revision.problem(resources.database)
        if unfit is not None:
            raise NotConfigured(f"The database {unfit}.")
        return await restore_check.check(resources, company_id=company_id, now=clock.now())


def _show(reports: Sequence[CompanyReport]) -> None:
    console = tables.console()
    if not reports:
        console.print("No company has a plugin.")
    for report in reports:
        until = report.imported_until
        known = "never" if until is None else f"until {until:%Y-%m-%d %H:%M:%S} UTC"
        console.print(f"[bold]{escape(report.name)}[/bold]: orders imported {known}.")
        if not report.differs:
            console.print("  Temu has nothing that is not known here.")
        if report.missing_orders:
            words = "An import brings them: let one end before you resume."
            console.print(f"  {report.missing_orders} orders are missing. {words}")
        if report.shipped:
            _table(console, report.shipped, "order", "here", "at_temu", "on_resume")
        if report.stock:
            _table(console, report.stock, "sku", "here", "at_temu")
            console.print("  On resume the figures here are pushed in place of Temu's.")
        for trouble in report.troubles:
            console.print(f"  Not checked. {trouble}", markup=False)


def _table(console: Console, rows: Sequence[object], *columns: str) -> None:
    cells = [[getattr(row, column) for column in columns] for row in rows]
    tables.show(
        console,
        [column.replace("_", " ").replace("temu", "Temu") for column in columns],
        [[", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row] for row in cells],
    )
