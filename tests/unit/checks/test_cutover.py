"""The risks of a planned cutover: each is found for the systems it concerns, and for no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.checks.cutover import TIGHT, check_cutover
from orchestrator.model.cutover import CutoverPlan, CutoverSystem, Risk
from orchestrator.model.schedule import Basis
from tests.unit.reporting.test_cutover import plan


def safe() -> CutoverPlan:
    """Return a plan of one night in which nothing is known that may go wrong."""
    made = plan(("jn-gov",))
    (night,) = made.nights
    (system,) = night.systems
    system = replace(system, gates=(), users=10, lossy=False)
    return replace(made, nights=(replace(night, systems=(system, replace(system, system="YT-S-0002"))),))


def changed(**values: object) -> CutoverPlan:
    """Return the safe plan with values of its first system changed."""
    made = safe()
    (night,) = made.nights
    first, second = night.systems
    system: CutoverSystem = replace(first, **values)  # type: ignore[arg-type]  # a case names any field
    return replace(made, nights=(replace(night, systems=(system, second)),))


def test_a_plan_without_risks_has_none() -> None:
    assert check_cutover(safe()) == ()
    assert check_cutover(changed(slack=TIGHT)) == ()


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("tight", {"slack": TIGHT - 1}),
        ("links", {"needs": (("YT-S-0009", 2),)}),
        ("users", {"users": None}),
        ("assumed", {"assumed": ("servers",)}),
        ("ungraded", {"mlps_level": None}),
        ("lossy", {"lossy": True}),
        ("estimated", {"steps": tuple(replace(each, basis=Basis.ESTIMATED) for each in safe().systems[0].steps)}),
    ],
)
def test_a_risk_names_the_systems_it_concerns(code: str, values: dict[str, object]) -> None:
    minutes = TIGHT if code == "tight" else 0
    assert check_cutover(changed(**values)) == (Risk(code=code, systems=("YT-S-0001",), minutes=minutes),)
