"""Webhooks of all companies."""

from tests.fixtures.world import World


async def test_a_webhook_of_all_companies(world: World) -> None:
    """A1: it belongs to no company, and can be changed as any other."""
    made = await world.api.ask(
        'mutation { createWebhook(input: {name: "ERP", url: "https://example.com/", eventTypes: [ORDER_CREATED]}) '
        "{ webhook { id } userErrors { code message } } }"
    )
    assert made["userErrors"] == []
    for name, more in (("updateWebhook", ', name: "CRM"'), ("rotateWebhookSecret", ""), ("pingWebhook", "")):
        document = (
            f"mutation($id: ID!) {{ {name}(input: {{webhookId: $id{more}}}) {{ userErrors {{ code }} }} }}"
        )
        assert await world.api.ask(document, id=made["webhook"]["id"]) == {"userErrors": []}, name
    (ping,) = (await world.api.ask("{ webhookDeliveries { nodes { id } } }"))["nodes"]
    again = "mutation($id: ID!) { retryWebhookDelivery(input: {deliveryId: $id}) { userErrors { code } } }"
    assert await world.api.ask(again, id=ping["id"]) == {"userErrors": []}
