"""What published words allow, how figures are counted, and that one wrong row is enough to be named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks.audit.subjects import check_published
from orchestrator.checks.figures import accepts, predicate
from orchestrator.errors import Refused
from orchestrator.model.figures import (
    Figure,
    FigureTable,
    Measure,
    MeasureOp,
    Part,
    Qualifier,
    Strength,
)
from tests.unit.seeds.regions import REGIONS, mutated, question

CASES = Path(__file__).parents[2] / "cases/audit"
MUTATIONS: list[dict[str, Any]] = yaml.safe_load((CASES / "mutations.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("published", "qualifier", "yes", "no"),
    [
        ("578", "=", ["578", "578.0"], ["577", "579", "—"]),
        ("1190", "多", ["1191", "1199"], ["1190", "1200"]),
        ("5600", "多", ["5600.01", "5699.99"], ["5600", "5700"]),
        ("800", "多", ["801", "899"], ["800", "900"]),
        ("60", "余", ["61", "69"], ["60", "70"]),
        ("100", "余", ["101", "199"], ["100", "200"]),
        ("150", "余", ["151", "159"], ["150", "160"]),
        ("5400", "近", ["5300.5", "5399"], ["5300", "5400", "5401"]),
        ("40", "约", ["31", "40", "49"], ["30", "50"]),
        ("45.08", "%", ["45.075", "45.0849"], ["45.0749", "45.085"]),
        ("94", "%", ["93.5", "94.0299", "94.4999"], ["93.4999", "94.5"]),
        ("日照/莱芜", "≥", ["临沂/日照/莱芜"], ["日照/临沂"]),
        ("2018-02-28", "=", ["2018-02-28"], ["2018-02-27"]),
    ],
)
def test_a_published_word_allows(published: str, qualifier: str, yes: list[str], no: list[str]) -> None:
    part = Part(published=published, qualifier=Qualifier(qualifier))
    assert [value for value in yes if not accepts(part, value)] == []
    if qualifier in "多余近约%":
        no = [value for value in no if value != "—"]
    assert [value for value in no if accepts(part, value)] == []
    assert not accepts(part, None), "unknown is never accepted"


def test_the_condition_is_said_in_symbols() -> None:
    said = {
        predicate(Part(published=published, qualifier=Qualifier(word)))
        for published, word in (("5400", "近"), ("1190", "多"), ("74.2", "%"), ("93", "="))
    }
    assert said == {"5300 < x < 5400", "1190 < x < 1200", "round(x, 1) = 74.2", "x = 93"}


@pytest.mark.parametrize("region", REGIONS)
def test_every_published_figure_is_borne_out(region: str) -> None:
    results = tuple(check_published(question(region)))
    assert [result for result in results if result.passed is False] == []
    for result in results:
        reference = result.strength is Strength.B
        assert (result.passed is None) is reference
        # Nothing is computed from, or for, a reference.
        assert all((part.computed == "" and part.passed is None) is reference for part in result.parts)


def test_the_table_is_whole() -> None:
    ids = {
        strength: [
            figure.id
            for region in REGIONS
            for figure in question(region).definitions.figures.figures
            if figure.strength is strength
        ]
        for strength in Strength
    }
    assert len(ids[Strength.A]) == 62
    assert sorted(ids[Strength.B]) == [
        "SD-09", "SD-10", "SD-14", "SD-15", "WH-08", "WH-09", "WH-11", "WH-12", "WH-13", "WH-14", "YT-18", "YT-27",
    ]  # fmt: skip
    every = [*ids[Strength.A], *ids[Strength.B]]
    assert len(every) == len(set(every)) == 15 + 27 + 14 + 18


@pytest.mark.parametrize("case", MUTATIONS, ids=lambda case: f"{case['region']}: {case['title']}")
def test_one_wrong_row_is_enough(case: dict[str, Any]) -> None:
    ask = question(case["region"])
    wrong = replace(ask, census=mutated(ask.census, case["sheet"], case["row"], case))
    failed = [result.id for result in check_published(wrong) if result.passed is False]
    assert failed == case["fails"]


def test_mutations_cover_every_region_and_most_sheets() -> None:
    assert {case["region"] for case in MUTATIONS} == set(REGIONS)
    assert len(MUTATIONS) >= 20
    assert len({case["sheet"] for case in MUTATIONS}) >= 8


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (Measure(op=MeasureOp.COUNT, table="rumours"), "figure.unknown-table"),
        (Measure(op=MeasureOp.SUM, table="rooms", field="glamour"), "figure.unknown-field"),
        (Measure(op=MeasureOp.COUNT, table="rooms", where={"__class__": ("x",)}), "figure.unknown-field"),
        (Measure(op=MeasureOp.FORMULA, field="magic"), "figure.unknown-formula"),
        (None, "figure.no-measure"),
    ],
)
def test_a_measure_of_nothing_is_refused(measure: Measure | None, code: str) -> None:
    ask = question("weihai")
    figure = Figure(
        id="X", metric="", metric_en="", source="S", strength=Strength.A,
        parts=(Part(published="1", qualifier=Qualifier.EXACT, measure=measure),),
    )  # fmt: skip
    wrong = replace(ask, definitions=replace(ask.definitions, figures=FigureTable(figures=(figure,))))
    with pytest.raises(Refused) as refusal:
        tuple(check_published(wrong))
    assert refusal.value.code == code
