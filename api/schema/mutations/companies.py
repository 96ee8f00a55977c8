"""Mutations of companies, their settings and tokens."""

from datetime import datetime
from typing import Any

import strawberry

from api.context import Info
from api.schema.errors import mutation
from api.schema.mutations.payloads import AuthorizationPayload, CompanyPayload, TestSettingsPayload
from api.values import enums, ids
from api.values.described import described_input, optional, required
from domain import models
from domain.buyers import company_removal
from domain.companies import archiving, authorization, operations, token_removal
from domain.companies.token_check import TokenCheck
from domain.inventory import changes as stock_changes
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role


@described_input
class CompanyIdInput:
    """Names a company."""

    company_id: strawberry.ID = required("The company.")


@described_input
class CreateCompanyInput:
    """A company to create."""

    name: str = required("What people call it; 200 characters at most.")


@described_input
class UpdateCompanyInput:
    """What people call a company."""

    company_id: strawberry.ID = required("The company.")
    name: str = required("Its name from now on; 200 characters at most.")


@described_input
class UpdateCompanySettingsInput:
    """Settings to change; those left out stay as they are."""

    company_id: strawberry.ID = required("The company.")
    store_type: enums.StoreType | None = optional("CUSTOM for a company that sells on Temu.")
    store_plugin: enums.StorePlugin | None = optional("Null takes the plugin away; orders and products stay.")
    region: enums.TemuRegion | None = optional("The part of Temu that the mall belongs to.")
    allow_inventory_upload: bool | None = optional("Whether stock goes out by schedule.")
    allow_order_download: bool | None = optional("Whether orders come in by schedule.")
    allow_return_download: bool | None = optional("Whether returns come in by schedule.")
    allow_tracking_upload: bool | None = optional("Whether tracking goes out by schedule.")
    allow_price_upload: bool | None = optional("Whether prices that are wanted go out by schedule.")
    require_minimum_price: bool | None = optional(
        "Refuse a price for a product that has no minimum price; on unless switched off."
    )
    upload_tracking_per_item: bool | None = optional(
        "Tell Temu of each line as soon as all of it is packed, not of orders once they are fully shipped."
    )
    confirm_labels_automatically: bool | None = optional(
        "Tell Temu by the clock, six hours before it says so by itself, that parcels with bought labels have left."
    )
    safety_quantity: int | None = optional("Pieces of each product that the channel is not told of.")
    max_quantity: int | None = optional(
        "Never tell the channel more than this of one product; null: no limit."
    )
    sell_only_mapped_warehouses: bool | None = optional(
        "Offer only stock in warehouses that have a channel warehouse code."
    )
    orders_not_before: datetime | None = optional("Never import orders placed before this; null: no limit.")


@described_input
class SetAccessTokenInput:
    """A token to keep."""

    company_id: strawberry.ID = required("The company.")
    access_token: str = required("As Temu's seller centre shows it; it is stored encrypted.")
    purpose: enums.AccessTokenPurpose = optional(
        "What it is for; cross-border malls have two.", enums.AccessTokenPurpose.ALL
    )


@described_input
class BeginAuthorizationInput:
    """Whose mall is to be authorised."""

    company_id: strawberry.ID = required("The company, with its region set.")
    purpose: enums.AccessTokenPurpose = optional(
        "What the token is for; cross-border malls have two.", enums.AccessTokenPurpose.ALL
    )


@described_input
class RemoveAccessTokenInput:
    """Names a token to remove."""

    company_id: strawberry.ID = required("The company.")
    purpose: enums.AccessTokenPurpose | None = optional(
        "The one that was set for this purpose; null: every token of the company.", None
    )


@described_input
class RemoveCompanyInput:
    """Names a company to remove, twice."""

    company_id: strawberry.ID = required("The company.")
    name: str = required("Its name, so that no other one is removed by mistake.")


