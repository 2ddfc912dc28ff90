"""`migrate audit` as an auditor calls it."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from orchestrator.checks.audit.comparison import compare
from orchestrator.checks.audit.consolidation import FORMULAS as ROOM_FORMULAS
from orchestrator.checks.audit.consolidation import VARIANTS
from orchestrator.checks.audit.subjects import AUDITS, check_audit, check_published
from orchestrator.cli.audit import FORMULAS, SUBJECTS
from orchestrator.cli.main import migrate
from orchestrator.errors import Refused
from orchestrator.model.figures import Completion
from orchestrator.model.system import UnitLevel
from orchestrator.reporting.audit import AuditView, FiguresView
from orchestrator.reporting.measures import measure_text
from orchestrator.reporting.snapshots import ComparisonView
from orchestrator.reporting.texts import Lang, Say
from tests.unit.seeds.regions import mutated, question

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


def run(region: str | Path, *arguments: str) -> Result:
    return CliRunner().invoke(migrate, ["-C", str(SEEDS / region), "audit", *arguments])


def answer(result: Result, schema: str) -> dict[str, Any]:
    """Return the JSON of a result that satisfies the shipped schema."""
    return checked(json.loads(result.stdout), schema)


def checked(found: dict[str, Any], schema: str) -> dict[str, Any]:
    """Return a document that satisfies the shipped schema."""
    assert [error.message for error in _validator(schema).iter_errors(found)] == []
    return found


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        json.loads((ROOT / f"orchestrator/schemas/{schema}.json").read_text("utf-8"))
    )


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    def copy(region: str) -> Path:
        return Path(shutil.copytree(SEEDS / region, tmp_path / region))

    return copy


@pytest.fixture(scope="module")
def weihai(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Weihai's programme with the sheets of rooms and of the ledger alone: the others take longer to read."""
    folder = tmp_path_factory.mktemp("seeds") / "weihai"
    folder.mkdir()
    for name in ("机房清单.csv", "工作台账.csv"):
        shutil.copy(SEEDS / "weihai" / name, folder)
    head, _, rest = (SEEDS / "weihai/programme.yaml").read_text("utf-8").partition("list:\n")
    declared = (
        head.replace("figures: figures.yaml\n", "") + "list: [机房清单.csv, 工作台账.csv]\n" + rest[rest.index("#") :]
    )
    (folder / "programme.yaml").write_text(declared, "utf-8")
    return folder


