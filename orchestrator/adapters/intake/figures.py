"""Reads the file of published figures: what was published, by whom, and how it is counted again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from orchestrator.adapters.intake.parts import Text
from orchestrator.adapters.intake.programme import validated
from orchestrator.errors import Refused
from orchestrator.model.figures import (
    Figure,
    FigureTable,
    Holds,
    Measure,
    MeasureOp,
    Part,
    Qualifier,
    Source,
    Strength,
)
from orchestrator.model.programme import Programme


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class MeasurePart(_Part):
    """One of the measures, such as `count: systems` or `sum: rooms.area_m2`, and `where` it looks."""

    count: Text | None = None
    distinct: Text | None = None
    sum: Text | None = None
    value: Text | None = None
    values: Text | None = None
    last: Text | None = None
    formula: Text | None = None
    ratio: Annotated[tuple[MeasurePart, ...], Field(min_length=2, max_length=2)] | None = None
    where: dict[Text, Annotated[tuple[Text, ...], BeforeValidator(_listed)]] = Field(default_factory=dict)

    def model(self) -> Measure | None:
        """Return the measure, or None when none is named."""
        for op in MeasureOp:
            target = getattr(self, op.value)
            if target is None:
                continue
            if isinstance(target, tuple):
                terms = tuple(term for part in target if (term := part.model()) is not None)
                return Measure(op=op, terms=terms)
            table, _, name = ("", "", target) if op is MeasureOp.FORMULA else target.partition(".")
            return Measure(op=op, table=table, field=name, where=self.where)
        return None


class PublishedPart(MeasurePart):
    """One published number with the word beside it."""

    published: Text
    qualifier: Qualifier = Qualifier.EXACT


class HoldsPart(MeasurePart):
    """A condition beside the published number."""

    equals: Text


class FigurePart(_Part):
    """One published figure."""

    id: Text
    metric: Text
    metric_en: Text
    source: Text
    strength: Strength
    parts: Annotated[tuple[PublishedPart, ...], Field(min_length=1)]
    holds: tuple[HoldsPart, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_part(cls, value: Any) -> Any:
        """Accept a figure of one number without a list of parts."""
        if not isinstance(value, dict) or "parts" in value:
            return value
        own = cls.model_fields.keys()
        part = {key: item for key, item in value.items() if key not in own}
        return {**{key: item for key, item in value.items() if key in own}, "parts": [part]}


class SourcePart(_Part):
    """A document."""

    title: Text
    title_en: Text
    date: Text


class FiguresPart(_Part):
    """The file."""

    sources: dict[Text, SourcePart]
    figures: tuple[FigurePart, ...]


def load_figures(folder: Path, programme: Programme) -> FigureTable:
    """Read the programme's published figures.

    Raises:
        Refused: `figure.none` when the programme names no such file, `programme.invalid` with `problems`.
    """
    path = folder / programme.figures
    if not programme.figures or not path.is_file():
        raise Refused("figure.none", file=programme.figures or "—")
    declared, problems = validated(path.read_bytes(), FiguresPart, programme.figures)
    if declared is None:
        raise Refused("programme.invalid", path=str(path), errors=len(problems), problems=problems)
    unknown = sorted({figure.source for figure in declared.figures} - declared.sources.keys())
    if unknown:
        raise Refused("figure.unknown-source", file=programme.figures, source=unknown[0])
    return FigureTable(
        figures=tuple(_figure(part) for part in declared.figures),
        sources=tuple(Source(id=name, **part.model_dump()) for name, part in declared.sources.items()),
    )


def _figure(part: FigurePart) -> Figure:
    parts = tuple(Part(published=one.published, qualifier=one.qualifier, measure=one.model()) for one in part.parts)
    if part.strength is Strength.A and any(one.measure is None for one in parts):
        raise Refused("figure.no-measure", figure=part.id)
    holds = tuple(Holds(measure=measure, equals=one.equals) for one in part.holds if (measure := one.model()))
    return Figure(**part.model_dump(exclude={"parts", "holds"}), parts=parts, holds=holds)
