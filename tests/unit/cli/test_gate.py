"""One gate to the terminal: nobody goes around it, and nothing hidden passes."""

from __future__ import annotations

import ast
import io
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

import orchestrator
from orchestrator.cli import streams
from orchestrator.cli.console import CleanConsole, on
from orchestrator.cli.usage import complaint
from orchestrator.reporting.visible import HIDDEN

PACKAGE = Path(orchestrator.__file__).parent
GATE = {"cli/streams.py", "cli/console.py"}
# The keeper speaks JSON to the process that started it, over a pipe; what runs on a disk's keeper answers a session.
OTHERS = {
    "adapters/ansible/keeper.py": {"print"},
    "adapters/ansible/warm.py": {"sys.stdout", "sys.stderr"},
    "adapters/movers/rehost/fitting.py": {"sys.stdout"},
    "adapters/movers/rehost/passes.py": {"sys.stdout"},
}
PRINTS = {"print", "input", "Console", "CleanConsole", "get_console"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
CLICKS = {"echo", "secho", "confirm", "prompt", "clear", "pause", "echo_via_pager", "progressbar", "getchar"}


# Only what names one of these needs to be parsed.
NAMES = re.compile(r"\b(?:" + "|".join(sorted({*PRINTS, "sys", "click", "rich"})) + r")\b")


def ways_out(source: str) -> Iterator[str]:
    """Give what a module could reach the terminal by."""
    if not NAMES.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PRINTS:
            yield node.func.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            if (node.value.id == "sys" and node.attr in STREAMS) or (node.value.id == "click" and node.attr in CLICKS):
                yield name
        elif isinstance(node, ast.ImportFrom) and node.module in {"sys", "click", "rich", "rich.console"}:
            yield from (each.name for each in node.names if each.name in {*STREAMS, *CLICKS, "print", "print_json"})


@pytest.mark.parametrize(
    "source",
    [
        "print('x')",
        "import sys\nsys.stdout.write('x')",
        "import click\nclick.echo('x')",
        "from click import echo",
        "from rich.console import Console\nConsole(stderr=True)",
    ],
)
def test_the_guard_sees_a_way_around(source: str) -> None:
    assert list(ways_out(source))


def test_no_other_module_reaches_the_terminal() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): set(ways_out(path.read_text(encoding="utf-8")))
        for path in PACKAGE.rglob("*.py")
    }
    around = {name: ways - OTHERS.get(name, set()) for name, ways in found.items() if name not in GATE}
    assert {name: ways for name, ways in around.items() if ways} == {}


def gate(monkeypatch: pytest.MonkeyPatch) -> tuple[io.StringIO, io.StringIO]:
    """Close the gate before two streams in memory."""
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    streams.close_gate()
    return out, err


def test_whoever_writes_by_himself_meets_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = gate(monkeypatch)
    sys.stdout.write("a\x1b[2J\n")
    click.echo("b\x9b31m")
    click.echo("c\u202e", err=True)
    sys.stderr.write(warnings.formatwarning("d\x1b]52;c;eA==\x07", UserWarning, "file\x1b[1m.py", 1))
    sys.excepthook(ValueError, ValueError("e\x1b[31m\u2028"), None)
    assert not HIDDEN.search(out.getvalue() + err.getvalue())
    assert out.getvalue() == "a\\u001b[2J\nb\\u009b31m\n"
    for shown in ("c\\u202e", "d\\u001b]52;c;eA==\\u0007", "file\\u001b[1m.py", "e\\u001b[31m\\u2028"):
        assert shown in err.getvalue()


def test_what_the_gate_itself_writes_is_escaped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = gate(monkeypatch)
    table = Table("h\x1bx", title="t\x9b")
    table.add_row("[link=http://x]c[/link] :key: \\u001b", Text("\u202ed", style="bold"))
    streams.show(["line \\u001b \x1b", table])
    for shown in (
        "line \\\\u001b \\u001b",
        "h\\u001bx",
        "t\\u009b",
        "[link=http://x]c[/link] :key: \\\\u001b",
        "\\u202ed",
    ):
        assert shown in out.getvalue()
    assert not HIDDEN.search(out.getvalue())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


CSI = r"\x1b\[[0-9;]*m"


@given(st.text(st.one_of(st.characters(), st.sampled_from("\x1b[]8;;\x9b\u202e\x07")), max_size=40))
def test_a_terminal_gets_no_control_but_our_own(text: str) -> None:
    screen = Terminal()
    console = on(screen)
    assert isinstance(console, CleanConsole)
    table = Table(text)
    table.add_row(Text(text, style="red"), text)
    console.print(table)
    console.print(Text(text, style="bold").append(text))
    assert not HIDDEN.search(re.sub(CSI, "", screen.getvalue()))


def test_styles_stay_where_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    on(screen).print(Text.assemble(("\x1b", "red"), ("b", "bold")))
    assert screen.getvalue() == "\x1b[31m\\u001b\x1b[0m\x1b[1mb\x1b[0m\n"


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError


def test_a_terminal_that_hung_up_fails_nothing_but_an_answer_that_is_lost_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", Gone())
    monkeypatch.setattr(sys, "stderr", Gone())
    streams.write(("x",), err=True)
    with pytest.raises(OSError):
        streams.write(("x",))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (click.UsageError("No such option: --a\nerror: b\x1b"), "Error: No such option: --a\\u000aerror: b\x1b\n"),
        (click.FileError("c\nd", hint="e"), "Error: Could not open file 'c\\nd': e\n"),
    ],
)
def test_words_of_the_command_line_stay_on_the_line_of_an_error(error: click.ClickException, said: str) -> None:
    assert complaint(error) == said
