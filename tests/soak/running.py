"""One fault after the other on one installation, each with a shop of its own, so that what is found is its own doing."""

import random
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.soak import evidence
from tests.soak.catalogue import Fault
from tests.soak.check import Finding, check
from tests.soak.faults.disk import NoSmallDisk
from tests.soak.installation import Installation
from tests.soak.shop import Shop
from tests.soak.table import Line
from tests.soak.trial import Trial

_numbers = count(1)
_SHOWN = 10


async def run_fault(
    fault: Fault,
    installation: Installation,
    line: Line,
    *,
    seed: str,
    seconds: float,
    programs: Path | None,
    say: Callable[[str], None],
) -> None:
    """Try it under load, let all of it settle, and add to *line* what the three accounts then disagree on."""
    source = random.Random(f"{seed}/{fault.name}/{installation.kind}")
    await installation.until_ready()
    shop = Shop(installation, source, next(_numbers))
    trial = Trial(installation, shop, source, seconds, programs)
    line.rounds += 1
    try:
        await shop.open()
        async with shop.traffic():
            trial.begin()
            await fault.run(trial)
            installation.sandbox.faults.clear()
            await installation.until_ready()
        await shop.settle()
        trial.findings += check(await evidence.history(shop))
    except NoSmallDisk as reason:
        line.skipped = str(reason)
    except Exception as error:  # noqa: BLE001 - one fault's trouble is a line of the table, and the others go on
        traceback.print_exc()
        trial.findings.append(Finding("lost", f"the trial broke off: {error!r}"[:300]))
    finally:
        installation.sandbox.faults.clear()
        await shop.client.close()
    _add(line, trial)
    words = f"{trial.injected} injected, {trial.effective} effective, {len(trial.findings)} findings"
    extra = "".join(f"; {note}" for note in trial.notes[:3])
    say(f"{fault.name} on {installation.kind}: {words}, recovered in {trial.longest:.1f} s{extra}")
    for finding in trial.findings[:_SHOWN]:
        say(f"  {finding.kind}: {finding.words}")


def _add(line: Line, trial: Trial) -> None:
    line.injected += trial.injected
    line.effective += trial.effective
    line.longest = max(line.longest, trial.longest)
    line.findings += trial.findings
