"""The cutover plan's documents are opened again with other programs' eyes and compared with the plan's values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import docx
import pytest
from lxml import html

from orchestrator.adapters.documents.page import html_of
from orchestrator.adapters.documents.paper import docx_of
from orchestrator.adapters.holidays import public_calendar
from orchestrator.checks.cutover import check_cutover
from orchestrator.model.cutover import CutoverPlan, Doer
from orchestrator.model.document import Document, Grid, Heading
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Basis, Clusters, CutoverPhase, Schedule, ScheduleRules, Timing
from orchestrator.planning.batches import plan_batch
from orchestrator.planning.cutover import plan_cutover
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import build_problem
from orchestrator.reporting.cutover.document import document_of
from orchestrator.reporting.texts import Say
from tests import schedule_programmes as programmes

pytestmark = pytest.mark.integration

Lang = Literal["en", "zh"]
HOSTILE = (
    "<script>alert(1)</script>",
    "</td></tr></table><img src=http://x/ onerror=alert(1)>",
    "{{ 7*7 }}{% for x in y %}",
    "&lt;already&amp;escaped&gt;",
    "\"quoted\" 'name' ]]>",
    "control\x00\x08\x1b[31m\u202eend",
    '=HYPERLINK("http://x")',
)


@pytest.fixture(scope="module")
def plan() -> CutoverPlan:
    measured = Timing(
        basis=Basis.MEASURED,
        source="演练2018-01-05",
        phases=dict(zip(CutoverPhase, (5, 30, 10, 5, 20), strict=True)),
        rollback=25,
    )
    rules = ScheduleRules(start=date(2018, 1, 8), clusters=Clusters.ORDERED, timings={"S-00002": measured})
    batches = (Batch(number=1, title="首批", deadline=date(2018, 3, 31)),)
    programme, listing = programmes.city(12, 2, batches, rules)
    rows = tuple(
        replace(row, name=HOSTILE[index % len(HOSTILE)], users=None if index == 3 else row.users)
        for index, row in enumerate(listing.systems)
    )
    listing = replace(listing, systems=rows)
    problem = build_problem(
        programme, listing, programmes.placed(listing), public_calendar(2017, 2019), date(2018, 1, 1)
    )
    schedule = make_schedule(problem)
    assert isinstance(schedule, Schedule)
    return plan_cutover(schedule, problem, listing, plan_batch(programme, listing, 1, None), "batch", "1")


@dataclass(frozen=True)
class Read:
    """What a document says when it is read back."""

    headings: list[str]
    paragraphs: list[str]
    tables: list[list[list[str]]]


def read_html(path: Path) -> Read:
    tree = html.fromstring(path.read_text(encoding="utf-8"))
    return Read(
        headings=[each.text_content() for each in tree.xpath("//h2|//h3|//h4")],
        paragraphs=[each.text_content() for each in tree.xpath("//p[not(@class)]")],
        tables=[
            [[cell.text_content() for cell in row.xpath("./th|./td")] for row in table.xpath(".//tr")]
            for table in tree.xpath("//table")
        ],
    )


def read_docx(path: Path) -> Read:
    paper = docx.Document(str(path))
    named = [(each.style.name if each.style else "", each.text) for each in paper.paragraphs[2:]]
    return Read(
        headings=[text for style, text in named if style.startswith("Heading")],
        paragraphs=[text for style, text in named if style in {"Text", "Small"}],
        tables=[[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables],
    )


def written(document: Document, kind: str, folder: Path) -> Read:
    path = folder / f"plan.{kind}"
    path.write_bytes((html_of if kind == "html" else docx_of)(document))
    return read_html(path) if kind == "html" else read_docx(path)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["html", "docx"])
def test_everything_the_document_says_is_read_back(plan: CutoverPlan, kind: str, lang: Lang, tmp_path: Path) -> None:
    document = document_of(plan, check_cutover(plan), Say(lang))
    read = written(document, kind, tmp_path)
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert read.tables == [[list(row) for row in (grid.header, *grid.rows)] for grid in grids]
    texts = [(type(block).__name__, getattr(block, "text", "")) for block in document.blocks]
    assert read.headings == [text for name, text in texts if name == "Heading"]
    assert read.paragraphs == [text for name, text in texts if name == "Paragraph"]


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_the_times_and_rollback_deadlines_are_the_plans(plan: CutoverPlan, kind: str, tmp_path: Path) -> None:
    document = document_of(plan, check_cutover(plan), Say("en"))
    names = [block.name for block in document.blocks if isinstance(block, Grid)]
    tables = dict(zip(names, written(document, kind, tmp_path).tables, strict=True))
    for night in plan.nights:
        sheet = {row[1]: row for row in tables[f"night-{night.evening}"][1:]}
        assert len(sheet) == len(night.systems)
        assert [row[0] for row in tables[f"night-{night.evening}"][1:]] == [str(each.crew) for each in night.systems]
        for system in night.systems:
            row = sheet[system.system]
            # The formula, from the numbers that stand beside it in the same row.
            rollback, margin = row[9].split("+")
            deadline = night.end - timedelta(minutes=int(rollback)) - timedelta(minutes=int(margin))
            assert row[10] == f"{deadline:%H:%M}" == f"{system.rollback_by:%H:%M}"
            assert row[3:9] == [*(f"{each.start:%H:%M}" for each in system.steps), f"{system.end:%H:%M}"]
    measured = [row for name, table in tables.items() if name.startswith("night-") for row in table]
    assert next(row[11] for row in measured if row[1] == "S-00002") == "measured (演练2018-01-05)"


def test_every_system_is_on_the_sheet_of_its_night_and_on_that_of_its_unit(plan: CutoverPlan) -> None:
    document = document_of(plan, check_cutover(plan), Say("en"))
    grids = {block.name: block for block in document.blocks if isinstance(block, Grid)}
    approved = {}
    for number, unit in enumerate(plan.by_unit, start=1):
        rows = grids[f"approval-{number}"].rows
        approved[unit] = {row[start : start + 4] for row in rows for start in (0, 4) if row[start]}
        assert grids[f"signatures-{number}"].rows == (("",) * 7,)
        assert str(sum(len(plan.by_unit[each]) for each in (unit,))) == grids["impact"].rows[number - 1][2]
    assert len(approved) == len({system.unit for system in plan.systems})
    for system in plan.systems:
        (mine,) = (row for row in approved[system.unit] if row[0] == system.system)
        assert mine[2] == f"{system.start:%m-%d %H:%M}–{system.end:%H:%M}"
        assert mine[3] == (f"{system.users:,}" if system.users is not None else "not known")
    assert sum(len(rows) for rows in approved.values()) == len(plan.systems)


def test_no_step_is_said_to_be_automatic_that_the_tool_cannot_do(plan: CutoverPlan) -> None:
    assert {step.doer for system in plan.systems for step in system.steps} == {Doer.VENDOR, Doer.OWNER}


def test_a_system_that_no_batch_lists_is_not_said_to_be_prepared(plan: CutoverPlan) -> None:
    # The programme of this test lists no units; the schedule chose the batch.
    assert {reason.code for system in plan.systems for reason in system.gates} == {"cutover.not-in-batch"}
    assert {system.prepared for system in plan.systems} == {()}


def test_the_official_parts_and_the_blanks_are_there(plan: CutoverPlan) -> None:
    document = document_of(plan, check_cutover(plan), Say("zh"))
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert headings == [
        "一、割接背景、任务、目标及影响范围", "二、割接准备情况", "三、割接流程组织安排", "四、实施方案",
        "附件一　割接夜作业单", "附件二　签批单",
    ]  # fmt: skip
    grids = {block.name: block for block in document.blocks if isinstance(block, Grid)}
    assert all(row[2:] == ("", "") for row in grids["people"].rows)
    assert all(row[2:] == ("", "") for row in grids["duty"].rows)


def test_html_needs_nothing_from_outside_and_runs_nothing(plan: CutoverPlan, tmp_path: Path) -> None:
    (tmp_path / "plan.html").write_bytes(html_of(document_of(plan, check_cutover(plan), Say("zh"))))
    tree = html.fromstring((tmp_path / "plan.html").read_text(encoding="utf-8"))
    assert tree.xpath("//script|//img|//link|//iframe|//object|//@src|//@onerror|//@onload") == []
    assert {str(link)[:2] for link in tree.xpath("//@href")} == {"#h"}
    assert tree.get("lang") == "zh-CN"
    text = tree.text_content()
    for name in HOSTILE[:5]:
        assert name in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_docx_is_an_official_paper(plan: CutoverPlan, tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(docx_of(document_of(plan, check_cutover(plan), Say("zh"))))
    paper = docx.Document(str(tmp_path / "plan.docx"))
    section = paper.sections[0]
    assert section.page_width is not None
    assert round(section.page_width.mm) == 210
    assert section.top_margin is not None
    assert round(section.top_margin.mm) == 37
    xml = paper.element.xml
    for font in ("方正小标宋_GBK", "仿宋_GB2312", "黑体", "楷体_GB2312"):
        assert f'w:eastAsia="{font}"' in xml or font in paper.styles.element.xml
    assert xml.count("<w:tblHeader") == xml.count("<w:tblCellMar") == len(paper.tables)
    assert xml.count("<w:cantSplit") == sum(len(table.rows) for table in paper.tables)
    assert "PAGE" in section.footer._element.xml
    # No heading stands alone at a page's foot, none is broken, and no line of a paragraph is alone.
    for name in ("Heading 1", "Heading 2", "Heading 3", "PaperTitle", "CoverTitle", "CellHeader"):
        layout = paper.styles[name].paragraph_format
        assert (layout.keep_with_next, layout.keep_together, layout.widow_control) == (True, True, True)
