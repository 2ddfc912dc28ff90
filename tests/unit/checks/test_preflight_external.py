"""What a tool says before anything is touched, by cases; and that nothing is found without words or without a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight, preflight_external
from orchestrator.model.move import Method
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "external.yaml").read_text(encoding="utf-8")
)
ITSELF: Mapping[str, object] = {"tool": "redis", "able": ["back", "rehearse", "unrehearse"], "missing": []}
BOTH: Mapping[str, object] = {"findings": []}


def facts(well: Mapping[str, object], changed: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**well, **changed}.items() if value is not None}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_found_and_chosen(case: Mapping[str, Any]) -> None:
    source, target = facts(ITSELF, case.get("source", {})), facts(BOTH, case.get("target", {}))
    findings = preflight.check(source, target, preflight_external.RULES, (Method.EXTERNAL,))
    told = {
        each.result.code.removeprefix("move.preflight."): [str(method) for method in each.against] for each in findings
    }
    assert told == case.get("against", {})
    assert preflight.choose(findings, methods=(Method.EXTERNAL,)) == case["method"]
    assert all(each.result.status is not CheckStatus.PASS for each in findings)


def test_every_finding_has_words_and_a_case() -> None:
    source = Path(preflight_external.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'"(external-[a-z-]+)"', source), "unknown"}
    assert len(told) > 6, "the scan must find the rules"
    cased = {code for case in CASES for code in case.get("against", {})}
    assert told - cased == set()
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []
