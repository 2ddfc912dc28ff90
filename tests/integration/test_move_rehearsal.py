"""`migrate cutover SYSTEM --rehearse` on real servers: what it shows, what it leaves alone, and that nothing stays."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.writer import ProbeClient
from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from orchestrator.model.written import Counted
from tests.command_site import MIGRATE
from tests.worlds.drive import KILLED
from tests.worlds.postgresql import SECRET
from tests.worlds.site import SYSTEM, Site, syncing

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

STATE = """select json_build_object(
 'roles', (select json_agg(a order by rolname) from pg_authid a),
 'subscriptions', (select json_agg(row(subname, subenabled, subslotname)) from pg_subscription),
 'slots', (select json_agg(slot_name order by 1) from pg_replication_slots where not temporary),
 'rules', (select json_agg(row(type, database, user_name, auth_method) order by line_number) from pg_hba_file_rules),
 'marker', (select count(*) from migrate_move.marker), 'state', (select count(*) from migrate_move.state),
 'audit', (select last_value from audit_id_seq))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with syncing(tmp_path_factory.mktemp("programme")) as made:
        yield made


def states(site: Site) -> list[Any]:
    return [json.loads(site.world.sql(host, STATE)) for host in ("src", "tgt")]


def clones(site: Site) -> list[Path]:
    return list((site.world.folder / "tgt").glob("migrate-rehearsal-*"))


