"""The seed programmes as they are read, once for each region."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from orchestrator.adapters.intake import load_programme, read_census
from orchestrator.adapters.intake.figures import load_figures
from orchestrator.checks.audits import Definitions, Question
from orchestrator.model.census import Census
from orchestrator.model.problem import Problem

SEEDS = Path(__file__).parents[3] / "seeds"
REGIONS = ("shandong", "yantai", "weihai", "laiwu")


@cache
def question(region: str) -> Question:
    """Return what an audit of the seed is asked of."""
    programme = load_programme(SEEDS / region)
    census, problems = read_census(SEEDS / region, programme)
    assert problems == (), problems[:3]
    definitions = Definitions(
        programme=programme.slug,
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
def problems(region: str) -> tuple[Problem, ...]:
    """Return the problems of the seed's list."""
    programme = load_programme(SEEDS / region)
    return read_census(SEEDS / region, programme)[1]


def mutated(census: Census, sheet: str, row: str, change: dict[str, Any]) -> Census:
    """Return the census with one row of a sheet changed (`set`), written twice (`copy`) or lost (`drop`)."""
    in_listing = hasattr(census.listing, sheet)
    records = getattr(census.listing if in_listing else census, sheet)
    (position,) = (index for index, record in enumerate(records) if record.id == row)
    record = records[position]
    before, after = records[:position], records[position + 1 :]
    if "copy" in change:
        middle = (record, replace(record, id=change["copy"]))
    elif "drop" in change:
        middle = ()
    else:
        adapter = TypeAdapter(type(record))
        middle = (adapter.validate_python({**adapter.dump_python(record), **change["set"]}),)
    rows = (*before, *middle, *after)
    if in_listing:
        return replace(census, listing=replace(census.listing, **{sheet: rows}))
    return replace(census, **{sheet: rows})
