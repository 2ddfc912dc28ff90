"""What is committed under docs/examples is what the commands named there make of the seed today."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import docx
import pytest
import yaml
from openpyxl import load_workbook

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "yantai"
COMMAND = "from orchestrator.cli.main import main; main()"
LANGUAGES = ("zh", "en")
# Both languages call the cutover plan's files by the batch; side by side they need two names.
CUTOVER = {"zh": "割接方案-首批", "en": "cutover-batch-1"}


@cache
def commands() -> Mapping[str, list[str]]:
    """Return the page's own commands, by what they make and in which language."""
    (block,) = re.findall(r"```\n(migrate .*?)```", (EXAMPLES.parent / "README.md").read_text("utf-8"), re.DOTALL)
    found = {}
    for line in block.splitlines():
        _, *arguments = shlex.split(line)
        verb = next(word for word in arguments if word in {"plan", "report", "cutover-plan"})
        lang = arguments[arguments.index("--lang") + 1] if "--lang" in arguments else ""
        found[f"{verb} {lang}".rstrip()] = arguments
    return found


def make(what: str, out: Path) -> Path:
    """Run one of the page's commands with another place for what it writes."""
    arguments = [*commands()[what]]
    arguments[arguments.index("--out") + 1] = str(out)
    # A process chooses its language when it starts.
    subprocess.run([sys.executable, "-c", COMMAND, *arguments], cwd=ROOT, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def report(lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(f"report {lang}", tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def cutover(lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(f"cutover-plan {lang}", tmp_path_factory.mktemp("cutover"))


def test_the_plan_is_the_one_that_is_made_today(tmp_path: Path) -> None:
    made, kept = (
        yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for path in (make("plan", tmp_path / "schedule.yaml"), EXAMPLES / "schedule.yaml")
    )
    # The day it was made is another; everything that it was made of and says is the same.
    assert {name for name in made if made[name] != kept[name]} <= {"made_for", "digest"}
    assert len(kept["windows"]) > 1


def test_the_report_is_committed_whole(report: Path, lang: str) -> None:
    names = {path.name for path in report.iterdir()}
    assert len(names) == 7
    assert names <= {path.name for path in EXAMPLES.iterdir()}
    (page,) = report.glob("*.html")
    same = (EXAMPLES / page.name).read_bytes() == page.read_bytes()
    assert same, again(f"report {lang}")


def test_the_workbooks_hold_the_same_cells(report: Path, lang: str) -> None:
    for path in sorted(report.glob("*.xlsx")):
        made, kept = cells(path), cells(EXAMPLES / path.name)
        assert list(made) == list(kept), path.name
        for sheet, rows in made.items():
            assert len(rows) > 2
            different = [
                number for number, pair in enumerate(zip(rows, kept[sheet], strict=True), 1) if pair[0] != pair[1]
            ]
            assert different == [], (path.name, sheet, again(f"report {lang}"))


def test_the_circular_says_the_same(report: Path, lang: str) -> None:
    (paper,) = report.glob("*.docx")
    same = texts(paper) == texts(EXAMPLES / paper.name)
    assert same, again(f"report {lang}")


def test_the_cutover_plan_says_the_same_as_a_page_and_on_paper(cutover: Path, lang: str) -> None:
    (page,), (paper,) = cutover.glob("*.html"), cutover.glob("*.docx")
    same = (EXAMPLES / f"{CUTOVER[lang]}.html").read_bytes() == page.read_bytes()
    assert same, again(f"cutover-plan {lang}")
    made, kept = texts(paper), texts(EXAMPLES / f"{CUTOVER[lang]}.docx")
    assert len(made) > 1000
    same = made == kept
    assert same, again(f"cutover-plan {lang}")


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(path, read_only=True)
    found: dict[str, list[tuple[object, ...]]] = {
        sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
    }
    book.close()
    return found


def texts(path: Path) -> list[str]:
    """Return every run of text in a document's body, in order."""
    body = docx.Document(str(path)).element.body
    return [text.text or "" for text in body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")]


def again(what: str) -> str:
    return f"make it again: migrate {shlex.join(commands()[what])}"