def swap(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    """Replace a text that stands once in a file."""
    text = path.read_bytes().decode(encoding)
    assert text.count(old) == 1
    path.write_bytes(text.replace(old, new).encode(encoding))


def test_the_options_name_what_the_checks_offer() -> None:
    assert set(SUBJECTS) == AUDITS.keys()
    assert set(FORMULAS) == {*ROOM_FORMULAS, *VARIANTS}


def test_figures_pass() -> None:
    result = run("weihai", "figures", "-o", "json")
    assert result.exit_code == 0
    found = answer(result, "audit-figures")
    assert (found["checked"], found["failed"], found["references"]) == (8, 0, 6)
    (rooms,) = (figure for figure in found["figures"] if figure["id"] == "WH-06")
    (part,) = rooms["parts"]
    assert (part["numerator"], part["denominator"], part["formula"]) == ("47", "50", "room")


def test_a_figures_table_is_readable() -> None:
    lines = run("laiwu", "figures").stdout
    assert "LW-12" in lines
    assert "S4 2017-12" in lines
    assert "18 figures counted again, 0 not borne out" in lines


def csv_of_shandong(folder: Path) -> None:
    swap(folder / "督查记录.csv", "SD-I-060,1,", "SD-I-060,2,", "gb18030")


def csv_of_weihai(folder: Path) -> None:
    swap(folder / "系统迁移清单.csv", "WH-S-0283,威海市直部门80,市直", "WH-S-0283,威海市直部门80,区市", "utf-8-sig")


def yaml_of_laiwu(folder: Path) -> None:
    path = folder / "任务台账.yaml"
    text = path.read_text("utf-8")
    before, task, after = text.partition("- task_id: LW-09\n")
    assert task
    path.write_text(before + task + after.replace("due: '2018-03-31'", "due: '2018-04-30'", 1), "utf-8")


def xlsx_of_yantai(folder: Path) -> None:
    """Write one rack more into the first room's cell, in the sheet's own XML."""
    (path,) = folder.glob("*.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet4.xml"
    row = re.search(rb'<row r="5".*?</row>', parts[name], re.DOTALL)
    assert row
    numbers = re.findall(rb'<c r="([A-Z]+5)"[^>]*t="n"[^>]*><v>(\d+)</v>', row[0])
    # The last number of the row is a day, the planned one of closing.
    *_, (reference, racks), _ = numbers
    changed = re.sub(rb'(<c r="' + reference + rb'"[^>]*><v>)\d+', rb"\g<1>" + str(int(racks) + 1).encode(), row[0])
    parts[name] = parts[name].replace(row[0], changed)
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


@pytest.mark.parametrize(
    ("region", "change", "failed"),
    [
        ("shandong", csv_of_shandong, ["SD-13"]),
        ("weihai", csv_of_weihai, ["WH-02"]),
        ("laiwu", yaml_of_laiwu, ["LW-09"]),
        ("yantai", xlsx_of_yantai, ["YT-04"]),
    ],
)
def test_one_cell_of_a_file_is_enough(
    copied: Callable[[str], Path], region: str, change: Callable[[Path], None], failed: list[str]
) -> None:
    folder = copied(region)
    change(folder)
    result = run(folder, "figures", "-o", "json")
    assert result.exit_code == 8
    found = answer(result, "audit-figures")
    assert [figure["id"] for figure in found["figures"] if figure["passed"] is False] == failed


def test_rooms_show_the_missing_six_percent(weihai: Path) -> None:
    result = run(weihai, "rooms")
    assert result.exit_code == 0
    for text in ("94.0%", "92.2%", "90.4%", "88.7%", "93.5%", "47 / 50", "room v3", "WH-R-48", "WH-R-49", "WH-R-50",
                 "豁免〔2018〕01", "classified, a number only: 2"):  # fmt: skip
        assert text in result.stdout
    assert "WH-R-01" not in result.stdout
    assert "WH-R-01" in run(weihai, "rooms", "--list-counted").stdout


def test_rooms_as_json_hold_every_id(weihai: Path) -> None:
    found = answer(run(weihai, "rooms", "--formula", "room", "--decimals", "2", "-o", "json"), "audit")
    (ratio,) = found["ratios"]
    assert (ratio["percent"], len(ratio["counted"]), len(ratio["scope"])) == ("94.00", 47, 50)
    assert ratio["missing"] == ["WH-R-48", "WH-R-49", "WH-R-50"]
    assert ratio["classified_excluded"] == 2
    assert ratio["excluded"] == [
        {"id": "WH-R-51", "reason": "audit.excluded.exempt", "values": {"approval": "豁免〔2018〕01"}}
    ]
    assert found["rows"]["WH-R-48"]["place"] == "机房清单.csv!49"


def test_an_earlier_day_and_another_level(weihai: Path) -> None:
    found = answer(run(weihai, "rooms", "--at", "2017-11-01", "--level", "市直", "-o", "json"), "audit")
    assert int(found["ratios"][0]["numerator"]) < 47
    districts = answer(run(weihai, "rooms", "--level", "district", "-o", "json"), "audit")
    assert (districts["level"], districts["ratios"][0]["denominator"]) == ("district", "6")
    assert answer(run(weihai, "rooms", "--level", "all", "-o", "json"), "audit")["ratios"][0]["denominator"] == "56"
    assert run(weihai, "rooms", "--level", "galactic").exit_code == 2
    assert run(weihai, "rooms", "--at", "yesterday").exit_code == 2


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_audit_satisfies_its_schema_and_exits_8_on_a_finding(weihai: Path, subject: str) -> None:
    result = run(weihai, subject, "-o", "json")
    found = answer(result, "audit")
    assert result.exit_code == (8 if found["findings"] else 0)
    assert (found["subject"], found["as_of"], found["baseline"]) == (subject, "2018-08-31", "2017-11-01")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("region", "whole"), [("weihai", True), ("shandong", False), ("yantai", False), ("laiwu", False)]
)
def test_every_audit_can_be_read_in_both_languages(region: str, whole: bool, lang: Lang) -> None:
    for subject in SUBJECTS:
        view = AuditView(audit=check_audit(subject, question(region)), excluded=whole)
        # A code without words is shown as it is; none may be, and no placeholder may be left.
        assert not re.search(r"\baudit\.[a-z]|[{}]", shown(view, lang))


def shown(view: AuditView | ComparisonView | FiguresView, lang: Lang) -> str:
    console = Console(width=200, file=io.StringIO())
    with console.capture() as capture:
        for line in view.lines(Say(lang)):
            console.print(line, markup=False, highlight=False)
    return capture.get()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_assumed_left_out_or_not_counted_has_words(lang: Lang) -> None:
    ask = question("weihai")
    census = mutated(ask.census, "rooms", "WH-R-50", {"set": {"unit_level": None}})
    census = mutated(census, "rooms", "WH-R-06", {"set": {"closed_on": "2012-05-01"}})
    census = mutated(census, "rooms", "WH-R-48", {"set": {"predecessors": ["WH-R-01"]}})
    undeclared = replace(ask.definitions, rules=replace(ask.definitions.rules, as_of=None))
    late = replace(ask, census=census, at=date(2018, 9, 30))
    districts = replace(late, level=UnitLevel.DISTRICT, definitions=undeclared)
    dated, undated = (
        {subject: shown(AuditView(audit=check_audit(subject, one)), lang) for subject in SUBJECTS}
        for one in (late, districts)
    )
    assert not any(re.search(r"\baudit\.[a-z]|[{}]", text) for text in (*dated.values(), *undated.values()))
    for subject, english, chinese in (
        ("rooms", "WH-R-48 took its place", "由 WH-R-48 承接，尚未全部关停"),
        ("rooms", "closed before the baseline day, 2017-11-01: 1", "基准日（2017-11-01）前已关停: 1"),
        ("rooms", "fill in 层级", "填写层级"),
        ("cloud-rate", "is as of 2018-08-31", "按清单数据日期 2018-08-31 计"),
    ):
        assert (english if lang == "en" else chinese) in dated[subject]
    assert "`as_of`" in undated["cloud-rate"]
    assert re.search(r"│ —\s+│", undated["spend"])


def test_a_changed_rule_is_told_in_words() -> None:
    old = question("weihai")
    rules = replace(old.definitions.rules, completion=Completion.ACCEPTED, level=None)
    formulas = {**old.definitions.formulas, "room": 9}
    new = replace(old, definitions=replace(old.definitions, rules=rules, formulas=formulas))
    text = shown(ComparisonView(comparison=compare(old, new)), "zh")
    assert "口径变化：“已上云”的认定：自割接起计，含试运行 → 以验收为准" in text
    assert "口径变化：统计层级：市直 → 各级" in text
    assert "口径变化：已关停机房 / 应集中机房：— → 9" in text


def test_a_figure_that_is_not_borne_out_is_told_in_words() -> None:
    ask = question("yantai")
    census = mutated(ask.census, "systems", "YT-S-0228", {"set": {"disposition": "retain"}})
    results = tuple(check_published(replace(ask, census=census)))
    text = shown(FiguresView(programme="yantai", table=ask.definitions.figures, results=results), "zh")
    assert "YT-10：行数（信息系统，处置方式为迁移，批次为1/2/3） 为 515，应为 516" in text


@pytest.mark.parametrize("region", ["weihai", "shandong", "yantai", "laiwu"])
def test_what_a_figure_holds_to_needs_no_names_of_the_code(region: str) -> None:
    for figure in question(region).definitions.figures.figures:
        for one in figure.holds:
            text = measure_text(Say("zh"), one.measure)
            assert not re.search(r"[a-z]+[._=-]|[{}]|\b(true|false)\b", text.replace("programme.yaml", "")), text


def test_who_decided_what_after_the_census() -> None:
    result = run("weihai", "census", "--list-counted")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    title = next(index for index, line in enumerate(lines) if line.startswith("judged otherwise"))
    count = int(lines[title].rpartition(" ")[2])
    changed = lines[title + 1 : title + 1 + count]
    assert count > 1
    assert all(re.search(r"责任人\d{3} 201[78]-\d\d-\d\d", line) for line in changed)
    assert run("yantai", "census").exit_code == 8


def test_findings_have_an_exit_code() -> None:
    result = run("laiwu", "ledger", "--at", "2018-07-01")
    assert result.exit_code == 8
    assert "was due on 2018-06-30, 1 days ago" in result.stdout


def test_nothing_over_nothing_is_a_dash() -> None:
    result = run("laiwu", "egress")
    assert result.exit_code == 0
    assert "│ —     │ 0 / 0" in result.stdout
    assert answer(run("laiwu", "egress", "-o", "json"), "audit")["ratios"][0]["percent"] is None


def test_last_months_report_comes_again_byte_for_byte(weihai: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(weihai, tmp_path / "weihai"))
    made = run(folder, "snapshot", "--as-of", "2018-08-31", "-o", "json")
    assert answer(made, "audit-snapshot")["new"] is True
    before = {subject: run(folder, subject, "-o", "json").stdout for subject in SUBJECTS}
    again = run(folder, "snapshot", "--as-of", "2018-08-31", "-o", "json")
    assert (again.exit_code, answer(again, "audit-snapshot")["new"]) == (0, False)

    # A month later an exemption has been withdrawn, and what counts as moved is defined more strictly.
    swap(folder / "机房清单.csv", "豁免〔2018〕01,2019-12-31", ",", "utf-8-sig")
    swap(folder / "programme.yaml", "level: city", "level: city, completion: accepted")
    replaced = run(folder, "snapshot", "--as-of", "2018-08-31").exception
    assert isinstance(replaced, Refused)
    assert replaced.code == "audit.snapshot-exists"
    assert run(folder, "snapshot", "--as-of", "2018-09-30").exit_code == 0

    for subject, text in before.items():
        assert run(folder, subject, "--snapshot", "2018-08-31", "-o", "json").stdout == text
    assert run(folder, "rooms", "-o", "json").stdout != before["rooms"]
    compared = run(folder, "compare", "2018-08-31", "2018-09-30", "-o", "json")
    assert compared.exit_code == 8
    found = answer(compared, "audit-comparison")
    assert found["definitions"] == {"completion": {"old": "cut-over", "new": "accepted"}}
    (rooms,) = (change for change in found["changes"] if change["formula"] == "room")
    assert (rooms["old"]["percent"], rooms["new"]["percent"], rooms["entered"]) == ("94.0", "92.2", ["WH-R-51"])
    shown = run(folder, "compare", "2018-08-31", "2018-09-30").stdout
    assert "Definition changed: what counts as moved: cut over, trial run included → accepted after the trial" in shown
    defined = {change["formula"] for change in found["changes"] if change["definition_changed"]}
    assert defined == {"system", "cloud.nested", "cloud.additive", "cloud.in-use"}
    late = answer(run(folder, "cloud-rate", "--snapshot", "2018-09-30", "-o", "json"), "audit")
    assert all("audit.assumption.status-undated:2018-08-31" in one["assumptions"] for one in late["ratios"])
    assert "denominator: +1 −0" in shown


def test_a_snapshot_that_was_touched_is_refused(copied: Callable[[str], Path]) -> None:
    folder = copied("laiwu")
    assert run(folder, "snapshot", "--as-of", "2017-12-15").exit_code == 0
    swap(folder / "snapshots/2017-12-15/census.json", '"LW-01"', '"LW-99"')
    damaged = run(folder, "ledger", "--snapshot", "2017-12-15").exception
    assert isinstance(damaged, Refused)
    assert damaged.code == "audit.snapshot-damaged"
    missing = run(folder, "ledger", "--snapshot", "2017-12-16").exception
    assert isinstance(missing, Refused)
    assert (missing.code, missing.values["known"]) == ("audit.no-snapshot", "2017-12-15")


def test_a_report_that_no_longer_comes_out_the_same_is_told(copied: Callable[[str], Path]) -> None:
    folder = copied("laiwu")
    run(folder, "snapshot", "--as-of", "2017-12-15")
    manifest = folder / "snapshots/2017-12-15/manifest.json"
    kept = json.loads(manifest.read_text("utf-8"))
    kept["reports"]["ledger"] = "0" * 64
    manifest.write_text(json.dumps(kept), "utf-8")
    result = run(folder, "ledger", "--snapshot", "2017-12-15")
    assert result.exit_code == 8
    assert "not the one of 2017-12-15" in result.stderr


def test_a_programme_without_figures_says_so(copied: Callable[[str], Path]) -> None:
    folder = copied("laiwu")
    swap(folder / "programme.yaml", "figures: figures.yaml\n", "")
    refusal = run(folder, "figures").exception
    assert isinstance(refusal, Refused)
    assert refusal.code == "figure.none"
