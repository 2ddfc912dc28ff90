"""Each handler alone, against fakes of the ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.tasks import TaskBoard
from orchestrator.checks.hosts import fingerprint
from orchestrator.errors import CloudError, Interrupted, MigrateError
from orchestrator.execution.handlers import Outside, handlers
from orchestrator.execution.job import Job, Result, StepFailed
from orchestrator.execution.performer import Performer, Phase, StepEvent
from orchestrator.model.pipeline import Step, Verb
from orchestrator.model.plan import PortSpec, SystemSpec
from orchestrator.model.result import CheckStatus, PlaybookResult
from orchestrator.model.system import Workload
from tests.fakes import (
    HOST_KEY,
    OTHER_KEY,
    FakeClock,
    FakeCloud,
    FakeEvidence,
    FakeGuestProbe,
    FakeHostKeys,
    FakeRenderer,
    FakeRunner,
    FakeSourceProbe,
    Faults,
    LostAnswer,
    sample_spec,
)

PROVISIONING = tuple(verb for verb in Verb if verb.startswith("ensure"))
SERVER = "lab-yt-001-web"


@dataclass
class World:
    """A system, one cloud and everything around them."""

    folder: Path
    spec: SystemSpec = field(default_factory=sample_spec)
    faults: Faults = field(default_factory=Faults)
    runner: FakeRunner = field(default_factory=FakeRunner)
    probe: FakeGuestProbe = field(default_factory=FakeGuestProbe)
    sources: FakeSourceProbe = field(default_factory=FakeSourceProbe)
    evidence: FakeEvidence = field(default_factory=FakeEvidence)
    clock: FakeClock = field(default_factory=FakeClock)
    keys: FakeHostKeys = field(default_factory=FakeHostKeys)
    cancelled: bool = False

    def __post_init__(self) -> None:
        self.cloud = FakeCloud("public-service", self.folder / "cloud.json", self.faults)
        self.table = handlers(
            Outside(
                clouds={"public-service": self.cloud},
                renderer=FakeRenderer(),
                runner=self.runner,
                guests=self.probe,
                sources=self.sources,
                host_keys=self.keys,
                tasks=TaskBoard(self.folder / "tasks", self.clock),
                evidence=self.evidence,
                clock=self.clock,
                runs=self.folder / "runs",
            )
        )

    def job(self, verb: Verb) -> Job:
        return Job(
            spec=self.spec,
            part=self.spec.parts[0] if verb in PROVISIONING else None,
            step=Step(verb=verb, timeout=timedelta(minutes=5), place=0),
            cancelled=lambda: self.cancelled,
        )

    def do(self, *verbs: Verb) -> Result:
        result: Result = {}
        for verb in verbs:
            result = self.table[verb](self.job(verb))
        return result

    def provision(self) -> None:
        self.do(*PROVISIONING)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def address(world: World) -> str:
    return world.cloud.address(next(found for found in world.cloud.view("lab").objects if found.kind == "server"))


def objects(result: Result) -> Mapping[str, bool]:
    found: list[dict[str, Any]] = result["objects"]
    return {f"{item['kind']} {item['name']}": item["changed"] for item in found}


def test_there_is_a_handler_for_every_verb(world: World) -> None:
    assert set(world.table) == set(Verb)


def test_provisioning_makes_everything_once(world: World) -> None:
    assert objects(world.do(Verb.ENSURE_ACCESS)) == {"keypair lab": True, "security-group lab-yt-001": True}
    world.provision()
    assert objects(world.do(Verb.ENSURE_SERVERS)) == {f"server {SERVER}": False}
    mutations = world.cloud.mutations()

    world.provision()

    assert world.cloud.mutations() == mutations
    assert len(mutations) == 8


def test_precheck_names_what_the_cloud_does_not_offer(world: World) -> None:
    world.do(Verb.PRECHECK)
    part = world.spec.parts[0]
    wrong = tuple(replace(item, network="nowhere") if isinstance(item, PortSpec) else item for item in part.objects)
    world.spec = replace(world.spec, parts=(replace(part, objects=wrong),))

    with pytest.raises(CloudError) as missing:
        world.do(Verb.PRECHECK)

    assert missing.value.values == {"cloud": "public-service", "missing": "network nowhere"}


@pytest.mark.parametrize("status", [CheckStatus.FAIL, CheckStatus.UNKNOWN, CheckStatus.ERROR])
def test_a_source_that_cannot_be_told_fails_the_step(world: World, status: CheckStatus) -> None:
    assert world.do(Verb.PROBE_SOURCES)["facts"] == {"yt-001-old": {"arch": "x86_64"}}
    world.sources.status = status

    with pytest.raises(MigrateError) as failed:
        world.do(Verb.PROBE_SOURCES)

    assert (failed.value.code, failed.value.values["status"]) == ("run.check", str(status))


def test_a_guests_key_is_pinned_from_its_console_before_anybody_logs_in(world: World) -> None:
    world.provision()

    result = world.do(Verb.AWAIT_GUESTS)

    assert result == {"guests": [{"server": SERVER, "address": address(world)}]}
    assert list(world.keys.pins.values()) == [(HOST_KEY,)]
    assert "guest.pinned" in world.evidence.kinds()


def test_a_pinned_key_is_believed_after_the_console_has_scrolled_away(tmp_path: Path) -> None:
    keys = FakeHostKeys()
    first = World(tmp_path, keys=keys)
    first.provision()
    first.do(Verb.AWAIT_GUESTS)
    later = World(tmp_path, keys=keys, faults=Faults(silent=frozenset({SERVER})))

    assert later.do(Verb.AWAIT_GUESTS)["guests"]


def test_a_server_made_anew_is_not_believed_by_the_old_key(world: World) -> None:
    world.provision()
    world.do(Verb.AWAIT_GUESTS)
    world.cloud.delete(next(found for found in world.cloud.view("lab").objects if found.kind == "server"))
    world.provision()

    world.do(Verb.AWAIT_GUESTS)

    assert len(world.keys.pins) == 2


def test_a_console_that_never_tells_the_key_ends_at_the_deadline(tmp_path: Path) -> None:
    world = World(tmp_path, faults=Faults(silent=frozenset({SERVER})))
    world.provision()

    with pytest.raises(CloudError) as silent:
        world.do(Verb.AWAIT_GUESTS)

    assert silent.value.code == "run.no-host-key"
    assert 300 <= world.clock.monotonic() < 320


def test_a_guest_that_boots_slowly_is_waited_for_until_the_run_is_stopped(tmp_path: Path) -> None:
    world = World(tmp_path, probe=FakeGuestProbe(booting=3))
    world.provision()
    assert world.do(Verb.AWAIT_GUESTS)["guests"]

    world.probe.booting, world.cancelled = 3, True
    with pytest.raises(Interrupted):
        world.do(Verb.AWAIT_GUESTS)
    assert world.probe.booting == 2


def test_configure_runs_once_and_is_noted_on_the_server(world: World) -> None:
    world.provision()

    assert world.do(Verb.CONFIGURE) == {"changed": 3, "skipped": False}
    assert world.do(Verb.CONFIGURE) == {"changed": 0, "skipped": True}

    assert [folder.name for folder in world.runner.folders] == ["yt-001"]
    assert (
        "task",
        {"system": "YT-001", "task": "ensure nginx is there", "status": "changed"},
    ) in world.evidence.entries


def test_a_playbook_that_was_asked_for_runs_also_on_a_configured_server(world: World) -> None:
    world.provision()
    world.do(Verb.CONFIGURE)

    result = world.table[Verb.CONFIGURE](replace(world.job(Verb.CONFIGURE), asked=True))

    assert result["skipped"] is False
    assert len(world.runner.folders) == 2


def test_another_configuration_is_due_again(world: World) -> None:
    world.provision()
    world.do(Verb.CONFIGURE)
    part = replace(world.spec.parts[0], configuration_digest="e" * 64)
    world.spec = replace(world.spec, parts=(part,))

    assert world.do(Verb.CONFIGURE)["skipped"] is False


@pytest.mark.parametrize("status", ["failed", "unreachable", "timeout"])
def test_a_playbook_that_did_not_end_well_is_no_configuration(tmp_path: Path, status: str) -> None:
    outcome = PlaybookResult(status=status, changed=0, failures=("web: apt: no such package",))
    world = World(tmp_path, runner=FakeRunner(outcome))
    world.provision()

    with pytest.raises(MigrateError) as failed:
        world.do(Verb.CONFIGURE)

    assert failed.value.code == "run.playbook"
    assert failed.value.values["failures"] == "web: apt: no such package"
    server = next(found for found in world.cloud.view("lab").objects if found.kind == "server")
    assert "configured" not in server.detail


def test_a_playbook_cut_short_says_nothing_about_the_system(world: World) -> None:
    world.provision()
    world.cancelled = True

    with pytest.raises(Interrupted):
        world.do(Verb.CONFIGURE)


def test_a_server_that_is_gone_is_said(world: World) -> None:
    with pytest.raises(CloudError) as gone:
        world.do(Verb.AWAIT_GUESTS)
    assert gone.value.code == "run.server-gone"


@pytest.mark.parametrize("status", [CheckStatus.FAIL, CheckStatus.UNKNOWN, CheckStatus.ERROR])
def test_verify_needs_every_check_to_pass(world: World, status: CheckStatus) -> None:
    world.provision()
    checks = world.do(Verb.VERIFY)["checks"]
    assert [check["code"] for check in checks] == ["run.server-active", "guest.answers"]
    world.probe.status = status

    with pytest.raises(MigrateError) as failed:
        world.do(Verb.VERIFY)

    assert failed.value.values["check"] == "guest.answers"


def test_a_bare_server_is_verified_by_its_cloud_alone(tmp_path: Path) -> None:
    spec = sample_spec(workload=Workload.NONE)
    world = World(tmp_path, spec=spec, probe=FakeGuestProbe(CheckStatus.FAIL))
    with pytest.raises(MigrateError) as missing:
        world.do(Verb.VERIFY)
    assert "status=missing" in str(missing.value.values["detail"])

    world.provision()

    assert [check["code"] for check in world.do(Verb.VERIFY)["checks"]] == ["run.server-active"]
    assert world.keys.pins == {}


def test_record_puts_the_servers_on_record(world: World) -> None:
    world.provision()

    world.do(Verb.RECORD)

    kind, data = world.evidence.entries[-1]
    assert kind == "system.done"
    assert data["digest"] == world.spec.digest
    assert data["servers"] == [
        {"cloud": "public-service", "server": SERVER, "id": "public-service-6", "address": address(world)}
    ]


def test_a_lost_answer_is_looked_up_and_not_sent_again(tmp_path: Path) -> None:
    def lose(point: str) -> None:
        if point == f"POST server {SERVER} accepted":
            raise LostAnswer

    world = World(tmp_path, faults=Faults(at=lose))

    world.provision()

    assert world.cloud.named("server") == [SERVER]
    assert world.cloud.mutations().count(f"POST server {SERVER}") == 1


def test_the_performer_records_tells_and_gives_the_code(tmp_path: Path) -> None:
    world = World(tmp_path, faults=Faults(errors={SERVER: "No valid host was found"}))
    world.do(Verb.ENSURE_STORAGE)
    events: list[StepEvent] = []
    performer = Performer(world.table, evidence=world.evidence, clock=world.clock, tell=events.append)
    performer(world.job(Verb.ENSURE_PORTS))

    with pytest.raises(StepFailed) as failed:
        performer(world.job(Verb.ENSURE_SERVERS))

    (server,) = (found for found in world.cloud.view("lab").objects if found.kind == "server")
    assert failed.value.code == "cloud.server-error"
    assert failed.value.data == {
        "step": "ensure_servers",
        "cloud": "public-service",
        "values": {
            "cloud": "public-service",
            "subject": SERVER,
            "id": server.id,
            "fault": "No valid host was found",
        },
    }
    assert [event.phase for event in events] == [Phase.STARTED, Phase.DONE, Phase.STARTED, Phase.FAILED]
    assert world.evidence.kinds() == ["step.started", "step.done", "step.started", "step.failed"]


def test_a_fault_of_the_program_is_a_failed_step_and_its_text_stays_in_the_log(world: World) -> None:
    def broken(_: Job) -> Result:
        raise ZeroDivisionError("password=hunter2")

    performer = Performer({Verb.VERIFY: broken}, evidence=world.evidence, clock=world.clock, tell=lambda _: None)

    with pytest.raises(StepFailed) as failed:
        performer(world.job(Verb.VERIFY))

    assert (failed.value.code, failed.value.data["values"]) == ("step.crashed", {"error": "ZeroDivisionError"})
    assert "hunter2" not in str(world.evidence.entries)


def test_a_rebuilt_server_is_refused_with_the_way_on_until_a_person_takes_its_key_over(world: World) -> None:
    world.provision()
    world.do(Verb.AWAIT_GUESTS, Verb.CONFIGURE)
    world.cloud.rebuild(SERVER)
    world.probe.key = OTHER_KEY

    with pytest.raises(MigrateError) as renewed:
        world.do(Verb.AWAIT_GUESTS)

    told = {"server": SERVER, "seen": fingerprint(OTHER_KEY), "batch": 1, "system": "YT-001"}
    assert (renewed.value.code, renewed.value.values) == ("guest.new-key", told)
    assert list(world.keys.pins.values()) == [(HOST_KEY,)]
    (server,) = (found for found in world.cloud.view("lab").objects if found.kind == "server")
    world.keys.pin("public-service", server.id, (OTHER_KEY,))
    assert world.do(Verb.AWAIT_GUESTS, Verb.CONFIGURE)["skipped"] is False
    assert world.do(Verb.CONFIGURE)["skipped"] is True


def test_a_key_that_is_on_no_console_is_another_machine(world: World) -> None:
    world.provision()
    world.do(Verb.AWAIT_GUESTS)
    world.probe.key = OTHER_KEY

    with pytest.raises(MigrateError) as other:
        world.do(Verb.AWAIT_GUESTS)

    assert other.value.code == "guest.host-key"


def test_a_server_rebuilt_while_its_playbook_runs_is_not_noted(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.runner = FakeRunner(hook=lambda _: world.cloud.rebuild(SERVER, key=HOST_KEY))
    world.__post_init__()
    world.provision()

    world.do(Verb.CONFIGURE)

    (server,) = (found for found in world.cloud.view("lab").objects if found.kind == "server")
    assert "configured" not in server.detail
