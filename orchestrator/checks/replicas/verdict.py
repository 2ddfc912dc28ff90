"""How a verdict of these checks is made: `dr.ASPECT.REASON`, measured value, threshold, whose clock, evidence."""

from __future__ import annotations

from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def verdict(aspect: Aspect, reason: str, status: CheckStatus, subject: str, /, **values: object) -> CheckResult:
    """Return a verdict. Every one has measured, threshold, clock and evidence, `-` where there is none."""
    told = {"measured": "-", "threshold": "-", "clock": "-", "evidence": "-"}
    told |= {name: str(value) for name, value in values.items()}
    return CheckResult(code=f"dr.{aspect}.{reason}", status=status, subject=subject, values=told)


def aspect_of(result: CheckResult) -> Aspect:
    """Return which of the ten a verdict is about."""
    return Aspect(result.code.split(".")[1])


def span(seconds: float) -> str:
    """Return a length of time as both languages write it: `0.4 s`, `12 min`, `3.1 h`, `5 d`."""
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.1f} s"
