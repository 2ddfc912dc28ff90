"""The same engine on a PostgreSQL server of its own: killed, recovered, and asked for by two machines at once."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from orchestrator.adapters.evidence import verify
from orchestrator.execution.history import newest, recorded
from orchestrator.execution.lease import LOCKS, Lease, holder
from orchestrator.execution.lives import Lives
from orchestrator.model.result import RunStatus
from tests.engine_server import Line, new_database, running_server
from tests.fakes import FakeClock, sample_spec
from tests.runs import CLOUDS, Site

pytestmark = pytest.mark.integration

SPEC = sample_spec("YT-001", clouds=CLOUDS)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    return new_database(server, request.node.name)


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


def test_a_reader_reads_and_can_write_nothing(url: str, tmp_path: Path) -> None:
    site = Site(tmp_path, database_url=url)
    assert site.run([SPEC]) == 0
    reader = replace(site.database, reading=True)
    assert [run.system for run in recorded(reader, 1, steps=False)] == ["YT-001"]
    assert reader.exists()
    assert reader.holder() is None
    lives = Lives(reader, FakeClock())
    assert lives.all() == {}
    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        lives.begin("YT-001")


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


def end_session_of_the_run(url: str) -> None:
    """As a restart of the server, a failover or a firewall does."""
    with psycopg.connect(url, autocommit=True) as session:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'migrate: %'"
        assert session.execute(query).fetchall() == [(True,)]


def test_a_run_whose_session_was_ended_goes_on_when_nobody_came(url: str, tmp_path: Path) -> None:
    site = Site(tmp_path, database_url=url)
    run = site.start([SPEC], slow={"ensure_ports": 3.0})
    site.wait_for(lambda: any(line.endswith("ensure_ports") for line in site.performed()))
    before = holding(url)
    assert before

    end_session_of_the_run(url)

    site.wait_for(lambda: holding(url) not in (0, before))
    run.join(60)
    assert run.exitcode == 0
    assert {system: run.attempt for system, run in newest(site.runs()).items()} == {"YT-001": 1}


def test_a_run_whose_session_was_ended_stops_when_somebody_else_came(url: str, tmp_path: Path) -> None:
    site = Site(tmp_path, database_url=url)
    run = site.start([SPEC], slow={"ensure_ports": 3.0})
    site.wait_for(lambda: any(line.endswith("ensure_ports") for line in site.performed()))

    with psycopg.connect(url, autocommit=True, application_name="migrate: elsewhere") as other:
        # Who waits in line gets the lock with the end of the session that had it, before anybody can ask again.
        take = threading.Thread(target=other.execute, args=("SELECT pg_advisory_lock(%s, %s)", (LOCKS, key(site))))
        take.start()
        site.wait_for(lambda: waiting(url) == 1)
        with psycopg.connect(url, autocommit=True) as session:
            session.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        take.join(20)
        run.join(60)

        assert run.exitcode == 7
        told = json.loads((site.folder / "refused.json").read_text())
        assert (told["code"], told["command"]) == ("run.lease-lost", "migrate: elsewhere")
        assert not any(line.endswith("ensure_servers") for line in site.performed())

    assert site.run([SPEC]) == 0
    assert {system: run.attempt for system, run in newest(site.runs()).items()} == {"YT-001": 1}


def test_a_session_that_only_the_server_believes_in_is_not_taken_for_somebody_else(url: str) -> None:
    """A firewall forgot the connection: we hear of it, the server does not, and keeps our lock for hours."""
    with Line(sa.make_url(url).port or 0) as line:
        over = sa.make_url(url).set(port=line.port).render_as_string()
        lease = Lease(lambda: psycopg.connect(over, autocommit=True, application_name="migrate: here"), 5)
        lease.take()
        line.cut()

        lease.keep()

        with psycopg.connect(url, autocommit=True) as session:
            query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'migrate: here'"
            assert session.execute(query).fetchone() == (1,)
            assert (found := holder(session, 5))
            assert found["command"] == "migrate: here"
        lease.close()


def test_a_database_that_is_away_for_a_while_ends_no_lease(url: str) -> None:
    with Line(sa.make_url(url).port or 0) as line:
        over = sa.make_url(url).set(port=line.port).render_as_string()
        lease = Lease(lambda: psycopg.connect(over, autocommit=True, connect_timeout=2), 6)
        lease.take()
        line.cut()
        line.refuses = True
        lease.keep()
        line.refuses = False
        lease.keep()
        with psycopg.connect(url, autocommit=True) as session:
            assert holder(session, 6)
        lease.close()


def key(site: Site) -> int:
    return site.database._key


def holding(url: str) -> int:
    """Return the server process that holds the programme; 0 when nobody does."""
    with psycopg.connect(url, autocommit=True) as session:
        found = session.execute(
            "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND d.datname = current_database()",
            (LOCKS,),
        ).fetchone()
    return int(found[0]) if found else 0


def waiting(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as session:
        found = session.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        ).fetchone()
    return int(found[0]) if found else 0


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Site(tmp_path, database_url=f"postgresql://migrate:hunter2@127.0.0.1:{port}/none")

    assert site.run([SPEC]) == 1

    told = (site.folder / "refused.json").read_text()
    assert json.loads(told)["code"] == "run.database"
    assert "hunter2" not in told
