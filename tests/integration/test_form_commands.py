"""`migrate list template` and `migrate list from` as a person runs them, and the check of what they write."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from orchestrator.errors import ExitCode
from tests.command_site import MIGRATE, command_site

pytestmark = pytest.mark.integration


def migrate(folder: Path, *arguments: str, expect: int = 0) -> str:
    """Run a command in a programme's folder and return its answer."""
    command = [*MIGRATE, "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == expect, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.nightly), "zh"])
def test_a_form_is_written_once_checked_clean_and_is_no_list_to_work_on(tmp_path: Path, lang: str) -> None:
    with command_site(tmp_path / "programme", {"A-1": "甲局"}) as site:
        folder = site.folder
        written = json.loads(migrate(folder, "list", "template", "--lang", lang, "-o", "json"))
        assert Path(written["path"]) == folder / "migration-list.xlsx"
        book = load_workbook(written["path"])
        assert book.sheetnames == [*written["sheets"], written["example"]]

        refused = json.loads(migrate(folder, "list", "template", "--lang", lang, "-o", "json", expect=ExitCode.REFUSED))
        assert refused["error"]["code"] == "form.exists"

        declared = yaml.safe_load((folder / "programme.yaml").read_text(encoding="utf-8"))
        declared["list"] = ["migration-list.xlsx"]
        (folder / "programme.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
        checked = json.loads(migrate(folder, "list", "check", "-o", "json"))
        assert (checked["errors"], checked["warnings"], checked["blank"]) == (0, 0, True)
        assert checked["counts"]["systems"] == 0
        assert "no problems" not in migrate(folder, "list", "check")

        for command in (("list", "show"), ("classify",), ("batch", "1", "--dry-run", "--offline"), ("plan",)):
            refused = json.loads(migrate(folder, *command, "-o", "json", expect=ExitCode.REFUSED))
            assert refused["error"]["code"] == "list.blank"


EXPORT = (
    "VM,Powerstate,Template,CPUs,Memory,Provisioned MiB,Primary IP Address,Application,VM UUID\n"
    "web-01,poweredOn,False,4,8192,102400,10.1.1.11,=1+1,4201\n"
    "web-01,poweredOff,False,4,8192,102400,10.1.1.12,预算系统,4202\n"
    "gold,poweredOff,True,4,8192,102400,,,4203\n"
)
MAPPING = """\
sheets:
  - servers: {name: VM, vcpus: CPUs, ram_mib: {columns: Memory, unit: MB}}
    systems: {name: Application}
fill: {unit: 甲局, secrecy: 非涉密}
"""


def test_an_export_becomes_a_list_that_the_check_reads_and_that_lacks_what_nobody_told(tmp_path: Path) -> None:
    with command_site(tmp_path / "programme", {"A-1": "甲局"}, list=["migration-list.xlsx"]) as site:
        folder, export = site.folder, tmp_path / "export.csv"
        export.write_text(EXPORT, encoding="utf-8-sig")
        drawn = json.loads(migrate(folder, "list", "from", str(export), "-o", "json"))
        assert drawn["counts"] == {"systems": 2, "servers": 2}
        assert drawn["to_fill"] == {"unit": 2, "secrecy": 2}
        assert drawn["unsized"] == {}
        assert drawn["by_rule"] == {"from.stopped": 1, "from.no-server": 1}

        checked = json.loads(migrate(folder, "list", "check", "-o", "json", expect=ExitCode.REFUSED))
        errors = [problem["code"] for problem in checked["problems"] if problem["severity"] == "error"]
        assert errors == ["list.missing-value"] * 4

        (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
        told = ("--mapping", str(tmp_path / "mapping.yaml"), "--out", str(folder / "second.xlsx"))
        migrate(folder, "list", "from", str(export), *told)
        second = load_workbook(folder / "second.xlsx")
        assert second["systems"]["E2"].value == "=1+1"
        assert second["systems"]["E2"].data_type == "s"
        (folder / "migration-list.xlsx").unlink()
        (folder / "second.xlsx").rename(folder / "migration-list.xlsx")
        checked = json.loads(migrate(folder, "list", "check", "-o", "json"))
        assert (checked["errors"], checked["counts"]["servers"]) == (0, 3)


@pytest.mark.parametrize(
    ("name", "mapping", "code"),
    [
        ("export.csv", "sheets: [{servers: {nam: VM}}]", "mapping.invalid"),
        ("export.csv", None, "form.exists"),
        ("absent.csv", None, "from.unreadable"),
        ("strange.csv", None, "from.unrecognised"),
    ],
)
def test_a_refusal_is_an_answer_too_and_writes_nothing(
    tmp_path: Path, name: str, mapping: str | None, code: str
) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    (tmp_path / "strange.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "migration-list.xlsx").write_text("mine", encoding="utf-8")
    told: list[str] = []
    if mapping is not None:
        (tmp_path / "m.yaml").write_text(mapping, encoding="utf-8")
        told = ["--mapping", str(tmp_path / "m.yaml")]
    answer = migrate(tmp_path, "list", "from", str(tmp_path / name), *told, "-o", "json", expect=ExitCode.REFUSED)
    refused = json.loads(answer)
    assert refused["error"]["code"] == code
    assert all(problem["remedy"][lang] for problem in refused["problems"] for lang in ("en", "zh"))
    assert (tmp_path / "migration-list.xlsx").read_text(encoding="utf-8") == "mine"
