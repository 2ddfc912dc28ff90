"""Every command that shows input, on inputs made to command a terminal: on a real one, and in a pipe."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.cli.main import COMMANDS
from orchestrator.errors import ExitCode
from orchestrator.reporting.visible import HIDDEN
from tests.command_site import CLOUDS, MIGRATE, command_site, server_of

pytestmark = pytest.mark.integration

# A clipboard write, a cleared screen, a link, a C1 colour, an override, a separator, a tag, a forged line.
EVIL = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x1b]8;;http://x\x1b\\\x9b31m\u202e\u2028\u200b\U000e0041\r\nerror [x] y"
# What a command line, an environment and a file's name can hold of it.
NAME = EVIL.replace("/", "")
# Colours, and what a table that moves is made with.
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*[AHKJG])|\r")

ON_A_LIST = [
    ("list", "check"),
    ("list", "check", "-o", "json"),
    ("list", "check", "--errors-out", "out"),
    ("list", "show"),
    ("list", "template", "--out", NAME),
    ("list", "from", NAME),
    ("list", "from", "list.yaml", "--mapping", NAME),
    ("classify",),
    ("place",),
    ("place", "--explain", NAME),
    ("batch", "1", "--dry-run", "--offline"),
    ("batch", "1", "--dry-run", "--offline", "--system", NAME),
    ("render", "1", "--out", NAME),
    ("plan",),
    ("plan", "--out", NAME),
    ("cutover-plan", "--batch", "1", "--out", NAME),
    ("cutover-plan", "--batch", "1", "--plan", NAME, "--out", "x"),
    ("audit", "figures"),
    ("audit", "rooms"),
    ("audit", "snapshot", "--as-of", NAME),
    ("audit", "compare", NAME, NAME),
    ("report", "--out", NAME),
    ("schema", NAME),
    ("sources", "check"),
    ("dr", "check", "--all"),
    ("dr", "drill", NAME),
    ("dr", "prepare", NAME),
    ("dr", "drop", NAME, "--confirm", NAME),
    ("dr", "failover", NAME, "--fenced-by", NAME),
    ("dr", "fenced", NAME, "--did", NAME, "--key", NAME, "--out", NAME),
    ("dr", "failback", NAME, "--agreed-by", NAME),
    ("dr", "agree", NAME, "--why", NAME, "--key", NAME, "--out", NAME),
    ("dr", "record", NAME),
    ("dr", "record", "S-1", "--drill", NAME, "--out", NAME),
    ("dr", "check", NAME, "--prometheus", NAME),
    ("external", "check", NAME, "--source", NAME, "--target", NAME, "--option", NAME),
    ("external", "check", "absent", "--source", NAME, "--target", NAME, "--option", f"name={NAME}", "--yes"),
    ("status", "1"),
    ("worker", "--name", NAME),
    ("worker", "--serves", NAME),
    ("verify", "1", "--system", NAME),
    ("repin", "1", "--system", NAME),
    ("preflight", "1", "--system", NAME),
    ("preflight", "1", "--html", NAME),
    ("cancel", "1", "--system", NAME),
    ("cutover", NAME, "--dry-run"),
    ("rollback", NAME, "--yes"),
    ("retire", NAME, "--confirm", NAME),
    ("drop", NAME, "--dry-run"),
    ("drop", NAME, "--confirm", NAME),
    ("give-back", NAME),
    ("image", NAME, "--cloud", NAME),
    ("callers", NAME),
    ("callers", NAME, "--confirm", NAME, "--note", NAME),
    ("board", "-o", "json"),
    ("board", "--name", NAME, "-o", "json"),
    ("board", "--bind", NAME),
    ("approve", NAME, "--digest", NAME, "--key", NAME),
    ("state", "backup", NAME),
    ("state", "take-over", "--cloud", NAME),
    ("evidence", "show", "--file", NAME),
    ("evidence", "verify", "--file", NAME, "--head", NAME),
    ("doctor",),
    ("init", "--from", NAME, "new"),
    ("init", NAME),
    ("lab", NAME),
    (NAME,),
    (f"--{NAME}",),
    ("batch", NAME),
    ("batch", "1", f"--{NAME}"),
    ("retry", "1", "--system", "S-1", "--from", NAME),
    ("gc", f"--{NAME}"),
]


def told(folder: Path, arguments: tuple[str, ...], *, lang: str = "en") -> str:
    """Return what a command says in a pipe and on a terminal, without what is ours; it never ends in 70."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MIGRATE_LANG": lang, "SUDO_USER": NAME, "TERM": "xterm"}
    command = [*MIGRATE, "-C", str(folder), *arguments]
    beside = folder.parent  # what a command is told to write goes there
    piped = subprocess.run(
        command, capture_output=True, env=environment, stdin=subprocess.DEVNULL, timeout=60, cwd=beside
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment, cwd=beside
    ) as process:
        os.close(theirs)
        screen = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert ExitCode.UNEXPECTED not in {piped.returncode, process.returncode}, (piped.stderr, screen)
    return (piped.stdout + piped.stderr).decode() + OURS.sub("", screen.decode())


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # EIO: the other end was closed
        return b""


