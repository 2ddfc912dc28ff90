"""What a long evidence log costs: to open, to append to, to judge."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.measure import PYTHON, REPO, Part, Row, Sample, Unready, run

NAME = "evidence"
NEEDS = "6 GiB of free disk"

_FREE = 6 << 30
# Entries like those of a run: a read call with its request id.
_WRITE = """
import sys
from pathlib import Path
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
log = EvidenceLog(Path(sys.argv[1]), actor="operator@control", clock=SystemClock())
pad = "x" * int(sys.argv[3])
for number in range(int(sys.argv[2])):
    log.record("call", method="GET", path=f"/v2.1/servers/{number}", status=200, id="req-0000", note=pad)
"""
_OPEN = """
import sys
from pathlib import Path
from time import perf_counter
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
clock = perf_counter()
log = EvidenceLog(Path(sys.argv[1]), actor="operator@control", clock=SystemClock())
opened = perf_counter()
log.record("run.started", batch=1)
print(1000 * (opened - clock), 1000 * (perf_counter() - opened))
"""
_JUDGE = """
import sys
from pathlib import Path
from orchestrator.adapters.evidence import verify
verdict = verify(Path(sys.argv[1]), quick=sys.argv[2] == "quick")
sys.exit(0 if verdict.ok else 8)
"""


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Grow logs, and open, append to and judge each as processes of their own."""
    sizes = [(100, 0), (10_000, 0)] if quick else [(100, 0), (1_000_000, 0), (1_000_000, 2000)]
    rounds = 3 if quick else 9
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="migrate-bench-") as scratch:
        if shutil.disk_usage(scratch).free < _FREE:
            raise Unready(NEEDS)
        for entries, pad in sizes:
            log = Path(scratch) / f"{entries}-{pad}" / "evidence.jsonl"
            log.parent.mkdir()
            began = perf_counter()
            python(_WRITE, log, entries, pad)
            wrote = perf_counter() - began
            size = sum(path.stat().st_size for path in log.parent.rglob("*") if path.is_file())
            what = f"{entries:,} entries, {size / 2**20:,.1f} MiB"
            say(f"{what}: written in {wrote:.0f} s")
            rows.append(Row(what=what, who="write", figure="entries/s", runs=(entries / wrote,)))
            rows += opening(what, [python(_OPEN, log) for _ in range(rounds)])
            for how in ("quick", "whole"):
                judged = python(_JUDGE, log, how)
                who = "judge, sealed segments by their bytes" if how == "quick" else "judge, line by line"
                rows.append(Row(what=what, who=who, figure="s", runs=(judged.wall_seconds,)))
                rows.append(Row(what=what, who=who, figure="peak MiB", runs=(judged.peak_mib,)))
                say(f"{what}: {who}: {judged.wall_seconds:.1f} s, {judged.peak_mib:.0f} MiB")
            shutil.rmtree(log.parent)
    method = f"Opening and one durable entry {rounds} times, each in a process of its own; writing and judging once."
    return Part(name=NAME, title="A long evidence log", method=method, rows=tuple(rows))


def opening(what: str, samples: list[Sample]) -> list[Row]:
    """Return the rows of opening and of the first durable entry, from what the processes measured themselves."""
    both = [tuple(map(float, sample.output.split())) for sample in samples]
    return [
        Row(what=what, who=who, figure="ms", runs=tuple(pair[column] for pair in both))
        for column, who in enumerate(("open", "one durable entry"))
    ]


def python(program: str, *arguments: object) -> Sample:
    """Run a program of ours."""
    environ = {"PYTHONPATH": str(REPO)}
    return run([PYTHON, "-c", program, *map(str, arguments)], environ=environ)
