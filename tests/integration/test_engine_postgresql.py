"""The same engine on a PostgreSQL server of its own: killed, recovered, and asked for by two machines at once."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from orchestrator.adapters.evidence import verify
from orchestrator.execution.attempts import newest
from orchestrator.model.result import RunStatus
from tests.fakes import sample_spec
from tests.runs import CLOUDS, Site

pytestmark = pytest.mark.integration

SPEC = sample_spec("YT-001", clouds=CLOUDS)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server on loopback as an ordinary user; root may not run one."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="migrate-pg-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder, timeout=120)

    data = str(folder / "data")
    run(str(programs / "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "-N", "--locale=C.UTF-8")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    name = f"t{abs(hash(request.node.name))}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


@pytest.mark.parametrize("kill", ["inside:ensure_servers", "before:configure", "after:verify"])
def test_killed_and_run_again(kill: str, url: str, tmp_path: Path) -> None:
    spec = sample_spec("YT-001")
    site = Site(tmp_path, database_url=url)
    # `after` looks into SQLite; with PostgreSQL the step after is the same moment.
    assert site.run([spec], kill=kill.replace("after:verify", "before:record")) == -9

    assert site.run([spec]) == 0

    (run,) = site.runs()
    assert (run.status, run.attempt) == (RunStatus.DONE, 1)
    assert site.cloud().named("server") == ["lab-yt-001-web"]
    assert not site.state.database.exists()
    assert verify(site.state.evidence).ok


def test_two_machines_one_programme(url: str, tmp_path: Path) -> None:
    """Two state folders stand for two machines: only the database knows of both."""
    here, there = Site(tmp_path / "here", database_url=url), Site(tmp_path / "there", database_url=url)
    first = here.start([SPEC], slow={"ensure_ports": 3.0})
    here.wait_for(lambda: any(line.endswith("ensure_ports") for line in here.performed()))

    assert there.run([SPEC]) == 7
    told = json.loads((there.folder / "refused.json").read_text())
    assert (told["code"], told["command"]) == ("run.locked-elsewhere", "migrate: migrate batch 1")
    assert told["host"] == "127.0.0.1"
    assert (holder := there.database.holder())
    assert holder["command"] == told["command"]

    # The first machine dies; the second takes over its workflow. The clouds are the same for both.
    first.kill()
    first.join()
    there.wait_for(lambda: there.database.holder() is None)
    for name in CLOUDS:
        shutil.copy(here.folder / f"{name}.json", there.folder / f"{name}.json")
    assert there.run([SPEC]) == 0
    assert {system: run.attempt for system, run in newest(there.runs()).items()} == {"YT-001": 1}
    assert "YT-001 precheck" not in there.performed()
    for name in CLOUDS:
        assert there.cloud(name).named("server") == ["lab-yt-001-web"]


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Site(tmp_path, database_url=f"postgresql://migrate:hunter2@127.0.0.1:{port}/none")

    assert site.run([SPEC]) == 1

    told = (site.folder / "refused.json").read_text()
    assert json.loads(told)["code"] == "run.database"
    assert "hunter2" not in told
