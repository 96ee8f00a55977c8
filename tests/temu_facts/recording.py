"""What the clients would send, kept instead of sent."""

from collections.abc import Mapping
from typing import Any

from domain.temu.access import MallAccess
from domain.temu.client import TemuClient
from domain.temu.file_transport import FileTransport
from domain.temu.partner import PartnerClient
from domain.temu.transport import Parameters, Transport
from tests.temu_facts.client_calls import CALLS, PARTNER_CALLS
from tests.temu_facts.comparing import sample
from tests.temu_facts.table import interfaces

Sent = tuple[str, Mapping[str, Any]]
"""An interface, and the parameters."""


class _RecordingFiles(FileTransport):
    """Files go by no interface, but to addresses of their own."""

    def __init__(self) -> None:
        """Without connections."""

    async def upload(self, access: MallAccess, **file: Any) -> str:
        return "https://files.temu.example/1.pdf"

    async def fetch(self, access: MallAccess, url: str) -> bytes:
        return b"%PDF-"


class RecordingTransport(Transport):
    """Answers with everything that the table has, and knows the interfaces of one host alone."""

    def __init__(self, host: str) -> None:
        self.clock_offset = 0.0
        self.sent: list[Sent] = []
        self._host = host
        self.files = _RecordingFiles()

    async def send(self, access: MallAccess, interface: str, parameters: Parameters, **options: Any) -> Any:
        """The options say how often and how long to try: nothing that Temu sees."""
        values = await parameters() if callable(parameters) else parameters
        self.sent.append((interface, {name: value for name, value in values.items() if value is not None}))
        assert interface in interfaces(), f"{interface} has no table"
        assert interfaces()[interface].host == self._host, f"{interface} is served by the other host"
        return sample(interfaces()[interface])

    async def fetch_file(self, access: MallAccess, url: str) -> bytes:
        """No interface's: tests/journeys/test_label_files.py fetches from the sandbox, which looks at the headers."""
        return b""


async def sent_by(method: str) -> list[Sent]:
    """By the calls of one method of the client."""
    transport = RecordingTransport("region")
    for call in CALLS[method]:
        await call(TemuClient(transport, MallAccess("https://temu.example", "token")))
    return transport.sent


async def sent_by_partner(method: str) -> list[Sent]:
    """By the calls of one method of the client of the partner host."""
    transport = RecordingTransport("partner")
    for call in PARTNER_CALLS[method]:
        await call(PartnerClient(transport, MallAccess("https://temu.example", "token")))
    return transport.sent


async def sent() -> list[Sent]:
    """By all of them."""
    return [
        *[one for method in CALLS for one in await sent_by(method)],
        *[one for method in PARTNER_CALLS for one in await sent_by_partner(method)],
    ]
