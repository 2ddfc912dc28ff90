"""A process that was stopped: what it waited for is looked at once more, but clients who wait are not cheated."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

# Stopped in the middle of its wait by somebody who lets it go on later.
WAIT = """
import os, subprocess
from orchestrator.adapters.clock import {clock}
from orchestrator.adapters.sessions import Program
{clock}()
program = Program("stopped", ["sh"], program="sh", seconds={clock})
program.send("sleep {answer}; echo here")
subprocess.Popen(["sh", "-c", "sleep 0.5; kill -STOP $0; sleep {stop}; kill -CONT $0", str(os.getpid())])
print(program.receive({limit}).strip())
"""


def waited(clock: str, *, stop: float, answer: float, limit: float) -> str:
    told = WAIT.format(clock=clock, stop=stop, answer=answer, limit=limit)
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=100, check=False)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("clock", ["running_seconds", "waited_seconds"])
def test_an_answer_that_came_while_we_were_stopped_is_taken(clock: str) -> None:
    assert waited(clock, stop=3, answer=2, limit=2.5) == "here"


@pytest.mark.parametrize(("clock", "said"), [("running_seconds", "here"), ("waited_seconds", "session.late")])
def test_time_in_which_we_were_stopped_counts_only_where_clients_wait_for_us(clock: str, said: str) -> None:
    assert said in waited(clock, stop=13, answer=16, limit=9)
