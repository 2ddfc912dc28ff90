"""Of the evidence the last drill of each declared replica counts; one whose end is not on record is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.replicas.kept_drills import BEGUN, ENDED, OVER, told
from orchestrator.adapters.state import StateFolder
from orchestrator.cli.output import Shell
from orchestrator.cli.replica_checks import day_of, with_drills
from orchestrator.model.drill import Drilled, KeptDrill
from orchestrator.model.machines import Reach
from orchestrator.model.recovering import Wanted
from orchestrator.model.replica import End, Policy, Recovery, Replica, ReplicaKind, Told

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPLICA = Replica(
    system="S-1",
    kind=ReplicaKind.POSTGRESQL,
    source=End(reach=Reach(address="10.0.0.1")),
    replica=End(reach=Reach(address="10.0.0.2")),
)
RECOVERY = Recovery(replicas={"S-1": (REPLICA,)})
CAME = Drilled(system="S-1", kind="postgresql", address="10.0.0.2", port=5432, id="x", at=AT, rto=5.0, rpo=1.0)
PROGRAMME = {
    "programme": "p", "title": "合成", "list": "list.yaml",
    "clouds": {
        "c": {
            "kind": "administrative", "lifecycle": "available", "images": {"": "i"},
            "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}}, "zones": {"z": {"network": "n"}},
        }
    },
    "batches": {1: {"systems": ["S-1"]}},
}  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., None]:
    (tmp_path / "programme.yaml").write_text(yaml.safe_dump(PROGRAMME, allow_unicode=True))
    state = StateFolder(tmp_path)
    state.ensure()
    return EvidenceLog(state.evidence, actor="a", clock=SystemClock()).record


def drills(folder: Path, recovery: Recovery = RECOVERY, *, on: datetime = AT) -> dict[str, KeptDrill]:
    wanted = Wanted(system="S-1", policy=Policy(), told=Told(), needed=frozenset({"postgresql"}))
    (found,) = with_drills(Shell(folder), [wanted], recovery, day_of(on))
    return dict(found.told.drills)


def test_the_last_one_up_to_a_day_counts(tmp_path: Path, record: Callable[..., None]) -> None:
    assert drills(tmp_path) == {}
    later = replace(CAME, id="y", at=AT + timedelta(days=2), failed="isolate")
    record(ENDED, drill=told(CAME))
    record(ENDED, drill=told(later))
    record("run.started", note="dr.drilled")
    assert {key: (one.id, one.sound) for key, one in drills(tmp_path).items()} == {REPLICA.key: ("x", True)}
    assert drills(tmp_path, on=later.at)[REPLICA.key].sound is False


def test_a_replica_that_is_declared_no_longer_counts_no_more(tmp_path: Path, record: Callable[..., None]) -> None:
    record(ENDED, drill=told(replace(CAME, failed="isolate")))
    moved = replace(REPLICA, replica=End(reach=Reach(address="10.0.0.3")))
    assert drills(tmp_path, Recovery(replicas={"S-1": (moved,)})) == {}


def test_from_a_record_that_is_contradicted_nothing_counts(tmp_path: Path, record: Callable[..., None]) -> None:
    record(ENDED, drill=told(replace(CAME, rto=9000.0)))
    record("run.started")
    assert drills(tmp_path)[REPLICA.key].rto == 9000
    path = StateFolder(tmp_path).evidence
    path.write_text(path.read_text().replace("9000.0", "5.0"))
    assert drills(tmp_path) == {}


def test_one_whose_end_is_not_on_record_is_told(
    tmp_path: Path, record: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    place = {"system": "S-1", "replica": REPLICA.key}
    for kind, data, unended in (
        (BEGUN, place, True),
        (OVER, place, False),
        (BEGUN, place, True),
        (ENDED, {"drill": told(CAME)}, False),
        (BEGUN, {**place, "replica": "another"}, False),
    ):
        record(kind, **data)
        drills(tmp_path)
        assert ("--clean" in capsys.readouterr().err) is unended
