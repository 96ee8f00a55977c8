"""Secrets of webhooks, and the signatures made with them, as Standard Webhooks has both."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from standardwebhooks import Webhook as Signer

PREFIX = "whsec_"
# For so long the secret before a new one signs too.
GRACE = timedelta(hours=24)
_SECRET_BYTES = 32


def new_secret() -> str:
    """A secret that nobody has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def new_message_id() -> str:
    """An id of a message, without the dot by which the parts of what is signed are told apart."""
    return f"msg_{secrets.token_hex(16)}"


def headers(message_id: str, *, at: datetime) -> dict[str, str]:
    """What is sent with a message besides its signature."""
    return {
        "content-type": "application/json",
        "user-agent": "Tradewind",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
    }


def signature(message_id: str, body: str, *, at: datetime, with_secrets: Sequence[str]) -> str:
    """One signature for each secret."""
    return " ".join(Signer(secret).sign(message_id, at, body) for secret in with_secrets)
