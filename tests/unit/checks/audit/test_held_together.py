"""One falsified row is noticed: by its own code, of its own row, with the cells; and ordinary changes are not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks.audit.cells import located
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.subjects import AUDITS
from orchestrator.model.figures import Finding, Ratio
from orchestrator.reporting.texts import has
from tests.unit.seeds.regions import mutated, question

FILE = Path(__file__).parents[3] / "cases" / "audit" / "identities.yaml"
CASES = yaml.load(FILE.read_text("utf-8"), Loader=yaml.CSafeLoader)


Answer = tuple[dict[str, Ratio], list[Finding]]


def answered(subject: str, ask: Question) -> Answer:
    """Return the ratios and findings of an audit without its digests, which need every row of the census each time."""
    ratios, _, found = AUDITS[subject](ask)
    return {ratio.formula: ratio for ratio in ratios}, list(located(ask.census, found))


@cache
def honest(region: str, subject: str) -> frozenset[tuple[str, str]]:
    return frozenset((one.code, one.subject) for one in answered(subject, question(region))[1])


def region_of(case: dict[str, Any]) -> str:
    return str(case.get("region", "weihai"))


def falsified(case: dict[str, Any]) -> Answer:
    ask = question(region_of(case))
    return answered(case["audit"], replace(ask, census=mutated(ask.census, case["sheet"], case["row"], case)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_falsified_row_is_noticed_and_an_ordinary_one_is_not(case: dict[str, Any]) -> None:
    before = honest(region_of(case), case["audit"])
    ratios, findings = falsified(case)
    new = [one for one in findings if (one.code, one.subject) not in before]
    for formula, fraction in case.get("ratio", {}).items():
        assert f"{ratios[formula].numerator}/{ratios[formula].denominator}" == fraction
    for formula, id_ in case.get("unknown", {}).items():
        assert ratios[formula].unknown == (id_,)
    if "code" not in case:
        assert new == []
        return
    (found,) = (
        one for one in new if (one.code, one.subject) == (f"audit.{case['code']}", case.get("subject", case["row"]))
    )
    assert found.cells
    assert all("!" in cell for cell in found.cells)
    assert has(found.code)
    assert has(f"{found.code}.remedy")


def test_every_seed_is_free_of_contradictions() -> None:
    # That most districts had no plan of their own yet is what was published of them.
    told = {case["code"] for case in CASES if "code" in case} - {"district-no-plan"}
    for region in ("shandong", "yantai", "weihai", "laiwu"):
        for subject in AUDITS:
            found = {code.removeprefix("audit.") for code, _ in honest(region, subject)}
            assert not found & told
