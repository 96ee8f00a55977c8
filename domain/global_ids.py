"""Global ids: a type and a row's number as opaque text."""

import base64


def encode(kind: str, number: int) -> str:
    """The global id of row *number* of *kind*, such as "Order"."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()
