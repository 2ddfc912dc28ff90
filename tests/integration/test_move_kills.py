"""Whatever is killed, and wherever in the list: one side is written to, and no acknowledged row is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from orchestrator.adapters.frozen_journal import frozen_json
from orchestrator.model.frozen import Decision
from tests.worlds.drive import KILLED, Drive, driven

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

# In the list's order; whatever comes before `sent` is taken back, whatever comes after it is finished.
BEFORE = (
    "armed", "fence", "prove-login", "holding", "hold", "end-sessions", "mark", "snapshot",
    "catch-up", "prove-sessions", "prove-ended", "prove-still", "open",
)  # fmt: skip
AFTER = ("opened", "route", "reload", "prove-route", "resume")
DAILY = {"hold", "catch-up", "open", "opened", "resume"}
CASES = [
    pytest.param(stage, back, marks=[] if stage in DAILY and not back else [pytest.mark.nightly])
    for back in (False, True)
    for stage in (*BEFORE, *AFTER)
]


@pytest.fixture(scope="module")
def drive() -> Iterator[Drive]:
    with driven(unnoticed=True) as made:
        yield made


@pytest.mark.parametrize(("stage", "back"), CASES)
def test_the_section_is_killed_at_a_line(drive: Drive, stage: str, back: bool) -> None:
    drive.at(opened=back)
    drive.killed(stage)
    if stage == "armed":
        # The word was never given; all the same the section is on record and is recovered.
        assert drive.site.writable() == ["tgt" if back else "src"]
    assert drive.recover().decision is (Decision.OPEN if stage in AFTER else Decision.BACK)


def test_clients_wait_also_while_the_section_is_stopped(drive: Drive) -> None:
    """Longer than it may hold them: it must not open for the seconds that it did not see."""
    opened = drive.opened
    outcome = drive.run((*KILLED, "stopped", "open", "15"))
    assert outcome.decision is Decision.BACK
    assert drive.site.writable() == ["tgt" if opened else "src"]


@pytest.mark.parametrize("milliseconds", [1, *(pytest.param(each, marks=pytest.mark.nightly) for each in (0, 2, 4))])
def test_the_section_is_killed_while_the_decision_is_on_its_way(drive: Drive, milliseconds: int) -> None:
    drive.killed("sent", milliseconds / 1000)
    assert drive.recover().decision in {Decision.OPEN, Decision.BACK}


@pytest.mark.parametrize(
    ("stage", "question"),
    [("prove-still", 2), ("route", 1)]
    + [
        pytest.param(*case, marks=pytest.mark.nightly)
        for case in (("prove-still", 1), ("prove-still", 3), ("route", 2), ("route", 3))
    ],
)
def test_the_recovery_is_killed_too(drive: Drive, stage: str, question: int) -> None:
    drive.killed(stage)
    assert drive.recover_killed(question) == -signal.SIGKILL
    assert drive.recover().decision is (Decision.OPEN if stage == "route" else Decision.BACK)


def test_the_section_outlives_whoever_started_it_and_every_polite_end(drive: Drive) -> None:
    drive.prepare()
    frozen = drive.site.mover.frozen(drive.site.move, drive.attempt, back=drive.opened)
    script = (
        "import sys; from pathlib import Path; from orchestrator.adapters.frozen_journal import frozen_from;"
        " from orchestrator.adapters.frozen_process import FrozenProcess;"
        " from orchestrator.adapters.openssh import OpenSsh;"
        " FrozenProcess(Path(sys.argv[1]), OpenSsh([Path(sys.argv[2])], Path(sys.argv[3]), sys.argv[4:]))"
        ".run(frozen_from(sys.stdin.read()))"
    )
    ssh = drive.site.ssh
    words = [str(drive.site.journal), str(ssh.identities[0]), str(ssh.known_hosts), *ssh.prefix]
    parent = subprocess.Popen([sys.executable, "-c", script, *words], stdin=subprocess.PIPE, text=True)
    assert parent.stdin is not None
    parent.stdin.write(frozen_json(frozen))
    parent.stdin.close()
    limit = time.monotonic() + 60
    children: list[str] = []
    while not children:
        assert time.monotonic() < limit
        seen = subprocess.run(["pgrep", "-P", str(parent.pid)], capture_output=True, text=True, check=False)
        children = seen.stdout.split()
    stages = drive.site.journal / "stages"
    # The section appears after the stages of an earlier one are gone.
    while drive.journal.read() != frozen or "holding" not in stages.read_text():
        assert time.monotonic() < limit
        time.sleep(0.001)
    with suppress(ProcessLookupError):  # on a laden machine it may be over before we have looked twice
        for name in children:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                os.kill(int(name), number)
    parent.kill()
    parent.wait()
    assert drive.recover().decision is Decision.OPEN
