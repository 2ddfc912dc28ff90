"""The lab comes up twenty times in a row, over whatever the time before has left, the second ten on a busy machine."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(2400)]

MIGRATE = str(Path(sys.executable).with_name("migrate"))
LAB = Path(os.environ.get("MIGRATE_LAB", "/var/lib/migrate-lab"))
TIMES = 20
BUSY = 8
UP_S = 1800  # far above what a start takes, and far below what a person calls for ever


def lab(*words: str, within: float = UP_S) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MIGRATE, "lab", *words], capture_output=True, text=True, timeout=within, check=False, stdin=subprocess.DEVNULL
    )


def first_processes() -> list[int]:
    return [int(path.read_text().split()[0]) for path in LAB.glob("*/*/pid")] + [
        int(path.read_text().split()[0]) for path in LAB.glob("backbone/pid")
    ]


def inside(pid: int) -> list[int]:
    """Return the processes of a box, by their numbers outside, without the first."""
    space = Path(f"/proc/{pid}/ns/pid").readlink()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "ns/pid").readlink() == space and int(entry.name) != pid:
                found.append(int(entry.name))
    return found


def send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def destroyed(_: random.Random) -> None:
    done = lab("destroy")
    assert done.returncode == 0, done.stderr


def boxes_killed(_: random.Random) -> None:
    send(first_processes(), signal.SIGKILL)


def services_killed(chance: random.Random) -> None:
    for box in first_processes():
        pids = inside(box)
        send(chance.sample(pids, len(pids) // 2), signal.SIGKILL)


def services_held(chance: random.Random) -> None:
    for box in first_processes():
        pids = inside(box)
        send(chance.sample(pids, len(pids) // 3), signal.SIGSTOP)


def half_up(chance: random.Random) -> None:
    """Destroy the lab, then kill the driver and the command that started it at any moment of a first start."""
    destroyed(chance)
    with subprocess.Popen(
        [MIGRATE, "lab", "up"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as started:
        with suppress(subprocess.TimeoutExpired):
            started.wait(chance.uniform(2, 75))
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)


BEFORE: tuple[Callable[[random.Random], None], ...] = (
    destroyed,
    boxes_killed,
    half_up,
    services_held,
    services_killed,
)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep the processors busy."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.parametrize("number", range(TIMES))
def test_the_lab_comes_up(number: int, record_property: Callable[[str, object], None]) -> None:
    before = BEFORE[number % len(BEFORE)]
    chance = random.Random(number)  # the same each time: a failure can be had again
    with busy(BUSY if number >= TIMES // 2 else 0):
        before(chance)
        began = time.monotonic()
        done = lab("up")
        seconds = time.monotonic() - began
        record_property("seconds", round(seconds))
        sys.stderr.write(f"\n{number}: {before.__name__}, up in {seconds:.0f} s\n")
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert "Traceback" not in done.stdout + done.stderr
        status = lab("status", within=300)
        assert status.returncode == 0, status.stdout
