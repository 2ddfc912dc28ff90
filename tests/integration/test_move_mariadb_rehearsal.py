"""`migrate cutover SYSTEM --rehearse` of a MariaDB: what it shows, what it leaves alone, and that nothing stays."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.writer import ProbeClient
from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from orchestrator.model.move import Kind
from tests.worlds.drive import KILLED
from tests.worlds.maria_site import MariaSite, maria_site
from tests.worlds.mariadb import SECRET
from tests.worlds.site import SYSTEM

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

STATE = """select @@read_only, @@event_scheduler, @@sync_binlog, @@innodb_flush_log_at_trx_commit;
 select user, host, md5(priv) from mysql.global_priv order by 1, 2; select * from migrate_move.state;
 select count(*) from migrate_move.marker; select max(id) from app.audit;"""
STEPS = (
    "room", "reach", "follow", "install", "start", "isolated", "load", "accounts", "login", "insert", "write",
    "compare", "remove",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaSite]:
    with maria_site(tmp_path_factory.mktemp("programme")) as made:
        made.declare(approvals="none", windows="any")
        made.onward("syncing")
        yield made


def states(site: MariaSite) -> list[str]:
    return [site.maria.sql(host, STATE) for host in ("src", "tgt")]


def clones(site: MariaSite) -> list[Path]:
    return list((site.maria.folder / "tgt").glob("migrate-rehearsal-*"))


def processes(site: MariaSite) -> list[int]:
    """Every process that was told of a clone, or stands in one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = repr((entry / "cmdline").read_bytes()) + str((entry / "cwd").readlink())
        except OSError:
            continue
        if f"{site.maria.folder}/tgt/migrate-rehearsal-" in told:
            found.append(int(entry.name))
    return found


def nothing_is_left(site: MariaSite) -> bool:
    return not clones(site) and not processes(site)


def killed(site: MariaSite, step: str, later: float = 0) -> None:
    told = ["rehearsal", str(site.folder), SYSTEM, step, str(later)]
    done = subprocess.run(
        [*site.maria.net.inside("ctl"), *KILLED, *told], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


def test_it_satisfies_the_gate_while_writers_write_and_leaves_nothing(site: MariaSite) -> None:
    site.declare(approvals="none", windows="any", rehearsal="required")
    refused = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert refused["checks"][-1]["values"]["reason"] == "none"
    dry = site.migrate("cutover", SYSTEM, "--rehearse", "--dry-run")
    plan = site.maria.mover.rehearsal(site.maria.move, 1)
    assert [step["step"] for step in dry["steps"]] == [step.name for step in plan.steps]
    assert [step.name for step in plan.steps if not step.line] == list(STEPS)  # each is killed below
    before = states(site)
    client = ProbeClient(site.maria.dsn, SECRET, first=1, kind=Kind.MARIADB, prefix=site.maria.net.inside("cli"))
    try:
        told = site.migrate("cutover", SYSTEM, "--rehearse")
    finally:
        written = client.end()
    assert told["passed"], told
    assert {check["status"] for check in told["checks"]} == {"pass"}
    assert [step["step"] for step in told["steps"]] == [step.name for step in plan.steps]
    assert told["not_rehearsed"] == list(plan.skipped)
    assert told["gap_ms"] > 0
    # Writers saw nothing of it, and the target went on following.
    assert (states(site), site.maria.writable(), nothing_is_left(site)) == (before, ["src"], True)
    assert (written.rows > 0, written.errors) == (True, ())
    site.named.await_following()
    site.maria.await_equal()
    assert site.phase is Phase.REHEARSED
    gate = site.migrate("cutover", SYSTEM, "--dry-run")["checks"][-1]
    assert (gate["code"], gate["status"]) == ("gate.rehearsal", "pass")


def test_what_the_target_lacks_is_found_and_the_earlier_rehearsal_lapses(site: MariaSite) -> None:
    site.maria.sql("tgt", "set sql_log_bin = 0; delete from app.`odd ``name' //` where id = 7")
    told = site.migrate("cutover", SYSTEM, "--rehearse", expect=ExitCode.FAILED)
    site.maria.sql("tgt", "set sql_log_bin = 0; insert into app.`odd ``name' //`(id, pad) values (7, md5(7))")
    wrong = [
        (check["subject"], check["values"].get("missing")) for check in told["checks"] if check["status"] == "fail"
    ]
    assert wrong == [("app.odd `name' //", "1")]
    assert (site.phase, nothing_is_left(site)) == (Phase.SYNCING, True)


def test_a_clone_reaches_nothing_follows_nobody_and_the_next_command_takes_it_away(site: MariaSite) -> None:
    killed(site, "login")
    (clone,) = clones(site)
    pid = int((clone / "pid").read_text())
    for address in (site.maria.net.address("src"), "127.0.0.1"):
        asked = ["mariadb", "--no-defaults", "-h", address, "-u", "app", "-e", "select 1"]
        reached = subprocess.run(["nsenter", "-t", str(pid), "-n", *asked], capture_output=True, text=True, check=False)
        assert "Can't connect" in reached.stderr
    own = f"{site.maria.folder}/tgt/sock"
    assert (Path(own).is_socket(), Path(f"/proc/{pid}/root{own}").is_socket()) == (True, False)
    assert list(Path(f"/proc/{pid}/root{site.maria.folder}/tgt/data").iterdir()) == []
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)  # any command on the system takes it away first
    assert (nothing_is_left(site), site.phase, site.maria.writable()) == (True, Phase.SYNCING, ["src"])
    site.named.await_following()


@pytest.mark.nightly
@pytest.mark.parametrize("later", [0, 0.1])
@pytest.mark.parametrize("step", STEPS)
def test_a_rehearsal_is_killed_and_the_next_command_cleans(site: MariaSite, step: str, later: float) -> None:
    killed(site, step, later)
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    assert (nothing_is_left(site), site.phase, site.maria.writable()) == (True, Phase.SYNCING, ["src"])
