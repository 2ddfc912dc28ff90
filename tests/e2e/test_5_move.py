"""The quickstart's four systems have moved under their users: what is written there now comes back by a rollback."""

from __future__ import annotations

import urllib.request
from typing import Any

import psycopg
import pymysql
import pytest

from tests.e2e.conftest import Quickstart
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e

SYSTEM = "SH-002"
POOLER = "host=10.77.1.12 port=6432 dbname=service_hall user=hall"
NEW = 1000


def life(site: Site, system: str = SYSTEM) -> Any:
    (found,) = (each for each in site.ask("status", "1")["lives"] if each["system"] == system)
    return found


def connect(site: Site) -> psycopg.Connection[Any]:
    """Be a client of the system: by the address that never changes, with the password it always had."""
    secret = (site.folder / "hall.secret").read_text(encoding="utf-8").strip()
    return psycopg.connect(POOLER, password=secret, autocommit=True, prepare_threshold=None, connect_timeout=20)


def counted(client: psycopg.Connection[Any]) -> tuple[int, int]:
    rows, ids = client.execute("SELECT count(*), count(DISTINCT id) FROM applications").fetchone() or (0, 0)
    return int(rows), int(ids)


def served_by(client: psycopg.Connection[Any]) -> str:
    return str(client.execute("SELECT host(inet_server_addr())").fetchone())


def test_the_quickstart_cut_the_database_over_and_lost_nothing(quickstart: Quickstart) -> None:
    site = quickstart.site
    assert life(site)["phase"] == "open"
    assert_probed(site, SYSTEM)
    with connect(site) as client:
        assert "10.77.1.12" not in served_by(client)
        assert client.execute("SELECT count(*) FROM applications").fetchone() == (400,)


def assert_probed(site: Site, system: str) -> None:
    probes = (entry["data"] for entry in site.evidence() if entry["kind"] == "move.probed")
    (probed,) = (each for each in probes if each["system"] == system)
    assert (probed["fault"], probed["lost"], probed["duplicated"]) == ("", 0, 0)
    assert probed["rows"] > 0


def test_its_mariadb_went_too(quickstart: Quickstart) -> None:
    site = quickstart.site
    assert life(site, "SH-005")["phase"] == "open"
    assert_probed(site, "SH-005")
    secret = (site.folder / "budget.secret").read_text(encoding="utf-8").strip()
    with (
        pymysql.connect(host="10.77.2.11", port=3307, user="budget", password=secret, database="budget") as client,
        client.cursor() as cursor,
    ):
        cursor.execute("SELECT @@server_id, (SELECT COUNT(*) FROM items)")
        server, rows = cursor.fetchone() or (0, 0)
    assert server != 11  # the source's
    assert rows == 300


@pytest.mark.parametrize(
    ("system", "front", "method"), [("SH-001", "10.77.1.11", "rsync"), ("SH-006", "10.77.2.12", "tar")]
)
def test_its_sites_went_and_readers_are_led_there(quickstart: Quickstart, system: str, front: str, method: str) -> None:
    site = quickstart.site
    found = life(site, system)
    assert (found["phase"], found["facts"]["method"]) == ("open", method)
    (probed,) = (e["data"] for e in site.evidence() if e["kind"] == "move.probed" and e["data"]["system"] == system)
    assert (probed["fault"], probed["rows"] > 0) == ("", True)
    with urllib.request.urlopen(f"http://{front}:8080/notices/3.html", timeout=30) as page:
        assert page.read() == b"<p>Notice 3: the office is open from 9 to 17.</p>\n"
    # It is the target that answers: the page of ours is not the source's.
    with urllib.request.urlopen(f"http://{front}:8080/.well-known/migrate", timeout=30) as page:
        assert system in page.read().decode("utf-8")


def rolled_back(site: Site) -> Any:
    """Roll back; a guest that was late for a login took it all back, and the command is given again."""
    try:
        return site.ask("rollback", SYSTEM, "--yes")
    except AssertionError as refused:
        if "session.late" not in str(refused):
            raise
    assert life(site)["phase"] == "open"
    return site.ask("rollback", SYSTEM, "--yes")


def test_what_is_written_on_the_target_comes_back(quickstart: Quickstart) -> None:
    site = quickstart.site
    with connect(site) as client:
        before = counted(client)
        for _ in range(NEW):
            client.execute(
                "INSERT INTO applications (counter_id, subject, filed_at, closed) VALUES (1, '新办', now(), false)"
            )
    told = rolled_back(site)
    assert (told["decision"], told["phase"]) == ("open", "syncing")
    assert (told["probe"]["lost"], told["probe"]["duplicated"]) == (0, 0)
    with connect(site) as client:
        assert "10.77.1.12" in served_by(client)
        assert counted(client) == (before[0] + NEW, before[1] + NEW)
