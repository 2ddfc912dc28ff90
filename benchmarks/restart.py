"""How long after a SIGKILL the same command takes to begin its next step."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.lab import UP, one_server_systems, require_fake_compute
from benchmarks.measure import Part, Row
from tests.e2e.site import Entry

NAME = "restart"
NEEDS = f"the lab, {UP}"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Kill a batch again and again, each time as soon as a step begins; then let it finish."""
    require_fake_compute()
    count, kills = (2, 2) if quick else (20, 10)
    seconds = []
    with tempfile.TemporaryDirectory(prefix="bench-restart-") as temporary:
        site = one_server_systems(Path(temporary) / "programme", count, at_once=4)
        site.clear()
        try:
            for number in range(kills + 1):
                began = time.monotonic()
                site.kill_at("batch", "1", "--yes", when=step_begins)
                seconds.append(time.monotonic() - began)
                say(f"  {'start' if number == 0 else 'again'}: {seconds[-1]:.2f} s to the first step")
            site.run("batch", "1", "--yes")
            if any(run["status"] != "done" for run in site.ask("status", "1")["systems"]):
                raise RuntimeError("not every system is done after the last run")
        finally:
            site.clear()
    what, who = f"{count} systems", "migrate batch 1"
    return Part(
        name=NAME,
        title="Start again after a kill",
        method=(
            f"The command is killed with SIGKILL as soon as the evidence shows that a step began, and started again, "
            f"{kills} times; the time is from starting the process to the first step it begins, its plan, its look at "
            "the cloud and the engine's recovery included. In the end every system is done."
        ),
        rows=(
            Row(what=what, who=f"{who}, the first time", figure="s to the first step", runs=(seconds[0],)),
            Row(what=what, who=f"{who}, after a kill", figure="s to the first step", runs=tuple(seconds[1:])),
        ),
    )


def step_begins(entry: Entry) -> bool:
    """Tell whether an evidence entry says that a step begins."""
    return str(entry["kind"]) == "step.started"
