"""The ranking of units: shares, equal ranks, and who is praised or criticised."""

from __future__ import annotations

from orchestrator.checks.lights import UNKNOWN, Light, Lit
from orchestrator.checks.ranking import rank_units

DONE = Lit(light=Light.GREEN, reason="light.done", done=True)
OPEN = Lit(light=Light.GREEN, reason="light.on-schedule")
LATE = Lit(light=Light.RED, reason="light.overdue", values={"days": "9"})
STAYS = Lit(light=Light.GREY, reason="light.stays")
SINCE = Lit(light=Light.GREY, reason=UNKNOWN, values={"day": "2018-01-01"})


def test_units_are_ranked_by_what_is_done_then_by_what_is_late_and_equals_share_a_rank() -> None:
    given = {"b": (DONE, LATE), "a": (DONE, OPEN), "c": (DONE, DONE), "d": (OPEN, DONE), "e": (OPEN,)}
    ranked = rank_units((unit, one) for unit, members in given.items() for one in members)
    assert [(one.unit, one.rank) for one in ranked] == [("c", 1), ("a", 2), ("d", 2), ("b", 4), ("e", 5)]
    (late,) = (one for one in ranked if one.criticised)
    assert (late.unit, late.late, late.longest) == ("b", 1, 9)


def test_praise_is_for_those_ahead_of_whom_everything_is_known_and_nothing_late() -> None:
    given = {"a": (DONE,), "b": (DONE, SINCE), "c": (OPEN,), "d": (DONE, LATE)}
    ranked = rank_units((unit, one) for unit, members in given.items() for one in members)
    assert [one.unit for one in ranked if one.praised] == ["a"]


def test_what_stays_and_what_nobody_answers_for_is_not_counted() -> None:
    (one,) = rank_units([("a", DONE), ("a", STAYS), ("", LATE)])
    assert (one.unit, one.done, one.total, one.late) == ("a", 1, 1, 0)