def processes(site: Site) -> list[int]:
    """Every process that was told of a clone, or stands in one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = repr((entry / "cmdline").read_bytes()) + str((entry / "cwd").readlink())
        except OSError:
            continue
        if f"{site.world.folder}/tgt/migrate-rehearsal-" in told:
            found.append(int(entry.name))
    return found


def nothing_is_left(site: Site) -> bool:
    asked = "select count(*) from pg_stat_replication where application_name ~ 'rehearsal'"
    return not clones(site) and not processes(site) and site.world.sql("tgt", asked) == "0"


def killed(site: Site, step: str, later: float = 0) -> None:
    told = ["rehearsal", str(site.folder), SYSTEM, step, str(later)]
    done = subprocess.run(
        [*site.world.net.inside("ctl"), *KILLED, *told], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


def test_a_dry_run_prints_the_very_list_and_touches_nothing(site: Site) -> None:
    before = states(site)
    told = site.migrate("cutover", SYSTEM, "--rehearse", "--dry-run")
    plan = site.world.mover.rehearsal(site.world.move, 1)
    assert [step["step"] for step in told["steps"]] == [step.name for step in plan.steps]
    assert [step.name for step in plan.steps if not step.line] == list(STEPS)  # each is killed below
    assert told["digest"] == site.migrate("cutover", SYSTEM, "--dry-run")["digest"]
    assert (site.phase, states(site), clones(site)) == (Phase.SYNCING, before, [])


def test_it_satisfies_the_gate_while_writers_write_and_leaves_nothing(site: Site) -> None:
    site.declare(approvals="none", windows="any", rehearsal="required")
    refused = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert refused["checks"][-1]["values"]["reason"] == "none"
    before = states(site)
    client = ProbeClient(site.world.dsn, SECRET, first=2_000_000_000, prefix=site.world.net.inside("cli"))
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    written = client.end()
    assert told["passed"], told
    plan = site.world.mover.rehearsal(site.world.move, 1)
    assert [step["step"] for step in told["steps"]] == [step.name for step in plan.steps]
    assert told["not_rehearsed"] == list(plan.skipped)
    assert told["gap_ms"] > 0
    assert {check["status"] for check in told["checks"]} == {"pass"}
    assert states(site) == before
    assert nothing_is_left(site)
    # Writers saw nothing of it, and the target went on following.
    assert (written.errors, site.world.writable()) == ((), ["src"])
    site.world.await_equal()
    for server in (site.world.move.source, site.world.move.target):
        assert count(written, server, "app", site.world.sessions) == Counted(lost=0, duplicated=0, unacknowledged=0)
    assert site.phase is Phase.REHEARSED
    gate = site.migrate("cutover", SYSTEM, "--dry-run")["checks"][-1]
    assert (gate["code"], gate["status"]) == ("gate.rehearsal", "pass")
    kinds = [entry["kind"] for entry in site.migrate("evidence", "show", "--last", "500")]
    assert {"move.rehearsing", "move.rehearsed", "life"} <= set(kinds)


def test_what_the_target_lacks_is_found_and_the_earlier_rehearsal_lapses(site: Site) -> None:
    site.world.sql("tgt", "delete from big where id = 7")
    told = site.migrate("cutover", SYSTEM, "--rehearse", expect=ExitCode.FAILED)
    wrong = [
        (check["subject"], check["values"].get("missing")) for check in told["checks"] if check["status"] == "fail"
    ]
    assert wrong == [("app: public.big", "1")]
    assert (site.phase, nothing_is_left(site)) == (Phase.SYNCING, True)
    refused = site.migrate("cutover", SYSTEM, "--dry-run", expect=ExitCode.REFUSED)
    assert refused["checks"][-1]["values"]["reason"] == "none"
    site.world.sql("tgt", "insert into big values (7, repeat(md5('7'), 8))")


def test_an_application_that_could_not_log_in_is_found(site: Site) -> None:
    site.world.sql("tgt", "alter role app connection limit 0", "postgres")
    told = site.migrate("cutover", SYSTEM, "--rehearse", expect=ExitCode.FAILED)
    assert ("rehearsal.role", "fail") in [(check["code"], check["status"]) for check in told["checks"]]
    assert nothing_is_left(site)
    site.world.sql("tgt", "alter role app connection limit -1", "postgres")


def test_a_clone_reaches_nothing_and_follows_nobody(site: Site) -> None:
    killed(site, "unsubscribe")  # so that it stands, with the subscriptions that it was copied with
    (clone,) = clones(site)
    pid = (clone / "data" / "postmaster.pid").read_text().split()[0]
    target = site.world.net.address("tgt")
    for address in (site.world.net.address("src"), target, "127.0.0.1"):
        psql = ["psql", "-XAtqw", "-d", f"host={address} user=app dbname=app", "-c", "select 1"]
        reached = subprocess.run(["nsenter", "-t", pid, "-n", *psql], capture_output=True, text=True, check=False)
        assert "Network is unreachable" in reached.stderr
    own = f"{site.world.folder}/tgt/.s.PGSQL.5432"
    assert (Path(own).is_socket(), Path(f"/proc/{pid}/root{own}").is_socket()) == (True, False)
    workers = subprocess.run(
        [*site.world.net.inside("tgt"), "psql", "-XAtq", "-h", str(clone), "-U", "postgres", "-d", "app", "-c",
         "select count(*) from pg_stat_activity where backend_type ~ 'logical'"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert workers.stdout.strip() == "0"
    site.world.await_following()
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)  # any command on the system takes it away first
    assert nothing_is_left(site)


def begun(site: Site) -> subprocess.Popen[str]:
    """Begin a rehearsal, and return when its clone is being made."""
    command = [*MIGRATE, "-C", str(site.folder), "cutover", SYSTEM, "--rehearse", "-o", "json"]
    process = subprocess.Popen(
        [*site.world.net.inside("ctl"), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    limit = time.monotonic() + 60
    while not clones(site):
        assert time.monotonic() < limit
        assert process.poll() is None
        time.sleep(0.01)
    return process


def test_one_that_a_person_stops_takes_everything_away_itself(site: Site) -> None:
    with begun(site) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == ExitCode.INTERRUPTED
    assert nothing_is_left(site)


@pytest.mark.nightly
def test_one_that_loses_the_target_says_so_and_the_next_command_cleans(site: Site) -> None:
    with begun(site) as process:
        site.world.net.cut("ctl", "tgt")
        try:
            told = json.loads(process.communicate(timeout=120)[0])
        finally:
            site.world.net.mend()
    assert process.returncode == ExitCode.ROLLBACK_FAILED
    assert (told["passed"], told["left"] != []) == (False, True)
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    assert (nothing_is_left(site), site.world.writable()) == (True, ["src"])
    site.world.await_following()


STEPS = (
    "room", "reach", "follow", "copy", "start", "isolated", "unsubscribe", "sequences", "login", "insert", "write",
    "compare", "remove",
)  # fmt: skip
# Before a step, and while it is done.
QUICK = (("copy", 0.3), ("remove", 0.1))
NIGHTLY = [(step, later) for step in STEPS for later in (0, 0.1) if (step, later) not in QUICK]
CASES = [*QUICK, *(pytest.param(*case, marks=pytest.mark.nightly) for case in NIGHTLY)]


@pytest.mark.parametrize(("step", "later"), CASES)
def test_a_rehearsal_is_killed_and_the_next_command_cleans(site: Site, step: str, later: float) -> None:
    before = site.phase
    killed(site, step, later)
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    assert nothing_is_left(site)
    assert (site.phase, site.world.writable()) == (before, ["src"])
    site.world.await_following()


def test_where_there_is_no_room_nothing_is_begun(tmp_path: Path) -> None:
    with syncing(tmp_path, disk_mib=300) as site:
        told = site.migrate("cutover", SYSTEM, "--rehearse", expect=ExitCode.REFUSED)
        assert ("rehearsal.disk", "fail") in [(check["code"], check["status"]) for check in told["checks"]]
        assert [step["step"] for step in told["steps"]] == ["room", "remove"]
        assert (site.phase, nothing_is_left(site)) == (Phase.SYNCING, True)
