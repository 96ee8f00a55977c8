"""Audit events as those who administer see them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert

from api.values import ids
from domain.models import AuditActor, AuditEvent, Role
from tests.factories import NOW, make_company
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World

EVENTS = """query($filter: AuditEventFilter, $first: Int) { auditEvents(filter: $filter, first: $first) { totalCount nodes {
  id occurredAt actor action requestId apiKey { id name hint } company { id } subjectType subjectId before after } } }"""


async def _fill(world: World) -> None:
    """Nine events a minute apart: of two companies and of the installation in turn."""
    async with world.database.write() as session:
        await make_company(session)
        rows = [
            {
                "id": 1000 + i, "occurred_at": NOW + timedelta(days=900, minutes=i), "action": f"action {i // 3}",
                "actor": AuditActor.API_KEY if i < 6 else AuditActor.COMMAND, "api_key_id": 1 if i < 6 else None,
                "request_id": None, "company_id": [1, 2, None][i % 3], "subject_type": ["Product", "Product", None][i % 3],
                "subject_id": [7, 8, None][i % 3], "before": None if i % 2 else {"b": 'ö"\\', "a": [None, True]},
                "after": {"b": i},
            }
            for i in range(9)
        ]  # fmt: skip
        await session.execute(insert(AuditEvent), rows)


async def _actions(api: Api, **given: Any) -> list[int]:
    """The numbers of the events that are found, less a thousand, in their order."""
    given.setdefault("from", (NOW + timedelta(days=900)).isoformat())
    page = await api.ask(EVENTS, filter=given)
    assert page["totalCount"] == len(page["nodes"])
    return [(ids.find(node["id"], "AuditEvent") or 0) - 1000 for node in page["nodes"]]


async def test_what_an_event_tells(world: World) -> None:
    """A2: an event names its key, its company and its object by ids that can be asked for, and what changed as it was written."""
    await _fill(world)
    newest, *_, first = (await world.api.ask(EVENTS, filter={"from": "2028-01-01T00:00:00Z"}))["nodes"]
    key = first["apiKey"]
    assert (key["id"], key["name"], len(key["hint"])) == (ids.encode("ApiKey", 1), "ADMINISTER key", 6)
    assert first == {
        "id": ids.encode("AuditEvent", 1000),
        "occurredAt": "2028-10-17T12:00:00Z",
        "actor": "API_KEY",
        "action": "action 0",
        "requestId": None,
        "apiKey": key,
        "company": {"id": world.company_id},
        "subjectType": "Product",
        "subjectId": ids.encode("Product", 7),
        "before": {"b": 'ö"\\', "a": [None, True]},
        "after": {"b": 0},
    }
    assert [newest[name] for name in ("actor", "apiKey", "company", "subjectType", "subjectId")] == [
        "COMMAND",
        None,
        None,
        None,
        None,
    ]
    node = "query($id: ID!) { node(id: $id) { id ... on AuditEvent { action } } }"
    assert await world.api.ask(node, id=first["id"]) == {"id": first["id"], "action": "action 0"}
    assert await world.api.ask(node, id=key["id"]) == {"id": key["id"]}


async def test_who_may_see_them(world: World) -> None:
    """A5: keys that administer see those of their companies, the server's all, and others are told which role it needs."""
    await _fill(world)
    every = [8, 7, 6, 5, 4, 3, 2, 1, 0]
    one, two = await world.key(Role.ADMINISTER, 1), await world.key(Role.ADMINISTER, 1, 2)
    assert await _actions(world.api) == every
    assert await _actions(one) == [6, 3, 0]
    assert await _actions(two) == [7, 6, 4, 3, 1, 0]
    assert await _actions(one, companyId=ids.encode("Company", 2)) == []
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert await one.ask(node, id=ids.encode("AuditEvent", 1001)) is None
    for role in (Role.READ, Role.OPERATE):
        for number in ((), (1,)):
            key = await world.key(role, *number)
            for query, given in ((EVENTS, {}), (node, {"id": ids.encode("AuditEvent", 1000)})):
                reply = await key.send(query, **given)
                assert reply["errors"][0]["extensions"]["code"] == "FORBIDDEN"
                assert "ADMINISTER" in reply["errors"][0]["message"]


async def test_filters(world: World) -> None:
    """A2: events are found by company, key, action, object and time; nonsense finds nothing."""
    await _fill(world)
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"companyId": world.company_id}, [6, 3, 0]),
        ({"apiKeyId": ids.encode("ApiKey", 1)}, [5, 4, 3, 2, 1, 0]),
        ({"apiKeyId": ids.encode("Company", 1)}, []),
        ({"action": "action 1"}, [5, 4, 3]),
        ({"action": "action 1", "companyId": world.company_id}, [3]),
        ({"subjectId": ids.encode("Product", 8)}, [7, 4, 1]),
        ({"subjectId": ids.encode("Order", 8)}, []),
        ({"subjectId": "nonsense"}, []),
        ({"from": "2028-10-17T12:03:00Z", "to": "2028-10-17T12:05:00Z"}, [4, 3]),
        ({"to": "2028-10-17T12:00:00.000001Z"}, [0]),
    ]
    for given, expected in cases:
        assert await _actions(world.api, **given) == expected, given


@one_database
async def test_each_filter_takes_an_index(world: World) -> None:
    """A2: a page of events is read by an index in the order of the page, whatever it is asked for, and nothing is sorted."""
    await _fill(world)
    plans: dict[str, list[str]] = {}
    engine = world.database.engine.sync_engine

    def explain(_: object, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "FROM audit_events" in statement:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans[statement] = [row[3] for row in cursor.fetchall()]

    one = await world.key(Role.ADMINISTER, 1)
    document = "query($filter: AuditEventFilter) { auditEvents(filter: $filter) { nodes { id } } }"
    cases: list[tuple[Api, dict[str, Any], str]] = [
        (world.api, {}, "newest"),
        (world.api, {"from": "2028-01-01T00:00:00Z"}, "newest"),
        (one, {}, "company_newest"),
        (world.api, {"companyId": world.company_id}, "company_newest"),
        (world.api, {"apiKeyId": ids.encode("ApiKey", 1)}, "api_key_newest"),
        (world.api, {"action": "setInventory", "to": "2028-01-01T00:00:00Z"}, "action_newest"),
        (world.api, {"subjectId": ids.encode("Product", 8)}, "subject_newest"),
    ]
    event.listen(engine, "before_cursor_execute", explain)
    try:
        for api, given, index in cases:
            plans.clear()
            await api.ask(document, filter=given)
            (steps,) = plans.values()
            assert any(f"INDEX ix_audit_events_{index}" in step for step in steps), (given, steps)
            # The places within the page are counted over what was found.
            assert not any(
                "TEMP B-TREE" in step
                for step in steps[: steps.index(next(s for s in steps if "audit_events" in s)) + 1]
            )
    finally:
        event.remove(engine, "before_cursor_execute", explain)
