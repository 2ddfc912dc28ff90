"""Numbers that can be checked: published figures and how they are counted again, ratios with the ids behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.system import Status, UnitLevel


class Qualifier(StrEnum):
    """The word beside a published number; `checks.figures.accepts` says what each allows."""

    EXACT = "="
    OVER = "多"
    ODD = "余"
    NEAR = "近"
    ABOUT = "约"
    PERCENT = "%"
    INCLUDES = "≥"


class Strength(StrEnum):
    """A: counted again from rows. B: shown as a reference with its source, and kept out of all arithmetic."""

    A = "A"
    B = "B"


class MeasureOp(StrEnum):
    """How a number comes from a table's rows."""

    COUNT = "count"  # rows
    DISTINCT = "distinct"  # different values of a field
    SUM = "sum"  # of a field; an empty cell makes it unknown
    VALUE = "value"  # the field of the only row
    VALUES = "values"  # the different values of a field, in order
    LAST = "last"  # the greatest value of a field
    RATIO = "ratio"  # the first of two measures over the second
    FORMULA = "formula"  # a consolidation formula by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is counted: `where` keeps the rows whose field has one of these values (an empty text: empty cell)."""

    op: MeasureOp
    table: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    field: str = ""
    terms: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number of a figure: 18/80/308 are three."""

    published: str
    qualifier: Qualifier
    measure: Measure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What must hold beside the published number, such as that all of the ten tasks were done in time."""

    measure: Measure
    equals: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document a figure was published in."""

    id: str
    title: str
    title_en: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table of published figures."""

    id: str
    metric: str
    metric_en: str
    source: str
    strength: Strength
    parts: tuple[Part, ...]
    holds: tuple[Holds, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """A programme's published figures."""

    figures: tuple[Figure, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """One number beside the one published; `numerator` and `denominator` only where it is a ratio."""

    published: str
    qualifier: Qualifier
    predicate: str
    computed: str
    numerator: str = ""
    denominator: str = ""
    formula: str = ""
    passed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsResult:
    """A condition beside the published number."""

    statement: str
    expected: str
    computed: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureResult:
    """One figure counted again; `passed` is None for a reference, which is not counted."""

    id: str
    metric: str
    metric_en: str
    source: str
    strength: Strength
    parts: tuple[PartResult, ...]
    holds: tuple[HoldsResult, ...] = ()
    passed: bool | None = None


# The reason of what is left out because a number is not filled in.
MISSING = "audit.excluded.missing-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A row that is not in the denominator, or not in the numerator, and why: `reason` is a code of the catalogue."""

    id: str
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A rate with everything behind it; it is never shown without its formula, numerator and denominator.

    Attributes:
        formula, version: the definition; the version is raised whenever its meaning changes.
        unit: what is counted: rooms, m², racks, 万元, systems …
        counted: ids behind the numerator; a share of a row counts too.
        scope: ids behind the denominator.
        uncounted: rows of the denominator that seem to be done, and why they do not count.
        classified, hidden: how many classified rows the denominator counts, and leaves out; they have no ids here.
        assumptions: codes of what had to be assumed because no document says it; after a colon, the day it is of.
    """

    formula: str
    numerator: Decimal
    denominator: Decimal
    unit: str
    version: int = 1
    counted: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    uncounted: tuple[Exclusion, ...] = ()
    classified: int = 0
    hidden: int = 0
    assumptions: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the denominator that the numerator lacks: the auditor's first question."""
        counted = frozenset(self.counted)
        return tuple(id_ for id_ in dict.fromkeys(self.scope) if id_ not in counted)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Ids that are in neither number because nobody wrote down what would be added up."""
        return tuple(one.id for one in self.excluded if one.reason == MISSING)

    def percent(self, places: int = 1) -> Decimal | None:
        """Return the rate in per cent, rounded half up for display; None for 0/0, which is no rate at all."""
        if not self.denominator:
            return None
        exact = self.numerator * 100 / self.denominator
        return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number that is no rate, with the ids behind it; its value is None when what it is made of is not known."""

    name: str
    value: Decimal | None
    unit: str
    ids: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


class Completion(StrEnum):
    """What counts as moved; no document defines it, so the programme says."""

    CUT_OVER = "cut-over"  # cutover done, trial run included
    ACCEPTED = "accepted"  # only after acceptance

    @property
    def statuses(self) -> frozenset[Status]:
        """The states that count as on the cloud."""
        accepted = frozenset({Status.ACCEPTED})
        return accepted if self is Completion.ACCEPTED else accepted | {Status.CUT_OVER, Status.TRIAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRules:
    """What the programme has defined for its audits.

    Attributes:
        baseline: the day of the census that all rates refer to.
        as_of: the day the list describes; None when the programme does not say.
        level: whose rooms, systems and networks are audited; every level when None.
        completion: what counts as moved.
    """

    baseline: date | None = None
    as_of: date | None = None
    level: UnitLevel | None = None
    completion: Completion = Completion.CUT_OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row behind a number: whose it is, what it is called, how it stands, who decided, and where it was read."""

    unit: str = ""
    name: str = ""
    state: str = ""
    decided: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(CheckResult):
    """What an audit found of a row; `subject` is the row's id, or a unit's name.

    Attributes:
        cells: where it stands: `file!sheet!B7`, of every row that has a part in it.
    """

    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit's answer: rates, amounts and findings as of a day, with what they were computed from.

    Attributes:
        rows: what stands behind each id, so that a reader need not look it up.
        data_digest, definition_digest: SHA-256, hex, of the rows and of the definitions.
    """

    subject: str
    programme: str
    as_of: date
    baseline: date | None
    level: UnitLevel | None
    ratios: tuple[Ratio, ...] = ()
    amounts: tuple[Amount, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows: Mapping[str, Listed] = field(default_factory=dict)
    data_digest: str = ""
    definition_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rate on two days; `before` or `after` is None where the audit had no such rate.

    Attributes:
        definition: the formula's version, or a rule of the programme that the formula uses, is not the same.
        entered, left: ids that came into the denominator and went out of it.
    """

    subject: str
    formula: str
    before: Ratio | None
    after: Ratio | None
    definition: bool = False
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed between two snapshots: first the definitions, then every rate."""

    old: date
    new: date
    definitions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


def finding(code: str, subject: str, /, *cells: str, **values: str) -> Finding:
    """Return a finding of an audit: `code` is in the text catalogue, `subject` is the row's id."""
    return Finding(code=code, status=CheckStatus.FAIL, subject=subject, values=values, cells=cells)
