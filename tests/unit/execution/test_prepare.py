"""What a plan's approval and a choice of systems mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator import resources
from orchestrator.cli.output import Shell
from orchestrator.cli.programme import load
from orchestrator.cli.wiring import roles
from orchestrator.errors import ExitCode, Locked, Refused
from orchestrator.execution.prepare import Prepared, only, prepare, require_digest
from orchestrator.model.plan import Mark
from orchestrator.model.result import CheckResult, CheckStatus
from tests.fakes import sample_plan, sample_spec

PLAN = sample_plan(sample_spec("YT-001"), sample_spec("YT-002"))


@pytest.mark.parametrize("wanted", ["", "d" * 64, "d" * 12, "sha256:" + "d" * 64, "D" * 64])
def test_the_approved_plan_is_let_through(wanted: str) -> None:
    require_digest(PLAN, wanted)


@pytest.mark.parametrize("wanted", ["d" * 11, "sha256:", "e" * 64, "d" * 63 + "e"])
def test_any_other_plan_is_stale(wanted: str) -> None:
    with pytest.raises(Locked) as stale:
        require_digest(PLAN, wanted)
    assert (stale.value.code, stale.value.exit_code) == ("batch.stale-plan", ExitCode.LOCKED)


def test_only_some_systems() -> None:
    assert [system.system for system in only(PLAN, ["YT-002"]).systems] == ["YT-002"]
    assert only(PLAN, []) == PLAN
    with pytest.raises(Refused) as missing:
        only(PLAN, ["YT-002", "YT-009"])
    assert missing.value.values["systems"] == "YT-009"


@pytest.mark.parametrize(
    ("status", "observed", "blocked"),
    [
        (CheckStatus.PASS, True, False),
        (CheckStatus.UNKNOWN, True, True),
        (CheckStatus.UNKNOWN, False, False),
        (CheckStatus.ERROR, False, True),
        (CheckStatus.FAIL, False, True),
        (CheckStatus.FAIL, True, True),
    ],
)
def test_unknown_forbids_a_run_and_not_an_offline_look(status: CheckStatus, observed: bool, blocked: bool) -> None:
    plan = replace(PLAN, observed=observed)
    prepared = Prepared(plan=plan, checks=(CheckResult(code="plan.quota", status=status),), clouds={})

    assert prepared.blocked is blocked


def test_pending() -> None:
    assert Prepared(plan=PLAN, checks=(), clouds={}).pending
    assert not Prepared(plan=sample_plan(sample_spec(), mark=Mark.KEEP), checks=(), clouds={}).pending


def test_what_will_be_run_carries_the_roles_as_they_are_now() -> None:
    shell = Shell(folder=resources.path("seeds") / "lab")
    plan = prepare(*load(shell), 1, roles=roles()).plan
    noted = {
        part.configuration_digest.split(" ", 1)[1]
        for system in plan.systems
        for part in (system.spec.parts if system.spec else ())
    }
    assert noted
    assert all(note.startswith("base:") and " mirror:" in note for note in noted)
