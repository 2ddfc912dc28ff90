"""`migrate report` as a person calls it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import jsonschema
import yaml
from click.testing import CliRunner, Result

from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.intake.reader import read_census
from orchestrator.adapters.snapshots import save_snapshot
from orchestrator.checks.audit.question import Definitions
from orchestrator.cli.main import migrate
from orchestrator.errors import ExitCode, MigrateError, Refused
from tests.unit.seeds.regions import SEEDS

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "docs" / "examples"
SCHEMA = ROOT / "orchestrator" / "schemas" / "report.json"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(migrate, ["-C", str(SEEDS / "laiwu"), "report", *arguments])


def change(programme: Path, **keys: object) -> None:
    path = programme / "programme.yaml"
    declared = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    path.write_text(yaml.safe_dump(declared | keys, allow_unicode=True), "utf-8")


def test_it_writes_the_files_its_answer_names(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    result = run("--out", str(out), "--at", "2018-01-05", "-o", "json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(answer)
    assert [one["kind"] for one in answer["files"]] == [
        "html", "ledger", "lists", "rooms", "closeout", "recovery", "notice",
    ]  # fmt: skip
    for one in answer["files"]:
        content = (out / one["name"]).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    assert sorted(path.name for path in out.iterdir()) == sorted(one["name"] for one in answer["files"])
    assert answer["as_of"] == "2018-01-05"
    # Three tasks fell due after the list was written: nobody knows whether they are late.
    assert answer["lights"]["red"] == len(answer["overdue"]) == 0
    assert answer["lights"]["grey"] == sum(one["unknown"] for one in answer["ranking"]) == 3
    assert (answer["before"], answer["changes"]) == (None, {})


def test_the_same_day_gives_the_same_answer_and_another_day_another(tmp_path: Path) -> None:
    def answer(day: str) -> object:
        return json.loads(run("--out", str(tmp_path), "--at", day, "-o", "json").stdout)

    first = answer("2018-01-05")
    assert answer("2018-01-05") == first
    assert answer("2017-12-20") != first


def test_a_format_is_chosen(tmp_path: Path) -> None:
    assert run("--out", str(tmp_path), "--format", "html").exit_code == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".html"]
    wrong = run("--out", str(tmp_path), "--format", "pdf")
    assert wrong.exit_code == 2


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    result = run("--out", str(tmp_path / "taken" / "below"))
    assert isinstance(result.exception, Refused)
    assert result.exception.code == "report.not-a-folder"
    assert (tmp_path / "taken").read_text() == "mine"


def test_without_a_day_it_looks_from_the_day_of_the_list(tmp_path: Path) -> None:
    answer = json.loads(run("--out", str(tmp_path), "--format", "html", "-o", "json").stdout)
    assert date.fromisoformat(answer["as_of"]) <= date(2018, 12, 31)


def test_a_snapshot_gives_the_report_of_its_day_for_ever(tmp_path: Path) -> None:
    programme = Path(shutil.copytree(SEEDS / "laiwu", tmp_path / "p"))

    def made(name: str, *arguments: str) -> bytes:
        options = ["-C", str(programme), "report", "--format", "html", "--out", str(tmp_path / name), *arguments]
        assert CliRunner().invoke(migrate, options).exit_code == 0
        (path,) = (tmp_path / name).iterdir()
        return path.read_bytes()

    kept = CliRunner().invoke(migrate, ["-C", str(programme), "audit", "snapshot", "--as-of", "2018-01-05"])
    assert kept.exit_code == 0, kept.output
    before = made("before", "--snapshot", "2018-01-05")
    listing = programme / "任务台账.yaml"
    listing.write_text(listing.read_text("utf-8").replace("正在推进", "已有进展"), "utf-8")
    change(programme, title="改名", synthetic=False)
    assert made("after", "--snapshot", "2018-01-05") == before
    assert "已有进展".encode() in made("today", "--at", "2018-01-05")


def test_a_snapshot_without_a_title_is_reported_under_todays(tmp_path: Path) -> None:
    programme = Path(shutil.copytree(SEEDS / "laiwu", tmp_path / "p"))
    kept = load_programme(programme)
    census, _ = read_census(programme, kept)
    older = Definitions(programme=kept.slug, rules=kept.audit, batches=kept.batches)
    save_snapshot(programme, date(2018, 1, 5), census, older, {})
    options = ["--snapshot", "2018-01-05", "--format", "html", "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(migrate, ["-C", str(programme), "report", *options]).exit_code == 0
    (path,) = (tmp_path / "out").iterdir()
    page = path.read_text("utf-8")
    assert kept.title in page
    assert '<p class="synthetic">' in page


def test_the_plan_on_the_wall_chart_is_the_programmes_own_and_holds(tmp_path: Path) -> None:
    programme = Path(shutil.copytree(SEEDS / "laiwu", tmp_path / "p"))

    def told(*arguments: str) -> Result:
        return CliRunner().invoke(migrate, ["-C", str(programme), *arguments])

    def refusal(*arguments: str) -> MigrateError:
        error = told(*report, *arguments).exception
        assert isinstance(error, MigrateError)
        return error

    report = ("report", "--format", "html", "--out", str(tmp_path / "out"))
    own, foreign = str(tmp_path / "own.yaml"), str(EXAMPLES / "yantai" / "schedule.yaml")
    day = "2018-01-05"
    assert told("plan", "--solver", "greedy", "--out", own).exit_code == 0
    assert told("audit", "snapshot", "--as-of", day).exit_code == 0
    assert told(*report, "--plan", own).exit_code == 0
    change(programme, schedule={"people": {"on_duty": 10}})
    stale = refusal("--plan", own)
    assert (stale.code, stale.exit_code) == ("schedule.stale", ExitCode.LOCKED)
    # A snapshot's rows are shown with the plan of their time, which need not hold today.
    assert told(*report, "--plan", own, "--snapshot", day).exit_code == 0
    for arguments in (("--plan", foreign), ("--plan", foreign, "--snapshot", day)):
        other = refusal(*arguments)
        assert (other.code, other.exit_code) == ("schedule.other-programme", ExitCode.REFUSED)
