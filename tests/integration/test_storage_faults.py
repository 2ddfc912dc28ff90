"""A disk that does not take what has to be kept ends a run at once, with one word, and the same command goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orchestrator import resources
from orchestrator.adapters.evidence import verify
from orchestrator.adapters.room import FLOOR_KIB
from orchestrator.errors import ExitCode
from orchestrator.model.plan import Mark
from orchestrator.model.result import RunStatus
from tests.command_site import CommandSite, command_site, server_of
from tests.fakes import sample_spec
from tests.runs import Site
from tests.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.integration

SPEC = sample_spec()
MAIN = "from orchestrator.cli.main import main; main()"
CODES = {errno.ENOSPC: "full", errno.EROFS: "read-only", errno.EIO: "broken"}
# Whatever a run writes, and how many writes of it succeed before: none, and some.
WRITES = [
    ("evidence", 0),
    ("evidence", 9),
    ("evidence", 10),
    ("evidence", 40),
    ("state\\.sqlite", 0),
    ("state\\.sqlite", 60),
    ("state\\.sqlite", 90),
    ("/plans|[0-9a-f]{64}\\.json", 0),
    ("/runs/", 1),
    ("host-keys", 0),
    ("/lock$", 0),
]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Any]]:
    site = Site(tmp_path_factory.mktemp("uninterrupted"))
    assert site.run([SPEC]) == 0
    return site.cloud().end_state()


@pytest.mark.parametrize("number", CODES, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize(("name", "after"), WRITES)
def test_a_write_that_fails_ends_the_run_and_the_next_one_finishes_it(
    name: str, after: int, number: int, tmp_path: Path, uninterrupted: list[Mapping[str, Any]]
) -> None:
    site = Site(tmp_path)
    assert site.run([SPEC], disk=(name, number, after)) == ExitCode.FAILED
    told = json.loads((tmp_path / "refused.json").read_text())
    assert told["code"] in {f"storage.{CODES[number]}", *({"evidence.disk-full"} if number == errno.ENOSPC else ())}
    assert str(tmp_path / ".migrate") in told["path"]

    assert site.run([SPEC], mark=Mark.CHANGE) == 0
    assert site.cloud().end_state() == uninterrupted
    assert verify(site.state.evidence).ok
    (run,) = site.runs()
    assert (run.status, run.attempt) == (RunStatus.DONE, 1), "what could not be kept is no failure of a system"


# Commands that write for somebody else than a run, and what they write.
OUTPUTS = [
    (("render", "1", "--out", "out"), "out"),
    (("report", "--out", "out"), "out"),
    (("list", "check", "--errors-out", "out.yaml"), "out.yaml"),
    (("audit", "snapshot", "--as-of", "2026-01-01"), "snapshots"),
    (("plan", "--out", "out.yaml"), "out.yaml"),
    (("cutover-plan", "--batch", "1", "--out", "out"), "out"),
    (("cancel", "1"), "evidence"),
    (("init", "made"), "made"),
]


def on_faulty_disk(folder: Path, name: str, number: int, code: str, *words: str) -> tuple[int, str]:
    """Run a piece of Python on a disk that refuses some files; return its exit code and what it said."""
    script = f"from tests.faulty_disk import break_disk; break_disk({name!r}, {number}); {code}"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MIGRATE_LANG": "en", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


# One errno each, in turn: telling the three apart is one place's work, and these commands read long lists.
@pytest.mark.parametrize(("arguments", "name"), OUTPUTS, ids=[words[0] for words, _ in OUTPUTS])
def test_an_output_that_fails_is_told_once_with_its_path(arguments: tuple[str, ...], name: str, tmp_path: Path) -> None:
    number = list(CODES)[len(arguments) % len(CODES)]
    name_of_seed = "yantai" if arguments[0] == "cutover-plan" else "laiwu"  # the short list wherever it will do
    seed = tmp_path / name_of_seed
    shutil.copytree(resources.path("seeds") / name_of_seed, seed)
    (seed / ".migrate").mkdir(mode=0o700, exist_ok=True)
    if arguments[0] == "cutover-plan":
        code, said = on_faulty_disk(seed, "nothing", number, MAIN, "plan", "--out", "schedule.yaml")
        assert code == 0, said
    code, said = on_faulty_disk(seed, f"/{name}|^{name}|\\.{name}", number, MAIN, *arguments)
    assert code == ExitCode.FAILED, said
    errors = [line for line in said.splitlines() if line.startswith("error [")]
    assert len(errors) == 1, said
    assert CODES[number] in errors[0] or "disk-full" in errors[0]
    assert name in errors[0]
    assert "→" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", CODES, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize(
    "code",
    [
        "from orchestrator.adapters.ansible.processes import record; record(Path('kept'), Path('x'))",
        "from orchestrator.adapters.files import write_together; write_together(Path('kept'), {'kept': b'x'})",
        "from orchestrator.adapters.files import write_together; write_together(Path('kept/new'), {'kept': b'x'})",
        "from orchestrator.adapters.state import StateFolder; StateFolder(Path('kept')).ensure()",
        "from orchestrator.adapters.files import write_whole; write_whole(Path('kept'), 'x')",
        "from orchestrator.adapters.files import write_whole; write_whole(Path('kept'), b'x', durable=False)",
    ],
)
def test_every_place_where_files_are_kept_names_the_file(code: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    said = on_faulty_disk(tmp_path, "kept", number, f"from pathlib import Path; {code}")[1]
    assert f"StorageError: storage.{CODES[number]} " in said
    assert "kept" in said.splitlines()[-1]


FOUR = {f"S-{number}": "甲局" for number in range(1, 5)}


def one_error(err: str) -> str:
    assert "Traceback" not in err
    (line,) = [line for line in err.splitlines() if line.startswith("error [")]
    return line


def finished(site: SmallDisk) -> None:
    """Run the batch to its end and see that nothing was lost and nothing made twice."""
    site.run("batch", "1")
    assert site.servers() == sorted(map(server_of, FOUR))
    assert {each["status"] for each in site.ask("status", "1")["systems"]} == {"done"}
    assert "entries" in site.run("evidence", "verify")[0]


# So many bytes are left when the disk fills up while servers are being made; one is a page, one a line of evidence.
@pytest.mark.parametrize(
    "left", [0, *(pytest.param(n, marks=pytest.mark.nightly) for n in (1, 300, 4096, 9000, 20_000, 40_000, 90_000))]
)
def test_a_disk_that_fills_up_in_a_run(left: int, tmp_path: Path) -> None:
    with small_disk(tmp_path / "p", "3m", FOUR) as site:
        for cloud in site.clouds.values():
            cloud.polls = 20
        batch = site.start("batch", "1", "--yes")
        site.wait_for(lambda: (site.state / "evidence.jsonl").exists() and b"ensure_ports" in evidence_of(site))
        site.fill(left)
        _, err = CommandSite.end(batch, expect=ExitCode.FAILED)
        line = one_error(err)
        assert "full" in line
        assert str(site.folder / ".migrate") in line
        site.fill()
        for arguments in (("batch", "1"), ("retry", "1", "--system", "S-1")):
            assert "storage.no-room" in one_error(site.run(*arguments, expect=ExitCode.REFUSED)[1])
        assert "full" in one_error(site.run("cancel", "1", expect=ExitCode.FAILED)[1])
        bad = failing(site)
        assert (
            {"doctor.disk", "doctor.stuck"} <= set(bad) <= {"doctor.disk", "doctor.stuck", "doctor.evidence-unfinished"}
        )
        site.clear()
        for cloud in site.clouds.values():
            cloud.polls = 0
        finished(site)
        assert failing(site) == {}


def evidence_of(site: SmallDisk) -> bytes:
    return (site.state / "evidence.jsonl").read_bytes()


def failing(site: CommandSite) -> dict[str, Any]:
    """Return what doctor finds wrong, by code."""
    process = site.start("doctor", "-o", "json")
    told = json.loads(process.communicate(timeout=60)[0])
    return {check["code"]: check["values"] for check in told["checks"] if check["status"] != "pass"}


@pytest.mark.nightly
def test_ctrl_c_ends_a_run_whose_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "p", "3m", FOUR) as site:
        for cloud in site.clouds.values():
            cloud.polls = 1 << 30
        batch = site.start("batch", "1")
        site.wait_for(lambda: len(site.servers()) >= 2)
        batch.send_signal(signal.SIGINT)
        site.fill()
        _, err = CommandSite.end(batch, expect=ExitCode.INTERRUPTED)
        assert "Traceback" not in err
        site.clear()
        for cloud in site.clouds.values():
            cloud.polls = 0
            for server in cloud.of("servers"):
                server["_polls"] = 0
        finished(site)


def test_a_read_only_state_folder_is_told_by_run_and_doctor(tmp_path: Path) -> None:
    with small_disk(tmp_path / "p", "3m", FOUR) as site:
        site.run("batch", "1", "--system", "S-1")
        site.mount("-o", "remount,ro")
        for arguments in (("batch", "1"), ("cancel", "1")):
            assert "storage.read-only" in one_error(site.run(*arguments, expect=ExitCode.FAILED)[1])
        assert "doctor.disk-unwritable" in failing(site)
        site.mount("-o", "remount,rw")
        finished(site)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CommandSite, bytes]]:
    with command_site(tmp_path_factory.mktemp("damaged") / "p", {"S-1": "甲局", "S-2": "乙局"}) as site:
        site.run("batch", "1")
        with closing(sqlite3.connect(site.folder / ".migrate" / "state.sqlite")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield site, (site.folder / ".migrate" / "state.sqlite").read_bytes()


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(lambda _: bytes(8192), id="zeros"),
        pytest.param(lambda good: good[:8192] + b"\xff" * 60_000 + good[68_192:], id="middle"),
        pytest.param(lambda _: b"garbage\n" * 1000, id="text", marks=pytest.mark.nightly),
        pytest.param(lambda good: good[: len(good) // 2], id="half", marks=pytest.mark.nightly),
        pytest.param(lambda _: b"SQLite format 3\0" + os.urandom(1 << 14), id="noise", marks=pytest.mark.nightly),
    ],
)
def test_a_damaged_database_is_named_with_the_way_back_and_that_way_works(
    done: tuple[CommandSite, bytes], damaged: Callable[[bytes], bytes]
) -> None:
    site, good = done
    state = site.folder / ".migrate"
    for path in state.glob("state.sqlite-*"):
        path.unlink()
    (state / "state.sqlite").write_bytes(damaged(good))
    for arguments in (("status", "1"), ("batch", "1"), ("cancel", "1")):
        _, err = site.run(*arguments, expect=ExitCode.FAILED)
        assert "storage.database" in one_error(err)
        assert "move it, with its -wal and -shm, out of the folder" in err
    assert set(failing(site)) == {"doctor.database"}

    made = [server["id"] for cloud in site.clouds.values() for server in cloud.of("servers")]
    for path in state.glob("state.sqlite*"):
        path.unlink()
    site.run("batch", "1")
    assert [server["id"] for cloud in site.clouds.values() for server in cloud.of("servers")] == made
    assert failing(site) == {}


def test_an_empty_database_file_is_one_in_which_nothing_was_run(done: tuple[CommandSite, bytes]) -> None:
    site, _ = done
    state = site.folder / ".migrate"
    for path in state.glob("state.sqlite*"):
        path.unlink()
    (state / "state.sqlite").touch(mode=0o600)
    assert "never run" in site.run("status", "1")[0]
    assert failing(site) == {}


def test_a_line_that_was_not_finished_is_no_forgery(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as site:
        site.run("batch", "1")
        log = site.folder / ".migrate" / "evidence.jsonl"
        whole = log.read_bytes()
        log.write_bytes(whole + whole.splitlines()[-1][:40])
        assert set(failing(site)) == {"doctor.evidence-unfinished"}
        log.write_bytes(whole.replace(b"run.ended", b"run.enbed"))
        assert set(failing(site)) == {"doctor.evidence"}


def test_a_run_is_refused_below_the_floor_and_not_above(tmp_path: Path) -> None:
    with small_disk(tmp_path / "p", "3m", {"S-1": "甲局"}) as site:
        site.run("status", "1")
        site.fill((FLOOR_KIB - 8) * 1024)
        line = one_error(site.run("batch", "1", expect=ExitCode.REFUSED)[1])
        assert f"at least {FLOOR_KIB} KiB" in line
        assert site.servers() == []
        site.clear()
        site.run("batch", "1")
