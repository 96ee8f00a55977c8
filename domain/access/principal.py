"""Who is asking. `visible` is the only door to rows: what a caller may not see does not exist for it."""

from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Select

from domain.errors import Forbidden, NotFound
from domain.models import Role

_RANK = {Role.READ: 0, Role.OPERATE: 1, Role.ADMINISTER: 2}
Selected = TypeVarTuple("Selected")


@dataclass(frozen=True)
class Principal:
    """The holder of an API key: its role, and the companies it may see; None means all of them and the server itself."""

    key_id: int
    role: Role
    company_ids: frozenset[int] | None

    @property
    def is_server_wide(self) -> bool:
        """Whether the key belongs to the server and not to some companies."""
        return self.company_ids is None

    def has(self, role: Role) -> bool:
        """Whether the key's role includes *role*."""
        return _RANK[self.role] >= _RANK[role]

    def require(self, role: Role) -> None:
        """Raise Forbidden unless the key's role includes *role*."""
        if not self.has(role):
            raise Forbidden(f"This needs an API key with the role {role.value}; yours has {self.role.value}.")

    def require_server_wide(self) -> None:
        """Raise Forbidden unless the key is the server's."""
        if not self.is_server_wide:
            message = "This needs an API key of the server (made with `tradewind keys create --admin`)."
            raise Forbidden(message)

    def sees(self, company_id: int) -> bool:
        """Whether the company exists for this caller."""
        return self.company_ids is None or company_id in self.company_ids

    def require_company(self, company_id: int) -> None:
        """Raise NotFound for a company that does not exist for this caller."""
        if not self.sees(company_id):
            raise NotFound("There is no company with this companyId.", field=("companyId",))

    def visible(self, statement: Select[*Selected], company_id: Any) -> Select[*Selected]:
        """Limit *statement* to the rows whose *company_id* this caller may see."""
        return statement if self.company_ids is None else statement.where(company_id.in_(self.company_ids))


# What jobs run as: they act for the company on their row, whoever asked for them.
WORKER = Principal(key_id=0, role=Role.ADMINISTER, company_ids=None)
