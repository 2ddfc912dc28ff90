"""`migrate plan` and `migrate cutover-plan` on the seed programme of Yantai, as a person calls them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from orchestrator import resources
from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.intake.reader import read_list
from orchestrator.cli.main import migrate
from orchestrator.errors import ExitCode, Locked, Refused
from orchestrator.planning.placement import place_all
from tests.schedule_checker import violations

pytestmark = pytest.mark.integration

SCHEMAS = Path(__file__).parents[2] / "orchestrator" / "schemas"


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(migrate, ["-C", str(folder), *arguments])


def answer(result: Result, schema: str = "plan") -> Any:
    """Return the JSON of a result that satisfies the shipped schema."""
    told = json.loads(result.output)
    shipped = json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))
    assert [error.message for error in jsonschema.Draft202012Validator(shipped).iter_errors(told)] == []
    return told


def declare(folder: Path, **keys: object) -> None:
    """Set keys of the programme's `schedule:`, whatever the seed says there."""
    path = folder / "programme.yaml"
    declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    declared["schedule"] |= keys
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def yantai(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programme") / "yantai"
    shutil.copytree(resources.path("seeds") / "yantai", folder)
    declare(folder, people={"on_duty": 12}, per_window={"systems": 16, "servers": 40, "data_gib": 8000})
    result = run(folder, "plan", "--solver", "greedy", "--out", str(folder / "schedule.yaml"))
    assert result.exit_code == 0, result.output
    return folder


def plan_of(folder: Path, name: str = "schedule.yaml") -> Mapping[str, Any]:
    return cast(Mapping[str, Any], yaml.safe_load((folder / name).read_text(encoding="utf-8")))


def checked(folder: Path, plan: Mapping[str, Any]) -> list[str]:
    programme = load_programme(folder)
    listing, problems = read_list(folder, programme)
    assert problems == ()
    found, _ = place_all(programme, listing)
    return violations(plan, programme, listing, tuple(placement for _, placement in found))


def test_the_seed_as_it_is_committed_can_be_planned(tmp_path: Path) -> None:
    folder = resources.path("seeds") / "yantai"
    out = tmp_path / "schedule.json"
    assert run(folder, "plan", "--solver", "greedy", "--out", str(out)).exit_code == 0
    assert checked(folder, json.loads(out.read_text(encoding="utf-8"))) == []


def test_yantais_516_systems_of_51_units_keep_every_rule(yantai: Path) -> None:
    plan = plan_of(yantai)
    assert sum(batch["systems"] for batch in plan["batches"]) == 516
    assert [len(batch["units"]) for batch in plan["batches"]] == [26, 13, 12]
    assert checked(yantai, plan) == []


def test_cpsat_is_not_worse_and_keeps_every_rule(yantai: Path) -> None:
    out = yantai / "better.yaml"
    result = run(
        yantai,
        "plan",
        "--solver",
        "cpsat",
        "--seconds",
        "8",
        "--out",
        str(out),
        "--diff",
        str(yantai / "schedule.yaml"),
    )
    assert result.exit_code == 0, result.output
    greedy, better = plan_of(yantai), plan_of(yantai, "better.yaml")
    assert [goal["value"] for goal in better["goals"]] <= [goal["value"] for goal in greedy["goals"]]
    assert all(goal["bound"] <= goal["value"] for goal in better["goals"])
    assert checked(yantai, better) == []


def test_json_gives_the_same_plan(yantai: Path) -> None:
    result = run(yantai, "plan", "--solver", "greedy", "-o", "json")
    assert answer(result)["digest"] == plan_of(yantai)["digest"]


def test_a_plan_holds_until_an_input_changes_and_is_then_refused_everywhere(yantai: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(yantai, folder)
    file = str(folder / "schedule.yaml")
    assert answer(run(folder, "plan", "--check", file, "-o", "json"))["current"] is True
    declare(folder, people={"on_duty": 6})
    for arguments in (("plan", "--check", file), ("cutover-plan", "--batch", "1", "--plan", file)):
        error = run(folder, *arguments).exception
        assert isinstance(error, Locked)
        assert (error.code, error.exit_code) == ("schedule.stale", ExitCode.LOCKED)
    result = run(folder, "plan", "--solver", "greedy", "--diff", file, "-o", "json")
    diff = answer(result)["diff"]
    assert diff["changed_inputs"] == ["rules"]
    assert {move["why"] for move in diff["moves"]} <= {
        "schedule.diff.later",
        "schedule.diff.earlier",
        "schedule.diff.group",
    }
    assert diff["moves"]


@pytest.mark.parametrize("option", ["--diff", "--check"])
def test_a_plan_of_another_programme_is_refused(yantai: Path, tmp_path: Path, option: str) -> None:
    folder = tmp_path / "other"
    shutil.copytree(yantai, folder)
    path = folder / "programme.yaml"
    path.write_text(path.read_text("utf-8").replace("programme: yantai", "programme: other"), encoding="utf-8")
    result = run(folder, "plan", "--solver", "greedy", option, str(folder / "schedule.yaml"))
    assert isinstance(result.exception, Refused)
    assert (result.exception.code, result.exception.values["programme"]) == ("schedule.other-programme", "yantai")


def test_an_infeasible_programme_is_explained_in_one_screen_and_exits_4(yantai: Path, tmp_path: Path) -> None:
    folder = tmp_path / "late"
    shutil.copytree(yantai, folder)
    declare(folder, start="2018-02-14")
    result = run(folder, "plan", "--solver", "greedy")
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.output.splitlines()) <= 24
    told = answer(run(folder, "plan", "--solver", "greedy", "-o", "json"))
    assert told["feasible"] is False
    assert told["conflicts"][0]["code"] == "schedule.too-few-nights"
    assert told["conflicts"][0]["values"]["nights"] == "6"  # 02-22 … 02-27


def test_the_cutover_plan_of_a_batch_and_of_a_system_is_written(yantai: Path, tmp_path: Path) -> None:
    result = run(yantai, "cutover-plan", "--batch", "2", "--out", str(tmp_path), "-o", "json")
    assert result.exit_code == 0, result.output
    told = answer(result, "cutover-plan")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cutover-batch-2.docx", "cutover-batch-2.html"]
    systems = [system["system"] for night in told["plan"]["nights"] for system in night["systems"]]
    assert len(systems) == 131
    html = (tmp_path / "cutover-batch-2.html").read_text(encoding="utf-8")
    assert all(system in html for system in systems)
    one = run(yantai, "cutover-plan", "--system", systems[0], "--out", str(tmp_path), "--format", "html", "-o", "json")
    assert [
        system["system"] for night in answer(one, "cutover-plan")["plan"]["nights"] for system in night["systems"]
    ] == systems[:1]


def test_one_night_of_a_batch_is_written_alone_and_another_night_is_refused(yantai: Path, tmp_path: Path) -> None:
    whole = answer(run(yantai, "cutover-plan", "--batch", "2", "-o", "json"), "cutover-plan")
    nights = whole["plan"]["nights"]
    evening = nights[1]["evening"]
    arguments = ("cutover-plan", "--batch", "2", "--out", str(tmp_path), "--night")
    one = answer(run(yantai, *arguments, evening, "-o", "json"), "cutover-plan")
    assert one["plan"]["nights"] == nights[1:2]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"cutover-batch-2-{evening}.docx", f"cutover-batch-2-{evening}.html"
    ]  # fmt: skip
    text = (tmp_path / f"cutover-batch-2-{evening}.html").read_text(encoding="utf-8")
    other = {system["system"] for night in nights if night["evening"] != evening for system in night["systems"]}
    assert all(system["system"] in text for system in nights[1]["systems"])
    assert not [system for system in other if system in text]
    error = run(yantai, *arguments, "2018-02-16").exception
    assert isinstance(error, Refused)
    assert (error.code, error.values["night"]) == ("cutover.no-night", "2018-02-16")


@pytest.mark.parametrize(
    "arguments", [(), ("--batch", "1", "--system", "YT-S-0001"), ("--batch", "1", "--format", "pdf")]
)
def test_wrong_usage_is_told(yantai: Path, arguments: tuple[str, ...]) -> None:
    assert run(yantai, "cutover-plan", *arguments).exit_code == ExitCode.USAGE
