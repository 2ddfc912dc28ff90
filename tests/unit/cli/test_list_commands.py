"""`migrate list`, `migrate schema` and `migrate init` as a person calls them."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestrator.cli.main import migrate
from orchestrator.errors import Refused


def run(*arguments: str) -> Result:
    return CliRunner().invoke(migrate, arguments)


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    assert run("init", str(folder), "--from", "lab").exit_code == 0
    return folder


def test_init_makes_a_programme_whose_list_is_clean(programme: Path) -> None:
    assert stat.S_IMODE((programme / ".migrate").stat().st_mode) == 0o700
    result = run("-C", str(programme), "list", "check", "-o", "json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["errors"], answer["warnings"], answer["problems"]) == (0, 0, [])
    assert answer["counts"] == {"systems": 12, "servers": 6, "rooms": 2, "dependencies": 2, "classified": 1}


def test_init_never_writes_over_anything(programme: Path) -> None:
    result = run("init", str(programme))
    assert isinstance(result.exception, Refused)
    assert result.exception.code == "init.not-empty"


def test_init_names_the_seeds(tmp_path: Path) -> None:
    assert "lab" in run("init", "--list").stdout.split()
    result = run("init", str(tmp_path / "x"), "--from", "nowhere")
    assert isinstance(result.exception, Refused)
    assert result.exception.code == "init.unknown-seed"
    assert run("init").exit_code == 2


def test_check_tells_every_problem_and_exits_4(programme: Path) -> None:
    (programme / "bad.csv").write_text("system_id,unit,name,secrecy\nS 1,u,n,no\nS-2,u,m,maybe\n", encoding="utf-8")
    declaration = programme / "programme.yaml"
    declaration.write_text(
        declaration.read_text(encoding="utf-8").replace("[migration-list.xlsx]", "[bad.csv]"), encoding="utf-8"
    )
    result = run("-C", str(programme), "list", "check", "-o", "json")
    assert result.exit_code == 4
    answer = json.loads(result.stdout)
    errors = [problem for problem in answer["problems"] if problem["severity"] == "error"]
    assert [(problem["code"], problem["cell"]) for problem in errors] == [
        ("list.id-form", "A2"),
        ("list.value-domain", "D3"),
    ]
    assert errors[0]["value"] == "S 1"
    assert set(errors[0]["rule"]) == set(errors[0]["remedy"]) == {"en", "zh"}
    assert answer["by_rule"]["list.id-form"] == 1
    table = run("-C", str(programme), "list", "check")
    assert table.exit_code == 4
    assert "bad.csv!A2" in table.stdout
    copy = programme / "marked.csv"
    assert run("-C", str(programme), "list", "check", "--errors-out", str(copy)).exit_code == 4
    assert "list.id-form" not in copy.read_text(encoding="utf-8-sig")
    assert "A2:" in copy.read_text(encoding="utf-8-sig")
    homeless = run("-C", str(programme), "list", "check", "--errors-out", str(programme / "nowhere" / "marked.csv"))
    assert isinstance(homeless.exception, Refused)
    assert homeless.exception.code == "list.copy-unwritable"
    assert "bad.csv!A2" in homeless.stdout
    refused = run("-C", str(programme), "list", "show")
    assert isinstance(refused.exception, Refused)
    assert refused.exception.code == "list.refused"
    assert "bad.csv!A2" in refused.stderr


READING = (
    ("list", "check"),
    ("list", "show"),
    ("classify",),
    ("place",),
    ("batch", "1", "--dry-run", "--offline"),
    ("audit", "rooms"),
    ("audit", "figures"),
    ("plan",),
)


@pytest.mark.parametrize("command", READING, ids=" ".join)
@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("programme: x\ncolour: red\n", "programme.unknown-key"),
        (None, "programme.missing"),
        ("list", "list.missing-file"),
    ],
    ids=["a bad programme", "no programme", "a bad list"],
)
def test_a_refusal_is_json_where_json_was_asked_for(
    command: tuple[str, ...], declared: str | None, code: str, programme: Path
) -> None:
    declaration = programme / "programme.yaml"
    if declared is None:
        declaration.unlink()
    elif declared == "list":
        (programme / "migration-list.xlsx").unlink()
    else:
        declaration.write_text(declared, encoding="utf-8")
    result = run("-C", str(programme), *command, "-o", "json")
    answer = json.loads(result.stdout)
    assert code in {problem["code"] for problem in answer["problems"]}
    assert answer["errors"] == sum(problem["severity"] == "error" for problem in answer["problems"]) > 0
    if "error" in answer:
        assert isinstance(result.exception, Refused)
        assert answer["error"]["code"] == result.exception.code
        assert answer["error"]["exit_code"] == 4
        assert set(answer["error"]["message"]) == set(answer["error"]["remedy"]) == {"en", "zh"}
    else:
        assert command == ("list", "check")
        assert result.exit_code == 4


def test_an_answer_that_was_given_is_not_followed_by_another(programme: Path) -> None:
    command = ("list", "check", "--errors-out", str(programme / "nowhere" / "marked.xlsx"), "-o", "json")
    result = run("-C", str(programme), *command)
    assert isinstance(result.exception, Refused)
    assert json.loads(result.stdout)["problems"] == []


def test_systems_that_no_batch_takes_are_told(programme: Path) -> None:
    declaration = programme / "programme.yaml"
    text = declaration.read_text(encoding="utf-8").replace("[实验市政务服务局, 实验市财政局]", "[实验市财政局]")
    rows = "system_id,unit,name,secrecy,disposition\nS-1,甲局,预算,no,迁移\nS-2,实验市财政局,决算,no,迁移\n"
    (programme / "some.csv").write_text(rows, encoding="utf-8")
    declaration.write_text(text.replace("[migration-list.xlsx]", "[some.csv]"), encoding="utf-8")
    told = json.loads(run("-C", str(programme), "list", "check", "-o", "json").stdout)["problems"]
    (alone,) = [problem for problem in told if problem["code"] == "list.left-out"]
    assert (alone["cell"], alone["severity"], alone["values"]) == ("A2", "warning", {"count": "1", "systems": "S-1"})
    dry = json.loads(run("-C", str(programme), "batch", "2", "--dry-run", "--offline", "-o", "json").stdout)
    assert {"code": "plan.left-out", "values": {"count": "1", "systems": "S-1"}} in dry["notes"]


def test_show_counts(programme: Path) -> None:
    answer = json.loads(run("-C", str(programme), "list", "show", "-o", "json").stdout)
    assert answer["dispositions"] == {"migrate": 6, "retire": 1, "merge": 3, "connect": 1, "retain": 1}
    assert "实验市档案馆" in run("-C", str(programme), "list", "show").stdout


def test_a_bad_declaration_is_told_key_by_key(programme: Path) -> None:
    (programme / "programme.yaml").write_text("programme: x\ncolour: red\n", encoding="utf-8")
    result = run("-C", str(programme), "list", "check")
    assert isinstance(result.exception, Refused)
    assert "programme.yaml!colour" in result.stderr


@pytest.mark.parametrize("what", ["programme", "list"])
def test_schema_is_json(what: str) -> None:
    assert json.loads(run("schema", what).stdout)["$schema"].startswith("https://json-schema.org/")
