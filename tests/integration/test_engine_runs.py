"""The real engine on SQLite with fake clouds: limits, failures, cancelling, retrying, locking."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from orchestrator.adapters.evidence import read, verify
from orchestrator.adapters.lock import holder_of
from orchestrator.execution import history, tables
from orchestrator.execution.history import newest
from orchestrator.model.pipeline import verbs
from orchestrator.model.plan import Mark
from orchestrator.model.result import RunStatus
from orchestrator.model.system import Workload
from tests.fakes import sample_spec
from tests.runs import CLOUDS, Site

pytestmark = pytest.mark.integration

ONE, TWO, THREE = (sample_spec(f"YT-00{number}", clouds=CLOUDS) for number in (1, 2, 3))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def stands(site: Site) -> dict[str, RunStatus]:
    return {system: run.status for system, run in newest(site.runs()).items()}


def test_a_batch_ends_with_one_server_each_on_both_clouds_and_an_unbroken_record(site: Site) -> None:
    assert site.run([ONE, TWO, THREE]) == 0

    servers = [f"lab-yt-00{number}-web" for number in (1, 2, 3)]
    assert site.cloud(CLOUDS[0]).named("server") == site.cloud(CLOUDS[1]).named("server") == servers
    assert verify(site.state.evidence).ok
    done = [entry.data["system"] for entry in read(site.state.evidence) if entry.kind == "system.done"]
    assert sorted(map(str, done)) == ["YT-001", "YT-002", "YT-003"]


def test_again_when_everything_is_there_submits_nothing(site: Site) -> None:
    assert site.run([ONE]) == 0
    before = site.performed()

    assert site.run([ONE], mark=Mark.KEEP) == 0

    assert site.performed() == before


def test_drift_gets_a_new_attempt_that_repairs_it(site: Site) -> None:
    assert site.run([ONE]) == 0
    cloud = site.cloud()
    server = next(found for found in cloud.view("lab").objects if found.kind == "server")
    cloud.delete(server)

    assert site.run([ONE], mark=Mark.CHANGE) == 0

    assert cloud.named("server") == ["lab-yt-001-web"]
    assert newest(site.runs())["YT-001"].attempt == 2


def test_a_bare_server_is_delivered_without_logging_in(site: Site) -> None:
    bare = sample_spec("YT-009", workload=Workload.NONE, volumes=False, floating=False, source=False)

    assert site.run([bare]) == 0

    begun = [line.split()[1] for line in site.performed()]
    assert begun == ["precheck", "ensure_access", "ensure_ports", "ensure_servers", "verify", "record"]
    assert not (site.state.path / "host-keys.json").exists()


def test_one_failure_stops_no_other_and_says_which_step_and_why(site: Site) -> None:
    assert site.run([ONE, TWO, THREE], errors={"lab-yt-002-web": "No valid host was found"}) == 1

    assert stands(site) == {"YT-001": RunStatus.DONE, "YT-002": RunStatus.FAILED, "YT-003": RunStatus.DONE}
    error = newest(site.runs())["YT-002"].error
    assert (error["code"], error["step"]) == ("cloud.server-error", "ensure_servers")
    assert (error["fault"], error["cloud"] in CLOUDS) == ("No valid host was found", True)


def test_the_tables_tell_of_runs_what_the_engine_tells(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    served = sample_spec("YT-004", clouds=CLOUDS, workload=Workload.NGINX)
    site.run([ONE, TWO, served], errors={"lab-yt-002-web": "No valid host was found"})
    site.run([THREE], kill="inside:ensure_ports")
    found = [site.runs(), history.recorded(site.database, 1, steps=False)]
    assert {run.status for run in found[0]} >= {RunStatus.DONE, RunStatus.FAILED, RunStatus.RUNNING}
    assert any(run.servers for run in found[0])

    monkeypatch.setattr(tables, "FORM", -1)

    assert [site.runs(), history.recorded(site.database, 1, steps=False)] == found


def test_max_failures_cancels_what_waits(site: Site) -> None:
    specs = [sample_spec(f"YT-00{number}") for number in range(1, 7)]
    slow = {f"YT-00{number} precheck": 0.4 for number in range(2, 7)}

    code = site.run(specs, errors={"lab-yt-001-web": "fault"}, max_failures=1, per_department=2, slow=slow)

    assert code == 1
    ends = list(stands(site).values())
    assert ends.count(RunStatus.FAILED) == 1
    assert ends.count(RunStatus.CANCELLED) >= 3


def test_a_failed_system_is_tried_again_by_the_same_command(site: Site) -> None:
    assert site.run([ONE, TWO], errors={"lab-yt-002-web": "fault"}) == 1
    for name in CLOUDS:
        cloud = site.cloud(name)
        for found in cloud.view("lab").objects:
            if found.status == "ERROR":
                cloud.delete(found)  # what a person does about it

    assert site.run([TWO]) == 0

    assert stands(site) == {"YT-001": RunStatus.DONE, "YT-002": RunStatus.DONE}
    assert newest(site.runs())["YT-002"].attempt == 2


def test_limits_of_department_and_cloud_hold(site: Site) -> None:
    specs = [sample_spec(f"YT-00{n}", department="甲" if n < 4 else "乙", clouds=CLOUDS) for n in range(1, 6)]

    assert site.run(specs, per_department=1, concurrency=1, slow={"ensure_ports": 0.05, "precheck": 0.05}) == 0

    open_steps: set[tuple[str, str]] = set()
    departments = {spec.system: spec.department for spec in specs}
    for entry in read(site.state.evidence):
        place = (str(entry.data.get("system")), str(entry.data.get("cloud")))
        if entry.kind == "step.started":
            open_steps.add(place)
            provisioning = [cloud for _, cloud in open_steps if cloud]
            assert len(provisioning) == len(set(provisioning))
            systems = {system for system, _ in open_steps}
            assert len(systems) == len({departments[system] for system in systems})
        elif entry.kind == "step.done":
            open_steps.discard(place)


def test_cancelled_from_another_process_and_run_again(site: Site) -> None:
    process = site.start([ONE, TWO], slow={"ensure_ports": 1.0}, per_department=1)
    site.wait_for(lambda: any(line.endswith("ensure_ports") for line in site.performed()))

    assert sorted(history.cancel(site.database, 1)) == ["YT-001", "YT-002"]
    process.join(20)

    assert process.exitcode == 1
    assert set(stands(site).values()) == {RunStatus.CANCELLED}
    assert "YT-001 ensure_servers" not in site.performed() or "YT-002 ensure_servers" not in site.performed()
    assert site.run([ONE, TWO]) == 0
    assert set(stands(site).values()) == {RunStatus.DONE}
    assert site.cloud().named("server") == ["lab-yt-001-web", "lab-yt-002-web"]


def test_one_system_is_cancelled_and_the_other_goes_on(site: Site) -> None:
    process = site.start([ONE, TWO], slow={"precheck": 0.7})
    site.wait_for(lambda: len(site.performed()) == 2)

    assert history.cancel(site.database, 1, ["YT-002"]) == ("YT-002",)
    process.join(20)

    assert stands(site) == {"YT-001": RunStatus.DONE, "YT-002": RunStatus.CANCELLED}


def test_a_cancelled_system_keeps_its_place_in_the_limits_while_its_last_step_runs(site: Site) -> None:
    specs = [sample_spec(f"YT-00{number}", department="甲局", clouds=CLOUDS[:1]) for number in (1, 2, 3)]
    slow = {"YT-001 ensure_ports": 3.0, "ensure_access": 0.1}
    process = site.start(specs, per_department=1, concurrency=1, slow=slow)
    site.wait_for(lambda: "YT-001 ensure_ports" in site.performed())
    history.cancel(site.database, 1, ["YT-001"])
    process.join(60)

    assert process.exitcode == 1
    assert stands(site) == {
        "YT-001": RunStatus.CANCELLED, "YT-002": RunStatus.DONE, "YT-003": RunStatus.DONE,
    }  # fmt: skip
    told = [(entry.kind, str(entry.data["system"])) for entry in read(site.state.evidence) if "step" in entry.data]
    last = max(number for number, (_, system) in enumerate(told) if system == "YT-001")
    assert all(system == "YT-001" for _, system in told[:last])


def test_interrupted_by_a_person_goes_on_without_repeating(site: Site) -> None:
    spec = sample_spec()
    process = site.start([spec], slow={"ensure_ports": 2.0})
    site.wait_for(lambda: any(line.endswith("ensure_ports") for line in site.performed()))
    assert process.pid
    os.kill(process.pid, signal.SIGINT)
    process.join(20)
    assert process.exitcode == 130

    assert site.run([spec]) == 0

    assert [line.split()[1] for line in site.performed()] == list(verbs(spec.pipeline))
    assert newest(site.runs())["YT-001"].attempt == 1


def test_a_changed_list_abandons_the_old_attempt_and_adopts_its_objects(site: Site) -> None:
    assert site.run([ONE], kill="before:await_guests") == -9
    changed = sample_spec("YT-001", clouds=CLOUDS, digest="e" * 64)

    assert site.run([changed]) == 0

    assert [run.status for run in site.runs()] == [RunStatus.CANCELLED, RunStatus.DONE]
    assert site.cloud().named("server") == ["lab-yt-001-web"]


def test_what_was_not_asked_for_again_is_not_run(site: Site) -> None:
    assert site.run([ONE, TWO], kill="before:verify") == -9
    before = [line for line in site.performed() if line.startswith("YT-002")]

    assert site.run([ONE]) == 0

    assert [line for line in site.performed() if line.startswith("YT-002")] == before
    assert stands(site) == {"YT-001": RunStatus.DONE, "YT-002": RunStatus.CANCELLED}


def test_a_second_run_is_refused_with_the_holder_and_a_dead_holder_is_not_believed(site: Site) -> None:
    first = site.start([ONE], slow={"precheck": 2.0})
    site.wait_for(lambda: bool(site.performed()))

    assert site.run([ONE]) == 7
    told = json.loads((site.folder / "refused.json").read_text())
    assert (told["code"], told["pid"], told["command"]) == ("run.locked", first.pid, "migrate batch 1")
    assert told["since"]

    first.kill()
    first.join()
    assert holder_of(site.state.lock) is None
    assert site.run([ONE]) == 0


def test_nothing_secret_or_pickled_is_stored(site: Site) -> None:
    assert site.run([ONE]) == 0

    stored = site.state.database.read_bytes() + site.state.database.with_name("state.sqlite-wal").read_bytes()
    assert b"portable_json" in stored
    assert b"py_pickle" not in stored
    assert site.state.engine_log.stat().st_size > 0
