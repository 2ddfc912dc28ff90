"""Which level of GB/T 20988 a system reaches, by what checks saw; the weakest element sets it.

The standard asks seven elements of a level; one alone that nobody showed leaves the level unshown, whatever the others
are. A check of replicas sees one of them, the data; of the plan something is known where a drill's result is kept. The
tables relate levels to times only by example, so a time that was measured proves no level: it may only exclude some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from orchestrator.checks.replicas.system import Judged, faults_of_health, is_configured, is_healthy
from orchestrator.checks.replicas.verdict import span
from orchestrator.model.recovering import Element, ElementGrade, Graded, KeptCheck, Wanted
from orchestrator.model.replica import Aspect, Grades, ReplicaKind
from orchestrator.model.result import CheckStatus

# From level 5 on data is replicated as it is written; a copy that is made now and then is none such.
_REAL_TIME, _HIGHEST = 5, 6
_STREAMING = frozenset({str(ReplicaKind.POSTGRESQL), str(ReplicaKind.MARIADB)})
# What neither a check of replicas nor a drill of data can see, and nothing of the programme declares.
_UNSEEN = (Element.SYSTEMS, Element.NETWORK, Element.SITE, Element.SUPPORT, Element.OPERATION)


def grade_system(wanted: Wanted, seen: KeptCheck | None, grades: Grades, now: datetime) -> Graded:
    """Return the level that a system reaches, what it can be at most, and the element that holds it back."""
    elements = (_data(wanted, seen, grades, now), _plan(wanted, now), *_others())
    known = [one.level for one in elements if one.level is not None]
    at_most = min(known, default=None)
    # Figures that nobody read in the standard itself grade nobody.
    shown = grades.verified and len(known) == len(elements)
    reached = at_most if shown else 0 if at_most == 0 else None
    held_back = _weakest(elements, wanted.policy.level)
    return Graded(
        system=wanted.system,
        wanted=wanted.policy.level,
        reached=reached,
        at_most=at_most,
        held_back_by=held_back.element if held_back else None,
        status=_status(wanted.policy.level, reached, at_most if grades.verified or not at_most else None),
        elements=elements,
    )


def _status(wanted: int | None, reached: int | None, at_most: int | None) -> CheckStatus:
    if wanted is None:
        return CheckStatus.UNKNOWN
    if at_most is not None and at_most < wanted:
        return CheckStatus.FAIL
    return CheckStatus.PASS if reached is not None and reached >= wanted else CheckStatus.UNKNOWN


def _weakest(elements: Sequence[ElementGrade], wanted: int | None) -> ElementGrade | None:
    """Return what was seen to be too little, else what nobody showed, else what has the lowest level."""
    low = [one for one in elements if one.level is not None and one.level < (wanted or _HIGHEST)]
    unknown = [one for one in elements if one.level is None]
    return min(low, key=lambda one: one.level or 0) if low else next(iter(unknown), None)


def _data(wanted: Wanted, seen: KeptCheck | None, grades: Grades, now: datetime) -> ElementGrade:
    """Grade the data by the last check, where that may still be believed."""
    if seen is None:
        return _unknown(Element.DATA, "unseen")
    keep = wanted.policy.check
    told = {"day": str(seen.day)}
    if keep is None:
        return _unknown(Element.DATA, "unlimited", **told)
    if now - seen.at > keep or seen.at > now:
        return _unknown(Element.DATA, "old", **told, limit=span(keep.total_seconds()))
    judged = [(aspect, status) for aspect, status, _ in seen.verdicts]
    if not is_healthy(judged):
        aspect, failed = _fault(judged)
        values = {**told, "aspect": str(aspect)}
        return (
            ElementGrade(element=Element.DATA, level=0, code="unhealthy", values=values)
            if failed
            else _unknown(Element.DATA, "not-told", **values)
        )
    losses = [one.seconds for one in seen.replicas]
    if not losses or None in losses:
        return _unknown(Element.DATA, "not-told", **told, aspect=str(Aspect.FRESHNESS))
    loss = max(one for one in losses if one is not None)
    streaming = all(one.kind in _STREAMING for one in seen.replicas)
    level = max(_levels(grades, timedelta(seconds=loss), streaming=streaming), default=0)
    code = "seen" if streaming else "copies"
    return ElementGrade(element=Element.DATA, level=level, code=code, values={**told, "loss": span(loss)})


def _fault(judged: Sequence[Judged]) -> tuple[Aspect, bool]:
    """Return what keeps it from being healthy, and whether that is known and not only unknown; what is known first."""
    faults = [pair for pair in judged if pair[0] is Aspect.EXISTENCE and pair[1] is not CheckStatus.PASS]
    if is_configured(judged):
        faults = list(faults_of_health(judged))
    failed = [aspect for aspect, status in faults if status is CheckStatus.FAIL]
    return (failed or [aspect for aspect, _ in faults] or [Aspect.EXISTENCE])[0], bool(failed)


def _levels(grades: Grades, loss: timedelta, *, streaming: bool) -> Iterator[int]:
    """Yield the levels whose RPO in the table holds what would have been lost."""
    for level, grade in grades.levels.items():
        if (grade.rpo.most is None or loss <= grade.rpo.most) and (streaming or level < _REAL_TIME):
            yield level


def _plan(wanted: Wanted, now: datetime) -> ElementGrade:
    """Grade the recovery plan by the drills whose result is kept, whatever the list says.

    Every level asks for a plan that was wholly drilled: a drill that failed excludes them all. One that did not fail
    excludes none and proves none, for it recovers data and nothing else of the plan.
    """
    drills = sorted(wanted.told.drills.values(), key=lambda one: (one.sound, one.at))
    if not drills:
        day = wanted.told.last_drill
        return _unknown(Element.PLAN, "drill-claimed" if day else "no-drill", day=str(day or "-"))
    worst, keep = drills[0], wanted.policy.drill
    told = {"day": str(worst.day)}
    if not worst.sound or worst.rto is None:
        return ElementGrade(element=Element.PLAN, level=0, code="drill-failed", values=told)
    if keep is None:
        return _unknown(Element.PLAN, "drill-unlimited", **told)
    if now - worst.at > keep or worst.at > now:
        return _unknown(Element.PLAN, "drill-old", **told, limit=span(keep.total_seconds()))
    return _unknown(Element.PLAN, "drilled", **told, rto=span(worst.rto))


def _others() -> Iterator[ElementGrade]:
    return (_unknown(element, "nobody") for element in _UNSEEN)


def _unknown(element: Element, code: str, **values: str) -> ElementGrade:
    return ElementGrade(element=element, level=None, code=code, values=values)