def innocent(text: str) -> None:
    found = HIDDEN.search(text)
    assert not found, text[max(0, found.start() - 80) : found.end() + 80].encode("unicode_escape")
    assert not re.search(r"^error \[x\]", text, re.MULTILINE), "a value forged a line"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("gate") / f"p{NAME}"
    with command_site(folder, {"S-1": f"甲局{EVIL}", f"S-2{EVIL}": "乙局"}) as site:
        yield site.folder


@pytest.mark.parametrize("arguments", ON_A_LIST, ids=lambda words: " ".join(words).replace(NAME, "EVIL"))
def test_nothing_of_a_list_a_name_or_the_environment_commands_a_terminal(
    hostile: Path, arguments: tuple[str, ...]
) -> None:
    innocent(told(hostile, arguments))


def test_every_command_is_tried() -> None:
    assert {words[0] for words in ON_A_LIST} >= set(COMMANDS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("programme.yaml", f"programme: bench\n{json.dumps(EVIL)}: 1\n"),
        pytest.param("programme.yaml", f"programme: {json.dumps(EVIL)}\n", marks=pytest.mark.nightly),
        ("list.yaml", f"systems:\n - {json.dumps(EVIL)}: {json.dumps(EVIL)}\n"),
        pytest.param("list.yaml", f"{json.dumps(EVIL)}: []\n", marks=pytest.mark.nightly),
        pytest.param("list.yaml", "systems: \x1b[2J", marks=pytest.mark.nightly),
        ("clouds.yaml", f"clouds: {{{json.dumps(EVIL)}: {{}}}}\n"),
    ],
)
def test_nothing_of_a_yaml_key_or_value_commands_a_terminal(tmp_path: Path, name: str, text: str) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as site:
        (site.folder / name).write_text(text, encoding="utf-8")
        for arguments in (("list", "check"), ("doctor",), ("batch", "1", "--dry-run")):
            innocent(told(site.folder, arguments, lang="zh"))


def test_headers_and_cells_of_a_csv_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as site:
        declaration = site.folder / "programme.yaml"
        declaration.write_text(declaration.read_text().replace("list.yaml", "list.csv"), encoding="utf-8")
        head = "系统编号,单位名称（全称）,系统名称,涉密分类\n"
        cell = f'"{EVIL}"'
        (site.folder / "list.csv").write_text(f"{head[:-1]},{cell}\n{cell},{cell},{cell},{cell}\n", encoding="utf-8")
        shown = told(site.folder, ("list", "check"))
        innocent(shown)
        assert "\\u001b]52;c;ZXZpbA==" in shown


def test_what_a_cloud_says_is_shown_and_not_obeyed_at_once_and_later(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as site:
        site.clouds[CLOUDS[0]].failing[server_of("S-1")] = EVIL
        for arguments in (
            ("batch", "1", "--yes"),
            ("status", "1"),
            ("retry", "1", "--system", "S-1"),
            ("evidence", "show"),
            ("evidence", "show", "-o", "json"),
            ("batch", "1", "--dry-run"),
            ("gc",),
            ("doctor",),
        ):
            shown = told(site.folder, arguments)
            innocent(shown)
        answers = site.ask("evidence", "show", "--last", "1000")
        assert EVIL in [answer["data"]["error"].get("fault") for answer in answers if answer["kind"] == "step.failed"]
