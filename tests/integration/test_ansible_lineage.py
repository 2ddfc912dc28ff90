"""What a process of a run settles with the kernel: whoever is below it is found, whatever he does to hide."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from orchestrator.adapters.ansible import processes

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
TOKEN = "migrate-run-aaaaaaaa"
OTHER = "migrate-run-bbbbbbbb"


def python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    whole = {"PYTHONPATH": str(ROOT), **environment}
    argv = [sys.executable, "-c", program]
    return subprocess.run(argv, env=whole, capture_output=True, text=True, timeout=60, check=False)


ORPHANS = """
import os, subprocess, sys, time
from pathlib import Path
from orchestrator.adapters.ansible import lineage
lineage.adopt()
nest = "env -i setsid sh -c 'trap : TERM HUP; env -i setsid sleep 600 & echo $! $$ >> {pids}; wait' & sleep 0.5"
for _ in range(3):
    subprocess.run(["sh", "-c", nest], stdout=subprocess.DEVNULL)
while Path("{pids}").read_text().count("\\n") < 3:
    time.sleep(0.05)
print(lineage.end_children())
"""


def test_nobody_below_a_process_that_adopts_gets_away(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.touch()
    done = python(ORPHANS.replace("{pids}", str(pids)))
    assert done.stdout.strip() == "True", done.stderr
    found = [int(pid) for pid in pids.read_text().split()]
    assert len(found) == 6
    assert [pid for pid in found if processes.started(pid)] == []


def test_end_children_without_any_is_over_at_once() -> None:
    program = "from orchestrator.adapters.ansible import lineage; lineage.adopt(); print(lineage.end_children())"
    assert python(program).stdout.strip() == "True"


FORKED = f"""
import os, sys
from orchestrator.adapters.ansible import lineage, processes
pid = os.fork()
if pid == 0:
    lineage.carry("{OTHER}")
    sys.stdin.read()
    os._exit(0)
while not list(processes.members("{OTHER}")):
    pass
print(list(processes.members("{OTHER}")) == [pid], flush=True)
os.kill(pid, 9)
"""


def test_a_forked_process_is_found_by_the_token_it_carries(tmp_path: Path) -> None:
    program = tmp_path / "forked.py"  # a file: what stands in a command line is a mark as well
    program.write_text(FORKED)
    environment = {"PYTHONPATH": str(ROOT), "MIGRATE_RUN": TOKEN}
    with subprocess.Popen(
        [sys.executable, str(program)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read().split() == [b"True"]


@pytest.mark.parametrize("environment", [{}, {"MIGRATE_RUN": "migrate-run-short"}])
def test_where_there_is_no_token_none_is_written(environment: dict[str, str]) -> None:
    done = python(f"from orchestrator.adapters.ansible import lineage; lineage.carry('{TOKEN}')", **environment)
    assert "OSError: there is no token" in done.stderr


def test_a_process_that_dropped_its_mark_is_found_by_who_started_it() -> None:
    token = tempfile.mktemp(prefix=processes.PREFIX, dir="")
    argv = ["sh", "-c", "env -i sleep 600 & wait"]
    with subprocess.Popen(argv, env={"PATH": os.environ["PATH"], "MIGRATE_RUN": token}) as process:
        limit = time.monotonic() + 60
        while len(found := list(processes.members(token))) < 2:
            assert time.monotonic() < limit
        processes.end(token)
        assert process.wait(60) == -9
    assert [pid for pid in found if processes.started(pid)] == []
