"""What a newcomer who adds something must not forget: the guards name what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestrator import resources
from orchestrator.adapters.movers.kinds import Movers
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.checks import services
from orchestrator.checks.kinds import CARRIED_OUT, PREFLIGHTS
from orchestrator.cli.main import COMMANDS
from orchestrator.model.move import KINDS, Kind
from orchestrator.model.pipeline import Verb
from orchestrator.model.system import Workload
from orchestrator.reporting import texts

REPO = Path(__file__).parents[2]
CONFIGURED = [workload for workload in Workload if workload is not Workload.NONE]


@pytest.mark.parametrize("workload", CONFIGURED)
def test_a_workload_kind_is_whole(workload: Workload) -> None:
    role = resources.path("playbooks") / "roles" / workload
    missing = [f"playbooks/roles/{workload}/tasks/{verb}.yml" for verb in ("configure", "verify")]
    missing = [path for path in missing if not (role.parents[2] / path).is_file()]
    missing += [] if workload in services.DEFAULT_PORTS else [f"checks/services.py DEFAULT_PORTS: {workload}"]
    missing += [] if workload in services.QUESTIONS else [f"checks/services.py QUESTIONS: {workload}"]
    golden = [path for path in (REPO / "tests" / "golden" / "render").rglob("*.yml") if workload in path.read_text()]
    missing += [] if golden else [f"tests/golden/render: a case with {workload}"]
    assert missing == []


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_of_data_is_whole(kind: Kind) -> None:
    missing = [] if kind in KINDS else ["model/move.py KINDS"]
    missing += [] if kind in PREFLIGHTS else ["checks/kinds.py PREFLIGHTS"]
    missing += [] if kind in CARRIED_OUT else ["checks/kinds.py CARRIED_OUT"]
    movers = Movers(ProgramSessions(OpenSsh([], Path("known_hosts"))))
    for method in CARRIED_OUT[kind]:
        missing += [] if movers.does(kind, method) else [f"adapters/movers/kinds.py: {kind} by {method}"]
        missing += [] if texts.has(f"move.method.{method}") else [f"words for move.method.{method}"]
    missing += [] if texts.has(f"preflight.kind.{kind}") else [f"words for preflight.kind.{kind}"]
    cases = f"tests/cases/preflight/{kind}.yaml"
    missing += [] if (REPO / cases).is_file() else [cases]
    shape = json.loads((REPO / "orchestrator/schemas/programme.json").read_text(encoding="utf-8"))
    missing += [] if kind in shape["$defs"]["MovingPart"]["properties"] else [f"programme.json: moving.{kind}"]
    life = (REPO / "docs" / "life.md").read_text(encoding="utf-8")
    missing += [] if f"moving.{kind}" in life or f"  {kind}:" in life else [f"docs/life.md: {kind}"]
    assert missing == []


@pytest.mark.parametrize("verb", Verb)
def test_a_step_has_words_for_its_name(verb: Verb) -> None:
    assert texts.has(f"step.{verb}")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_help_and_stands_in_both_readmes(command: str) -> None:
    assert texts.has(f"help.{command}")
    for name in ("README.md", "README.zh-CN.md"):
        text = (REPO / name).read_text(encoding="utf-8")
        assert f"migrate {command}" in text or f"`{command}" in text, f"{name} does not name {command}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "script/quickstart"])
def test_a_newcomer_is_told_where_the_tool_is_before_it_is_called(name: str) -> None:
    """Debian refuses `pip install` outside a virtual environment, and nothing puts `.venv/bin` on the path."""
    text = (REPO / name).read_text(encoding="utf-8")
    look, later = (
        text.index("pip install ."),
        text.index("migrate -C $folder" if "script" in name else "-C lab-programme"),
    )
    assert "python3 -m venv .venv && . .venv/bin/activate" in text[:look]
    assert ". .venv/bin/activate" in text[look:later]
