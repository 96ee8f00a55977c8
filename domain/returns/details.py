"""What has to be asked for of each return beside the list: lines with their reasons, the money, and the parcels."""

from dataclasses import dataclass
from typing import Any

from domain.errors import Refused
from domain.models import ReturnType
from domain.queued_jobs.run import Outcome, not_permitted
from domain.returns.parse import ReturnDetails, read_detail_lines, read_lines, read_parcels, read_refund
from domain.temu import returns
from domain.temu.client import TemuClient
from domain.temu.errors import PermissionMissing, TemuRefused
from domain.temu.interfaces import OPTIONAL_INTERFACES, RETURN_DETAIL, RETURN_LINES, RETURN_PARCELS


@dataclass(frozen=True)
class Wanted:
    """A return of which more is to be asked."""

    number: str
    order_number: str
    type: ReturnType


class DetailReader:
    """Asks for details in one run. An interface that is not permitted is asked for once, and goes missing in all others."""

    def __init__(self, temu: TemuClient) -> None:
        self._temu = temu
        self._lacking: dict[str, PermissionMissing] = {}

    def lacks_details(self) -> bool:
        """Whether returns come in without reasons and amounts, so that there is no use in asking again."""
        return RETURN_DETAIL in self._lacking

    async def read(self, one: Wanted) -> ReturnDetails:
        """Everything about a return that may be known. Raises what concerns the whole run."""
        told: dict[str, Any] = {}
        for read in (self._read_lines, self._read_parcels):
            try:
                told |= await read(one)
            except TemuRefused as error:
                told["fault"] = error.message
        return ReturnDetails(**told, is_whole="fault" not in told and not self._lacking)

    def outcomes(self) -> list[Outcome]:
        """What the run went on without. That the token may not ask for it, testSettings tells (C14)."""
        return [
            not_permitted("(returns)", f"Without {name} {OPTIONAL_INTERFACES[name]}. {error.message}")
            for name, error in self._lacking.items()
            if error.is_apps
        ][:1]

    async def _read_lines(self, one: Wanted) -> dict[str, Any]:
        if RETURN_DETAIL not in self._lacking:
            try:
                message = await returns.detail(self._temu, one.number, one.order_number)
            except PermissionMissing as error:
                self._lacking[RETURN_DETAIL] = error
            else:
                lines = read_detail_lines(message)
                try:
                    return {"lines": lines, "refund": read_refund(message)}
                except Refused as error:
                    # Its pieces can be put back on hand all the same.
                    return {"lines": lines, "fault": error.message}
        if RETURN_LINES not in self._lacking:
            try:
                return {"lines": read_lines(await returns.lines(self._temu, one.number))}
            except PermissionMissing as error:
                self._lacking[RETURN_LINES] = error
        return {}

    async def _read_parcels(self, one: Wanted) -> dict[str, Any]:
        if one.type is ReturnType.REFUND_ONLY or RETURN_PARCELS in self._lacking:
            return {}
        try:
            carrier, numbers = read_parcels(await returns.parcels(self._temu, one.number))
        except PermissionMissing as error:
            self._lacking[RETURN_PARCELS] = error
            return {}
        return {"carrier": carrier, "tracking_numbers": numbers}
