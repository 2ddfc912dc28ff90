"""A file system's whole way by commands, under a client that never stops changing files."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from orchestrator.model.move import Method
from tests.worlds.drive import KILLED
from tests.worlds.files import FilesWriter, assert_held
from tests.worlds.files_site import FilesSite, files_site
from tests.worlds.site import SYSTEM

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

STEPS = ("room", "reach", "passes", "duplicate", "compare", "remove")


@pytest.fixture(scope="module", params=[Method.RSYNC, pytest.param(Method.TAR, marks=pytest.mark.nightly)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilesSite]:
    with files_site(tmp_path_factory.mktemp("programme"), request.param) as made:
        yield made


@pytest.fixture(scope="module")
def writer(site: FilesSite) -> Iterator[FilesWriter]:
    running = FilesWriter(site.files)
    yield running
    running.end()


def stands(site: FilesSite) -> tuple[Phase, list[str], list[str]]:
    """Where the system's life is, which sides can be written to, and on which its service runs."""
    return site.phase, site.named.writable(), site.running()


def failing(told: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [check for check in told["checks"] if check["status"] != "pass"]


def test_a_batch_brings_it_as_far_as_passes_go(site: FilesSite, writer: FilesWriter) -> None:
    site.onward("syncing")
    assert stands(site) == (Phase.SYNCING, ["src"], ["src"])
    life = site.lives.of(SYSTEM)
    assert life is not None
    progress = life.facts["progress"]
    assert isinstance(progress, dict)
    assert progress["pass"]["entries"] > 170


def test_a_rehearsal_leaves_both_sides_alone_and_nothing_of_its_own(site: FilesSite, writer: FilesWriter) -> None:
    dry = site.migrate("cutover", SYSTEM, "--rehearse", "--dry-run")
    assert [step["step"] for step in dry["steps"] if step["step"] in STEPS] == list(STEPS)
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    assert (told["passed"], failing(told)) == (True, []), told
    assert told["gap_ms"] > 0
    assert {"stop-service", "seal", "unlock", "start-service"} <= set(told["not_rehearsed"])
    assert stands(site) == (Phase.REHEARSED, ["src"], ["src"])
    assert copies(site) == ["files-s-1"]


def test_it_goes_there_and_back_by_command_and_a_client_loses_nothing(site: FilesSite, writer: FilesWriter) -> None:
    opened(site.migrate("cutover", SYSTEM, "--yes"), Phase.OPEN)
    assert stands(site) == (Phase.OPEN, ["tgt"], ["tgt"])
    time.sleep(1)
    opened(site.migrate("rollback", SYSTEM, "--yes"), Phase.SYNCING)
    assert stands(site) == (Phase.SYNCING, ["src"], ["src"])
    time.sleep(1)
    writer.end()
    assert writer.changes > 100
    assert_held(site.files, "src", writer)


def test_a_section_that_is_killed_is_settled_by_the_next_command(site: FilesSite) -> None:
    site.killed("before:ensure_settled", "cutover", SYSTEM, "--yes")
    assert site.phase is Phase.CUTOVER
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    assert stands(site) == (Phase.OPEN, ["tgt"], ["tgt"])


@pytest.mark.nightly
@pytest.mark.parametrize("step", STEPS)
def test_a_rehearsal_is_killed_and_the_next_command_cleans(site: FilesSite, step: str) -> None:
    if site.phase is Phase.OPEN:
        site.migrate("rollback", SYSTEM, "--yes")
    told = [*site.files.net.inside("ctl"), *KILLED, "rehearsal", str(site.folder), SYSTEM, step]
    done = subprocess.run(told, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    assert copies(site) == ["files-s-1"]
    assert stands(site) == (Phase.SYNCING, ["src"], ["src"])


def copies(site: FilesSite) -> list[str]:
    return site.files.sh("tgt", "ls /var/lib/migrate").split()


def opened(told: dict[str, object], phase: Phase) -> None:
    """Check that a switch opened a side, and that everything which was compared is alike."""
    assert (told["decision"], told["phase"], told["probe"]) == ("open", phase, None)
    assert failing(told) == []  # type: ignore[arg-type]
