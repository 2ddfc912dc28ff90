"""What a program of its own says: in the language that was asked for alone, and in what its terminal can show."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orchestrator.cli.main import migrate
from orchestrator.reporting.catalogue.usage import TEXTS

pytestmark = pytest.mark.integration

REPO = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"\{[^}]*\}|%\(\w+\)s")


def said(lang: str) -> Any:
    """Return what all commands say in a language, as a program of its own says it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.usage_pages"],
        cwd=REPO,
        env={**os.environ, "LC_ALL": "C.UTF-8", "MIGRATE_LANG": lang},
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def latin(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z][\w-]*\w", text))


def test_with_zh_no_english_word_of_clicks_is_left() -> None:
    told = said("zh")
    known = {word for text in told["ours"] for word in latin(text)}
    known |= {word for _, chinese in TEXTS.values() for word in latin(PLACEHOLDER.sub("", chinese))}
    assert len(told["said"]) > 300, "the walk must find the commands"
    left = {call: sorted(latin(text) - known - latin(call) - {"migrate"}) for call, text in told["said"].items()}
    assert {call: words for call, words in left.items() if words} == {}


def test_with_en_nothing_is_chinese() -> None:
    assert [call for call, text in said("en")["said"].items() if CHINESE.search(text)] == []


def test_a_problem_of_the_list_is_shown_on_a_gbk_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    assert CliRunner().invoke(migrate, ["init", str(folder), "--from", "lab"]).exit_code == 0
    (folder / "bad.csv").write_text("system_id,unit,name,secrecy\nS-1,u,m,−1\n", encoding="utf-8")
    declaration = folder / "programme.yaml"
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text(text.replace("[migration-list.xlsx]", "[bad.csv]"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from orchestrator.cli.main import main; main()", "-C", folder, "list", "check"],
        env={**os.environ, "PYTHONIOENCODING": "gbk", "MIGRATE_LANG": "zh"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    table = done.stdout.decode("gbk")
    assert "| x | bad.csv!D2 " in table
    assert "| -1 " in table
