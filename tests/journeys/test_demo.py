"""The demo as a stranger runs it: one command, everything real, nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def _processes_of(folder: str) -> list[str]:
    """Processes whose command line or environment mentions a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except (OSError, ProcessLookupError):
            continue
        if folder.encode() in text:
            found.append(process.name)
    return found


def test_once_ends_with_the_result() -> None:
    """R1, R6: the demo authorises a mall and imports it through the API, does once what a seller does, tells what became of it and
    ends with the result.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo", "--once", "--orders", "40", "--port", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Import succeeded" in done.stdout
    assert "Succeeded: imported" in done.stdout
    assert "with an Unknown product" in done.stdout
    assert re.search(r"cancelled\W+cancelled\W+cancelled", done.stdout)
    assert re.search(r"shipped\W+DEMO00000001\W+DEMO00000001", done.stdout)
    assert re.search(r"\d+ pieces of \d+ SKUs", done.stdout)
    assert "seller has authorised the app" in done.stdout
    assert re.search(r"cancelled\W+agreed to\W+cancelled", done.stdout)
    assert re.search(r"returned\W+1 back on hand\W+\d+\.\d\d refunded", done.stdout)
    assert re.search(r"4 products\W", done.stdout)
    assert re.search(r"by label\W+USPS, 4\.50\W+handed over", done.stdout)
    assert re.search(r"Price of TW-001\W+accepted\W+18\.50", done.stdout)
    assert re.search(r"Listing of TW-001\W+for sale\W+taken off, put back", done.stdout)


def test_ctrl_c_leaves_nothing_behind() -> None:
    """R1: the demo stays up with GraphiQL's address and a key until Ctrl-C, which leaves no process and no file."""
    # A short name: the path of a socket in it has to fit into 107 bytes.
    with tempfile.TemporaryDirectory(prefix="tw") as folder:
        demo = subprocess.Popen(
            [sys.executable, "-m", "tests.demo", "--orders", "5", "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"TMPDIR": folder},
        )
        assert demo.stdout is not None
        told = ""
        for line in demo.stdout:
            told += line
            if "Ctrl-C" in line:
                break
        running = _processes_of(folder)
        demo.send_signal(signal.SIGINT)
        code = demo.wait(60)
        demo.stdout.close()

        assert code == 0
        assert re.search(r"GraphiQL: +http://127\.0\.0\.1:\d+/graphql", told)
        assert re.search(r"tw_live_\w{36}", told)
        assert len(running) >= 4, "the demo, its server, its worker and its Valkey"
        assert _processes_of(folder) == []
        assert list(Path(folder).iterdir()) == []
