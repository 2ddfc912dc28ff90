"""The seed programmes as they are read, once for each region."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from orchestrator.adapters.intake.figures import load_figures
from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.intake.reader import read_census
from orchestrator.checks.audit.question import Definitions, Question
from orchestrator.model.census import Census
from orchestrator.model.problem import Problem
from orchestrator.model.programme import Programme

SEEDS = Path(__file__).parents[3] / "seeds"
REGIONS = ("shandong", "yantai", "weihai", "laiwu")


@cache
def read(region: str) -> tuple[Programme, Census, tuple[Problem, ...]]:
    """Return a seed as it is read."""
    programme = load_programme(SEEDS / region)
    return programme, *read_census(SEEDS / region, programme)


@cache
def question(region: str) -> Question:
    """Return what an audit of the seed is asked of."""
    programme, census, _ = read(region)
    definitions = Definitions(
        programme=programme.slug,
        title=programme.title,
        synthetic=programme.synthetic,
        rules=programme.audit,
        batches=programme.batches,
        figures=load_figures(SEEDS / region, programme),
    )
    return Question(census=census, definitions=definitions, at=as_of(definitions), level=programme.audit.level)


def as_of(definitions: Definitions) -> date:
    """Return the day the seed describes."""
    assert definitions.rules.as_of is not None
    return definitions.rules.as_of


@cache
def adapter_of(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def mutated(census: Census, sheet: str, row: str, change: dict[str, Any]) -> Census:
    """Return the census with one row of a sheet changed (`set`), written twice (`copy`) or lost (`drop`)."""
    in_listing = hasattr(census.listing, sheet)
    records = getattr(census.listing if in_listing else census, sheet)
    (position,) = (index for index, record in enumerate(records) if record.id == row)
    record = records[position]
    before, after = records[:position], records[position + 1 :]
    middle: tuple[Any, ...] = ()
    if "copy" in change:
        middle = (record, replace(record, id=change["copy"]))
    elif "set" in change:
        kind: Any = type(record)
        adapter = adapter_of(kind)
        middle = (adapter.validate_python({**adapter.dump_python(record), **change["set"]}),)
    rows: dict[str, Any] = {sheet: (*before, *middle, *after)}
    if in_listing:
        return replace(census, listing=replace(census.listing, **rows))
    return replace(census, **rows)
