"""The record of a drill says what the evidence keeps, in both languages, and nothing that it does not keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import docx
import pytest

from orchestrator.adapters.documents.page import html_of
from orchestrator.adapters.documents.paper import docx_of
from orchestrator.model.document import Document, Grid, Heading, Paragraph
from orchestrator.model.drill import DrillStep, KeptDrill
from orchestrator.model.drill_record import DrillRecord, WholeDrill
from orchestrator.model.replica import Policy
from orchestrator.reporting.drill_record import RecordView, document_of
from orchestrator.reporting.texts import Lang, Say

AT = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # the next day in Beijing
DRILL = KeptDrill(
    system="S-1", kind="postgresql", address="10.0.0.2", port=5432, id="20260301T163000Z", at=AT, day=AT.date(),
    sound=True, rto=12.5, rpo=0.4,
)  # fmt: skip
CODES = ("network", "way", "sockets", "settings", "answer", "rows", "untouched", "rto", "rpo")
WHOLE = WholeDrill(
    drill=DRILL,
    seconds={str(step): number + 0.25 for number, step in enumerate(DrillStep)},
    checks={f"drill.{code}": "pass" for code in CODES},
    code="",
    left=0,
    seq=7,
    hash="ab" * 32,
    actor="wang@desk",
)
RECORD = DrillRecord(
    title="烟台项目", synthetic=True, unit="甲局", name="业务系统",
    policy=Policy(rto=timedelta(hours=4), rpo=timedelta(minutes=30)),
    whole=WHOLE, unended=False, word="anchored", through=9, entries=11, head="cd" * 32,
)  # fmt: skip


def grid(document: Document, name: str) -> tuple[tuple[str, ...], ...]:
    return next(block.rows for block in document.blocks if isinstance(block, Grid) and block.name == name)


def prose(document: Document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph | Heading))


@pytest.mark.parametrize(
    ("lang", "title", "passed", "signers"),
    [
        ("en", "Record of a Disaster-Recovery Drill", "The drill passed", "overseer"),
        ("zh", "灾备演练记录", "演练通过", "监督人"),
    ],
)
def test_a_passed_drill_is_written_whole_in_both_languages(lang: Lang, title: str, passed: str, signers: str) -> None:
    document = document_of(RECORD, Say(lang))
    page, paper = html_of(document).decode(), docx.Document(BytesIO(docx_of(document)))
    cells = "\n".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    for text in ("甲局", "10.0.0.2:5432", "20260301T163000Z", "2026-03-02 00:30:00", "12.50", "0.40", signers):
        assert text in page
        assert text in cells
    for text in (title, passed, "ab" * 32, "cd" * 32):
        assert text in page
        assert text in "\n".join(line.text for line in paper.paragraphs)
    assert len(grid(document, "steps")) == len(DrillStep)
    assert next(row[1:3] for row in grid(document, "times")) == ("12.50", "4 h")
    assert all(row[1:] == ("", "") for row in grid(document, "signatures"))
    assert "drill." not in page  # every code has its words


def test_a_failed_drill_tells_where_why_and_what_helps() -> None:
    drill = replace(DRILL, sound=False, rto=None, rpo=None, failed="isolate")
    whole = replace(
        WHOLE,
        drill=drill,
        seconds={"claim": 0.1, "room": 0.2, "decide": 0.3, "isolate": 1.0, "remove": 0.5},
        checks={"drill.network": "fail", "drill.way": "fail", "drill.rto": "unknown", "drill.rpo": "unknown"},
        left=2,
    )
    document = document_of(replace(RECORD, whole=whole), Say("en"))
    told = prose(document)
    assert "did not pass" in told
    assert "It ended at: a place that nothing leads out of" in told
    assert "→ the drill ended before any service was started" in told
    assert "2 thing(s) could not be taken away" in told
    assert [row[3] for row in grid(document, "steps")][3:5] == ["failed", "not reached"]
    assert [row[1] for row in grid(document, "isolation")] == ["FAIL", "FAIL", "not checked", "not checked"]
    assert [row[1] for row in grid(document, "data")] == ["not checked"] * 2


def test_a_cause_that_no_check_says_is_told_by_its_code() -> None:
    whole = replace(WHOLE, drill=replace(DRILL, sound=False, failed="isolate"), code="drill.no-place")
    told = prose(document_of(replace(RECORD, whole=whole), Say("zh")))
    assert "有进程持有副本的网络命名空间：原因（证据中的代码）" in told
    assert "→ 请确认 root 可在备库主机上使用" in told


@pytest.mark.parametrize("missing", ["drill.rto", "drill.rpo"])
def test_a_threshold_that_was_not_judged_is_no_pass(missing: str) -> None:
    checks = {code: status for code, status in WHOLE.checks.items() if code != missing}
    assert "did not pass" in prose(document_of(replace(RECORD, whole=replace(WHOLE, checks=checks)), Say("en")))


@pytest.mark.parametrize(
    ("word", "through", "told"),
    [
        ("anchored", 7, "Anchored:"),
        ("anchored", 6, "Unanchored:"),
        ("unanchored", 0, "Unanchored:"),
        ("contradicted", 0, "nothing in this record proves anything"),
    ],
)
def test_it_says_how_far_the_evidence_is_to_be_believed(word: str, through: int, told: str) -> None:
    assert told in prose(document_of(replace(RECORD, word=word, through=through), Say("en")))


def test_of_contradicted_evidence_nothing_has_passed() -> None:
    record = replace(RECORD, word="contradicted")
    assert "The drill passed" not in prose(document_of(record, Say("en")))
    assert RecordView(record=record).data()["passed"] is False


def test_a_later_drill_without_an_end_is_told() -> None:
    assert "its end is not on record" in prose(document_of(replace(RECORD, unended=True), Say("en")))


def test_hostile_words_are_text_and_nothing_else() -> None:
    evil = "<script>x</script>{0}\x1b[2J\u202e"
    whole = replace(
        WHOLE,
        drill=replace(DRILL, system=evil, kind=evil, address=evil, id=evil, failed=evil),
        checks={evil: evil},
        code=evil,
        actor=evil,
    )
    document = document_of(replace(RECORD, title=evil, unit=evil, name=evil, whole=whole), Say("en"))
    page = html_of(document).decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    paper = "\n".join(line.text for line in docx.Document(BytesIO(docx_of(document))).paragraphs)
    assert not {"\x1b", "\u202e"} & {*page, *paper}
