"""
What Temu says of tracking numbers that it accepts, kept with their packages (T12).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import Package
from domain.shipping import queries


async def store(
    session: AsyncSession, order_id: int, warnings: Sequence[str], *, uploaded_at: datetime
) -> None:
    """
    Keep what an answer said with the packages of an order that it was about: those uploaded at that moment.
    """
    if not warnings:
        return
    told = select(Package).where(Package.order_id == order_id, Package.uploaded_at == uploaded_at)
    packages = (await session.scalars(told.order_by(Package.id))).all()
    numbers = {package.id: {package.tracking_key} for package in packages}
    for box in await queries.sub_packages(session, list(numbers)):
        numbers[box.package_id].add(box.tracking_key)
    found = assigned(warnings, numbers)
    for package in packages:
        package.upload_warnings = found[package.id]


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
