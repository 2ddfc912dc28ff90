"""Says what a figure counts: which rows of which table, and what of them."""

from __future__ import annotations

from orchestrator.model.figures import Measure, MeasureOp
from orchestrator.model.plan import Used
from orchestrator.reporting.reasons import clean, value_text, word
from orchestrator.reporting.texts import Say


def measure_text(say: Say, measure: Measure) -> str:
    """Return a measure in words; a field without words keeps the name the figures' file gives it."""
    if measure.op is MeasureOp.FORMULA:
        return say.either(f"audit.formula.{measure.field}", clean(measure.field))
    if measure.op is MeasureOp.RATIO:
        return " / ".join(measure_text(say, term) for term in measure.terms)
    kept = "".join(
        say(
            "measure.where", field=_field(say, name), values="/".join(_value(say, name, one) for one in wanted or ("",))
        )
        for name, wanted in measure.where.items()
    )
    rows = say("measure.rows", table=word(say, "measure.table", measure.table), where=kept)
    return say(f"measure.{measure.op.value}", rows=rows, field=_field(say, measure.field))


def _field(say: Say, name: str) -> str:
    return say.either(f"measure.field.{name}", word(say, "field", name))


def _value(say: Say, name: str, value: str) -> str:
    listed = value_text(say, Used(field=name, value=value, cell=""))
    return say.either(f"measure.value.{name}.{value}", say.either(f"flag.{value}", listed))
