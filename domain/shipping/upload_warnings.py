"""What Temu says of tracking numbers that it accepts, kept with their packages (T12)."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import Package
from domain.shipping.parcels import Parcel


async def store(session: AsyncSession, parcels: Sequence[Parcel], warnings: Sequence[str]) -> None:
    """Keep what Temu said of packages that it accepted."""
    if not warnings:
        return
    found = assigned(warnings, {parcel.package.id: parcel.tracking_keys for parcel in parcels})
    for package_id, words in found.items():
        await session.execute(update(Package).where(Package.id == package_id).values(upload_warnings=words))


def assigned(warnings: Sequence[str], numbers: Mapping[int, Collection[str]]) -> dict[int, list[str]]:
    """
    Warnings by package, whose tracking keys *numbers* gives: one that names a number goes to its package, others to all,
    as Temu's list says nothing else of what they are about [A].
    """
    found: dict[int, list[str]] = {package: [] for package in numbers}
    for warning in dict.fromkeys(warnings):
        words = "".join(warning.split()).upper()
        named = [package for package, keys in numbers.items() if any(key in words for key in keys)]
        for package in named or numbers:
            found[package].append(warning)
    return found
