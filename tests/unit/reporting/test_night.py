"""The night's report, from the record alone: true after a crash, in both languages, on paper too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import docx
import pytest
from rich.console import Console

from orchestrator.adapters.documents.paper import docx_of
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting.night import (
    NightReport,
    NightView,
    Noted,
    cells,
    night_report,
)
from orchestrator.reporting.night_document import night_document
from orchestrator.reporting.night_groups import End, Whole
from orchestrator.reporting.runs import RunsView
from orchestrator.reporting.texts import Lang, Say
from orchestrator.reporting.view import plain

EVENING = date(2026, 12, 4)
OPENS = datetime(2026, 12, 4, 22, 0, tzinfo=BEIJING)


def noted(minutes: float, kind: str, /, actor: str = "wang@desk", **data: object) -> Noted:
    return Noted(at=OPENS + timedelta(minutes=minutes), actor=actor, kind=kind, data=data)


def began(*systems: str, minutes: float = 0, batch: object = 1, group: str = "", before: Sequence[str] = ()) -> Noted:
    slots = [
        {
            "system": system, "group": group or system, "name": "系统", "unit": "甲局", "crew": number % 2 + 1,
            "start": (OPENS + timedelta(minutes=10 * number)).isoformat(),
            "rollback_by": (OPENS + timedelta(hours=6)).isoformat(),
        }
        for number, system in enumerate(systems)
    ]  # fmt: skip
    return noted(
        minutes, "night.began", evening="2026-12-04", batch=batch, crews=2, slots=slots,
        open=[{"system": system, "group": group or system} for system in before],
        start=OPENS.isoformat(), end=(OPENS + timedelta(hours=8)).isoformat(),
    )  # fmt: skip


def turn(minutes: float, system: str, word: str, code: str = "") -> Noted:
    return noted(
        minutes,
        "night.turn",
        system=system,
        evening="2026-12-04",
        turn=word,
        code=code,
        values={"system": system, "subject": system, "by": system},
    )


def opened(minutes: float, system: str) -> Sequence[Noted]:
    return (
        noted(minutes, "life", system=system, move="freeze"),
        noted(minutes + 1, "move.decided", system=system, decision="open", back=False, seconds=0.05),
        noted(minutes + 1, "life", system=system, move="open"),
        noted(
            minutes + 2, "move.probed", system=system, gap_seconds=0.082, errors=1, rows=400, lost=0, duplicated=0,
            fault="",
        ),
        noted(minutes + 3, "move.verified", system=system, findings="", checks=4),
        turn(minutes + 3, system, "ran"),
    )  # fmt: skip


def failed(minutes: float, system: str) -> Sequence[Noted]:
    return (
        noted(minutes, "life", system=system, move="freeze"),
        noted(
            minutes + 1, "move.decided", system=system, decision="back", back=False, seconds=2.0, failed="hold",
            code="session.late", values={"session": "pooler", "seconds": "2.0"},
        ),
        noted(minutes + 1, "life", system=system, move="abort"),
        turn(minutes + 2, system, "ran"),
    )  # fmt: skip


ENDED = noted(200, "night.ended", evening="2026-12-04", batch=1, interrupted=False)
NIGHT = (
    began("A", "B", "C", "D", "E"),
    *opened(1, "A"),
    *failed(10, "B"),
    noted(20, "life", system="C", move="give-back"),
    turn(20, "C", "back", "night.back.short"),
    turn(21, "D", "ran", "gate.window"),
    ENDED,
)


def report(*entries: Noted) -> NightReport:
    found = night_report(entries, EVENING)
    assert found
    return found


def ends(found: NightReport) -> dict[str, End]:
    return {row.system: row.end for row in found.rows}


def test_a_night_is_told_by_who_when_gap_rows_and_way_back() -> None:
    found = report(*NIGHT)
    assert ends(found) == {"A": End.OPEN, "B": End.BACK, "C": End.GIVEN_BACK, "D": End.HELD, "E": End.WAITING}
    a, b, c, *_ = found.rows
    assert (a.who, a.began, a.decided) == ("wang@desk", OPENS + timedelta(minutes=1), OPENS + timedelta(minutes=2))
    assert (a.gap_seconds, a.held_seconds, a.rows, a.lost, a.duplicated, a.errors) == (0.082, 0.05, 400, 0, 0, 1)
    assert (a.verified, a.back_by) == (True, OPENS + timedelta(hours=6))
    assert (b.failed, b.code, b.verified, b.held_seconds) == ("hold", "session.late", None, 2.0)
    assert (c.code, c.began) == ("night.back.short", None)
    assert (found.ended, found.interrupted) == (ENDED.at, False)


def test_a_crash_leaves_what_it_left_undecided_and_the_next_command_decides_it() -> None:
    crashed = (began("A", "B"), noted(1, "life", system="A", move="freeze"))
    found = report(*crashed)
    assert (ends(found), found.ended) == ({"A": End.UNDECIDED, "B": End.WAITING}, None)
    decided = noted(900, "move.decided", system="A", decision="open", back=False, seconds=0, failed="", code="")
    compared = noted(901, "move.verified", system="A", findings="", checks=3)
    found = report(*crashed, decided, compared)
    assert (found.rows[0].end, found.rows[0].decided, found.rows[0].verified) == (End.OPEN, decided.at, True)


def test_what_is_done_after_the_window_is_of_another_night() -> None:
    later = (*opened(2000, "B"), noted(2100, "life", system="A", move="return"), *failed(3000, "E"))
    assert report(*NIGHT, *later) == report(*NIGHT)
    rolled_back = noted(100, "life", system="A", move="return")
    assert ends(report(*NIGHT, rolled_back))["A"] is End.RETURNED


def test_a_second_run_in_the_window_goes_on_with_the_same_report() -> None:
    found = report(*NIGHT, began("E", "B", minutes=210, batch=2), *opened(220, "B"))
    assert ends(found) == {"A": End.OPEN, "B": End.OPEN, "C": End.GIVEN_BACK, "D": End.HELD, "E": End.WAITING}
    assert found.batches == (1, 2)
    # Nothing of the first attempt is left in the second's row.
    assert {row.system: (row.failed, row.code) for row in found.rows}["B"] == ("", "")


def test_what_was_given_back_and_is_held_by_a_later_run_is_held() -> None:
    given = (began("A"), turn(5, "A", "back", "night.back.short"))
    (row,) = report(*given, began("A", minutes=9), turn(10, "A", "ran", "claim.held")).rows
    assert (row.end, row.code) == (End.HELD, "claim.held")
    itself = noted(4, "life", system="A", move="give-back")
    (row,) = report(began("A"), itself, turn(5, "A", "ran", "frozen.late")).rows
    assert (row.end, row.code) == (End.GIVEN_BACK, "frozen.late")


def went_back(minutes: float, system: str) -> Sequence[Noted]:
    return (
        noted(minutes, "life", system=system, move="rollback"),
        noted(minutes, "move.decided", system=system, decision="open", back=True, seconds=0.05),
        noted(minutes, "life", system=system, move="return"),
        turn(minutes, system, "return", "night.returned"),
    )


GROUP = began("A", "B", "C", group="A")
HELD = turn(20, "C", "hold", "night.hold.apart")


@pytest.mark.parametrize(
    ("entries", "whole"),
    [
        ((GROUP, *opened(1, "A"), *opened(5, "B"), *opened(9, "C"), ENDED), Whole.WHOLE),
        ((GROUP, *opened(1, "A"), *failed(5, "B"), HELD, ENDED), Whole.SPLIT),
        ((GROUP, *opened(1, "A"), *failed(5, "B"), HELD, *went_back(30, "A"), ENDED), Whole.BACK),
        ((GROUP, *opened(1, "A"), noted(5, "life", system="B", move="freeze"), HELD, ENDED), Whole.UNDECIDED),
        ((GROUP, *opened(1, "A")), Whole.UNDECIDED),  # it was killed, or is at work
        ((GROUP, *opened(1, "A"), ENDED), Whole.SPLIT),  # a person ended it between two
        ((GROUP, ENDED), Whole.BACK),
        ((GROUP, *opened(1, "A"), ENDED, began("B", "C", minutes=210, group="A", before=["A"])), Whole.UNDECIDED),
        ((began("B", "C", group="A", before=["A"]), *opened(5, "B"), *failed(9, "C"), ENDED), Whole.SPLIT),
        ((began("B", group="A", before=["A"]), *opened(5, "B"), ENDED), Whole.WHOLE),
    ],
)
def test_a_group_is_whole_or_back_or_split(entries: Sequence[Noted], whole: Whole) -> None:
    found = report(*entries)
    (group,) = found.groups
    assert (group.whole, found.split) == (whole, whole is Whole.SPLIT)
    for lang in ("en", "zh"):
        text = shown(found, lang)
        assert "{" not in text
        assert ("→" in text) is found.split


def test_systems_by_themselves_are_no_groups() -> None:
    assert report(*NIGHT).groups == ()


def test_what_went_back_with_its_group_says_so() -> None:
    found = report(GROUP, *opened(1, "A"), *failed(5, "B"), HELD, *went_back(30, "A"), ENDED)
    assert {row.system: (row.end, row.code) for row in found.rows} == {
        "A": (End.RETURNED, "night.returned"), "B": (End.BACK, "session.late"), "C": (End.HELD, "night.hold.apart"),
    }  # fmt: skip


def test_an_evening_without_a_run_has_no_report() -> None:
    assert night_report(NIGHT, EVENING + timedelta(days=1)) is None
    assert night_report((), EVENING) is None


def test_a_comparison_that_found_something_or_nothing_at_all_is_no_yes() -> None:
    entries = list(opened(1, "A"))
    for findings, checks, verified in (("data.rows", 4, False), ("", 0, None)):
        entries[4] = noted(4, "move.verified", system="A", findings=findings, checks=checks)
        assert report(began("A"), *entries).rows[0].verified is verified


@pytest.mark.parametrize("bad", ["x" * 5000, "\x1b[2J{subject}", -1, True, None, [1], {"a": 1}, float("nan"), 1e300])
def test_a_record_of_somebody_elses_is_shown_for_what_it_proves_to_be(bad: object) -> None:
    slots = [dict.fromkeys(("name", "unit", "crew", "group", "start", "rollback_by"), bad) | {"system": "A"}, bad]
    first = noted(
        0, "night.began", evening="2026-12-04", batch=bad, crews=bad, slots=slots, returns=bad, open=bad,
        start=OPENS.isoformat(), end=(OPENS + timedelta(hours=8)).isoformat(),
    )  # fmt: skip
    probe: dict[str, Any] = dict.fromkeys(("gap_seconds", "errors", "rows", "lost", "duplicated"), bad)
    found = report(
        first,
        noted(1, "life", system="A", move="freeze"),
        noted(2, "move.decided", system="A", decision=bad, back=bad, seconds=bad, failed=bad, code=bad),
        noted(3, "move.probed", system="A", fault="", **probe),
        noted(4, "move.verified", system="A", checks=bad, findings=bad),
        noted(5, "night.turn", system="A", evening="2026-12-04", turn=bad, code=bad, values=bad),
    )
    assert found.rows[0].end is End.UNDECIDED  # nothing of this says that it was decided
    for lang in ("en", "zh"):
        assert all(len(cell) < 400 for cell in cells(found.rows[0], Say(lang)))
        assert shown(found, lang)
    plain(found.data())
    assert docx_of(night_document(found, "t", Say("en"), synthetic=False, evidence=None))


def shown(found: NightReport, lang: Lang) -> str:
    out = Console(file=StringIO(), width=250, markup=False)
    for line in NightView(found, ("report/night.docx",)).lines(Say(lang)):
        out.print(line)
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ("5 turns: 1 open, 1 back at their sources", "82 ms", "400, lost 0", "could no longer hold", "12-05 04:00"),
        ),
        ("zh", ("已开放 1，自动退回源端 1", "82 毫秒", "400，丢失 0", "已容不下其割接", "12-05 04:00")),
    ],
)
def test_text_and_paper_say_the_same_in_both_languages(lang: Lang, words: tuple[str, ...]) -> None:
    found = report(*NIGHT)
    text = shown(found, lang)
    paper = docx.Document(
        BytesIO(docx_of(night_document(found, "合成项目", Say(lang), synthetic=True, evidence=(7, "h" * 64))))
    )
    turns, signatures = paper.tables
    printed = "\n".join(
        [*(paragraph.text for paragraph in paper.paragraphs), *(cell.text for row in turns.rows for cell in row.cells)]
    )
    for word in words:
        assert word in text
        assert word in printed
    assert "h" * 64 in printed
    assert [row.cells[0].text.split()[0] for row in turns.rows[1:]] == ["A", "B", "C", "D", "E"]
    assert len(signatures.rows) == 4
    assert "{" not in text


def test_it_is_a_key_of_the_batchs_one_answer() -> None:
    answer = RunsView(batch=1, runs=(), night=report(*NIGHT)).data()
    none = RunsView(batch=1, runs=()).data()
    assert isinstance(answer, dict)
    assert isinstance(none, dict)
    assert none["night"] is None
    told = plain(answer["night"])
    assert isinstance(told, dict)
    assert told["counts"] == {
        "waiting": 1, "held": 1, "given-back": 1, "undecided": 0, "open": 1, "back": 1, "returned": 0,
    }  # fmt: skip
    assert [row["end"] for row in told["systems"]] == ["open", "back", "given-back", "held", "waiting"]