@strawberry.type
class CompanyMutations:
    """Mutations of companies."""

    @mutation(Role.ADMINISTER)
    async def create_company(self, info: Info, input: CreateCompanyInput) -> CompanyPayload:
        """Add a company to the organisation; needs a key of the server."""
        context = info.context
        row = await run_in_transaction(
            context.database, operations.create, by=context.principal, name=input.name, now=context.now
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.ADMINISTER)
    async def update_company(self, info: Info, input: UpdateCompanyInput) -> CompanyPayload:
        """Rename a company."""
        row = await run_in_transaction(
            info.context.database,
            operations.rename,
            by=info.context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            name=input.name,
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.ADMINISTER)
    async def archive_company(self, info: Info, input: CompanyIdInput) -> CompanyPayload:
        """Put a company away for a time. Its queued and running jobs are cancelled, its schedules stop, what Temu pushes to it
        does nothing, and its attention list is empty; whatever changes it, or asks for a job of its, is a CONFLICT until
        unarchiveCompany. It can be read by its id, with its orders, which keep the stock that they hold; the stock of its
        products can still be set. Temu goes on selling by the figures that it was told last: set these to zero before.
        Again does nothing.
        """
        context = info.context
        row = await run_in_transaction(
            context.database,
            archiving.archive,
            by=context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            now=context.now,
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.ADMINISTER)
    async def unarchive_company(self, info: Info, input: CompanyIdInput) -> CompanyPayload:
        """Take an archived company back. Its schedules go on: orders come in from where the last import ended, and the stock
        that has changed meanwhile goes out. Again does nothing.
        """
        row = await run_in_transaction(
            info.context.database,
            archiving.unarchive,
            by=info.context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.ADMINISTER)
    async def update_company_settings(self, info: Info, input: UpdateCompanySettingsInput) -> CompanyPayload:
        """Change a company's settings."""
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        changes = {
            name: value
            for name, value in vars(input).items()
            if name != "company_id" and value is not strawberry.UNSET
        }

        async def update(session: Any) -> models.Company:
            row = await operations.update_settings(
                session, by=context.principal, company_id=company_id, changes=changes, now=context.now
            )
            if row.stock_rules_changed:
                await stock_changes.record_rules(session, row.id)
            return row

        return CompanyPayload(company_id=(await run_in_transaction(context.database, update)).id)

    @mutation(Role.ADMINISTER)
    async def set_access_token(self, info: Info, input: SetAccessTokenInput) -> CompanyPayload:
        """Keep a mall's access token, encrypted, with what Temu says of it at this moment."""
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        check = TokenCheck(context.resources, now=context.now)
        row = await check.set_token(
            by=context.principal, company_id=company_id, token=input.access_token, purpose=input.purpose
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.ADMINISTER)
    async def begin_authorization(self, info: Info, input: BeginAuthorizationInput) -> AuthorizationPayload:
        """Have a mall's seller authorise the app at Temu, so that nobody pastes a token: open `url`, agree, and Temu sends the
        browser back to this server, which stores the token, a first one or in place of the one before. A semi-managed mall's
        seller copies the token in the seller centre: setAccessToken.
        """
        context = info.context
        begun = await run_in_transaction(
            context.database,
            authorization.begin,
            context.resources,
            by=context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            purpose=input.purpose,
            now=context.now,
        )
        return AuthorizationPayload(url=begun.url, expires_at=begun.expires_at)

    @mutation(Role.ADMINISTER)
    async def remove_access_token(self, info: Info, input: RemoveAccessTokenInput) -> CompanyPayload:
        """Forget a token, or all of a company: what was done with it stays, and work that needs it stops. The company stays
        the one of its mall.
        """
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        row = await run_in_transaction(
            context.database,
            token_removal.remove,
            by=context.principal,
            company_id=company_id,
            purpose=input.purpose,
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.ADMINISTER)
    async def remove_company(self, info: Info, input: RemoveCompanyInput) -> CompanyPayload:
        """Remove a company, for good; needs a key of the server. Its tokens go, its jobs stop, its mall is free for another
        company, and its buyers are erased, of many orders within the hours that follow. Orders, amounts, products and history
        stay to be read; nothing of it can be changed any more but stock, which other companies' shadows may sell, and what is
        kept of buyers. Again does nothing.
        """
        context = info.context
        row = await run_in_transaction(
            context.database,
            company_removal.remove_company,
            by=context.principal,
            # One that is none looks like any other to a key that may remove none.
            company_id=ids.find(input.company_id, "Company") or 0,
            name=input.name,
            now=context.now,
        )
        return CompanyPayload(company_id=row.id)

    @mutation(Role.OPERATE)
    async def test_settings(self, info: Info, input: CompanyIdInput) -> TestSettingsPayload:
        """Ask Temu whether the company's settings work, and what to do where they don't."""
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        report = await TokenCheck(context.resources, now=context.now).test(
            by=context.principal, company_id=company_id
        )
        return TestSettingsPayload(ok=report.ok, company_id=report.company.id, advice=list(report.advice))
