"""The quickstart's database has moved under a writing client: what is written there now comes back by a rollback."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.e2e.conftest import Quickstart
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e

SYSTEM = "SH-002"
POOLER = "host=10.77.1.12 port=6432 dbname=service_hall user=hall"
NEW = 1000


def life(site: Site) -> Any:
    (found,) = site.ask("status", "1")["lives"]
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
    (probed,) = (entry["data"] for entry in site.evidence() if entry["kind"] == "move.probed")
    assert (probed["fault"], probed["lost"], probed["duplicated"]) == ("", 0, 0)
    assert probed["rows"] > 0
    with connect(site) as client:
        assert "10.77.1.12" not in served_by(client)
        assert client.execute("SELECT count(*) FROM applications").fetchone() == (400,)


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
