"""How a verdict of these checks is made: `dr.ASPECT.REASON`, measured value, threshold, whose clock, evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus

Fault = tuple[str, dict[str, object]]  # a reason, and what is told of it
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def verdict(aspect: Aspect, reason: str, status: CheckStatus, subject: str, /, **values: object) -> CheckResult:
    """Return a verdict. Every one has measured, threshold, clock and evidence, `-` where there is none."""
    told = {"measured": "-", "threshold": "-", "clock": "-", "evidence": "-"}
    told |= {name: str(value) for name, value in values.items()}
    return CheckResult(code=f"dr.{aspect}.{reason}", status=status, subject=subject, values=told)


def continuity_of(subject: str, faults: Iterable[Fault], causes: Sequence[str]) -> CheckResult | None:
    """Return the failure that is the cause of the others, which are named with it; None: there is none."""
    found = sorted(faults, key=lambda fault: causes.index(fault[0]))
    if not found:
        return None
    reason, values = found[0]
    more = ", ".join(reason for reason, _ in found[1:]) or "-"
    return verdict(Aspect.CONTINUITY, reason, CheckStatus.FAIL, subject, **values, also=more)


def unlike(
    source: Mapping[str, str], target: Mapping[str, str], at_least: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield settings that differ, with the source's value and the replica's.

    Of those `at_least` that are numbers, more is no fault.
    """
    for name in sorted(source.keys() | target.keys()):
        mine, other = source.get(name, "-"), target.get(name, "-")
        less = not (mine.isdecimal() and other.isdecimal()) or int(other) < int(mine)
        if mine != other and (name not in at_least or less):
            yield name, mine, other


def aspect_of(result: CheckResult) -> Aspect:
    """Return which of the ten a verdict is about."""
    return Aspect(result.code.split(".")[1])


def span(seconds: float) -> str:
    """Return a length of time as both languages write it: `0.4 s`, `12 min`, `3.1 h`, `5 d`."""
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.1f} s"
