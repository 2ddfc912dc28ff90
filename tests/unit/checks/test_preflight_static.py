"""Every rule of a static site's preflight, by cases; and that nothing is found without words or without a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight_static
from orchestrator.model.machines import Reach, TreeServer
from orchestrator.model.move import Method, Pages, StaticMove
from orchestrator.reporting import texts
from tests.unit.checks import test_preflight_files as files

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "static.yaml").read_text(encoding="utf-8")
)
ANSWERED: Mapping[str, object] = {"bad_pages": [], "nginx": True, "config": "", "unserved": ""}
SERVER = TreeServer(name="web", reach=Reach(address="192.0.2.1"), address="192.0.2.1", path="/srv/www")
PAGES = Pages(host="www.example.test", paths=("/",))
MOVE = StaticMove(system="S-1", slug="s-1", source=SERVER, target=SERVER, pages=PAGES)


def facts(changed: Mapping[str, object]) -> dict[str, object]:
    return files.facts({**ANSWERED, **changed})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_found_and_chosen(case: Mapping[str, Any]) -> None:
    found = preflight_static.preflight(MOVE, facts(case.get("source", {})), facts(case.get("target", {})))
    told = {
        each.result.code.removeprefix("move.preflight."): [str(method) for method in each.against]
        for each in found.findings
    }
    assert told == case.get("against", {})
    assert found.possible is (case["method"] is not None)
    assert isinstance(found.move, StaticMove)
    assert found.move.method is (Method(case["method"]) if case["method"] else MOVE.method)


def test_every_finding_has_words_and_a_case() -> None:
    source = Path(preflight_static.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'finding\("([a-z-]+)"', source), "unknown"}
    assert told - {code for case in CASES for code in case.get("against", {})} == set()
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []
