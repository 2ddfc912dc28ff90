"""A system of several parts can be moved only if each part can; what stands in the way names its part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight_webapp
from orchestrator.checks.preflighted import Judged
from orchestrator.model.move import Kind, Method, parts
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts
from tests.unit.adapters.test_webapp_list import move
from tests.unit.checks import test_preflight as databases
from tests.unit.checks import test_preflight_files as trees

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "webapp.yaml").read_text(encoding="utf-8")
)


def judged(
    files: dict[str, Any], database: dict[str, Any], chosen: Method | None = None, *, one_machine: bool = False
) -> Judged:
    """Judge a system whose parts' sources say that; what is None was not told."""
    source = {"files": trees.facts(files), "postgresql": databases.facts(database)}
    target = {"files": trees.facts({}), "postgresql": databases.facts({})}
    wanted = replace(move(), chosen=chosen)
    if one_machine:
        tree, server = wanted.files.source, wanted.database.source
        wanted = replace(wanted, files=replace(wanted.files, source=replace(tree, reach=server.reach)))
    found = preflight_webapp.preflight(wanted, source, target)
    return Judged(
        system="S-1",
        kind=Kind.WEBAPP,
        method=found.move.method if found.possible else None,
        declared=None,
        able=(Method.TOGETHER,),
        findings=found.findings,
        parts={part.kind: part.method for part in parts(found.move)},
    )


def test_a_person_chooses_the_database_s_method() -> None:
    assert judged({}, {}, Method.DUMP).parts[Kind.POSTGRESQL] is Method.DUMP


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_whole_can_be_moved_if_each_part_can(case: Mapping[str, Any]) -> None:
    found = judged(case.get("files", {}), case.get("postgresql", {}))
    assert found.status is CheckStatus(case["status"])
    if found.status is CheckStatus.PASS:
        assert {str(kind): str(method) for kind, method in found.parts.items()} == case["methods"]
        assert found.method is Method.TOGETHER
    else:
        assert found.method is None
        assert any(Method.TOGETHER in each.against for each in found.findings)


def test_a_database_inside_the_files_stops_the_whole() -> None:
    inside = {"folder": "/srv/app/pg"}
    assert judged({}, inside).status is CheckStatus.PASS  # on another machine
    found = judged({}, inside, one_machine=True)
    assert (found.status, found.method) == (CheckStatus.FAIL, None)
    assert [each.result.subject for each in found.findings] == ["source: /srv/app/pg"]
    assert judged({}, {"folder": "/srv/app2/pg"}, one_machine=True).status is CheckStatus.PASS
    assert texts.has(f"{found.findings[0].result.code}.remedy")
