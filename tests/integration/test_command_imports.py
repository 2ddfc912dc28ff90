"""What commands load that only read: a second of imports is most of what a small answer costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator import resources

pytestmark = pytest.mark.integration

# Libraries that take 0.05 s or more, and are for what a command does and not for what it reads.
HEAVY = (
    "ansible",
    "ansible_runner",
    "dbos",
    "docx",
    "openpyxl",
    "openstack",
    "ortools",
    "paramiko",
    "psycopg",
    "sqlalchemy",
)
ASK = """
import os, sys
from orchestrator.cli.main import main
sys.argv = ["migrate", *sys.argv[2:]]
heavy = {heavy!r}
def leave(code, leave=os._exit):
    print(" ".join(["loaded:", *sorted(set(heavy) & set(sys.modules))]), file=sys.stderr)
    sys.stderr.flush()
    leave(code)
os._exit = leave
main()
"""


@pytest.mark.parametrize(
    "command",
    [
        ["list", "check"],
        ["classify"],
        ["place"],
        ["status", "1"],
        ["batch", "1", "--dry-run", "--offline"],
    ],
    ids=" ".join,
)
def test_a_command_that_only_reads_loads_no_library_that_acts(command: list[str], tmp_path: Path) -> None:
    assert loaded(programme(tmp_path), command, HEAVY) == []


def test_a_status_loads_what_reads_a_list_only_when_a_byte_has_changed(tmp_path: Path) -> None:
    reading = ("pydantic", "python_calamine", "yaml")
    folder = programme(tmp_path)
    (folder / ".migrate").mkdir(mode=0o700)

    assert loaded(folder, ["list", "check"], reading) == [*reading]
    assert loaded(folder, ["status", "1"], (*reading, *HEAVY)) == []

    with (folder / "programme.yaml").open("a") as stream:
        stream.write("\n")
    assert "yaml" in loaded(folder, ["status", "1"], reading)


def programme(folder: Path) -> Path:
    """Return a folder with the lab's programme, without what its clouds are."""
    made = folder / "programme"
    made.mkdir()
    for path in (resources.path("seeds") / "lab").iterdir():
        if path.is_file():
            (made / path.name).write_bytes(path.read_bytes())
    return made


def loaded(folder: Path, command: list[str], libraries: tuple[str, ...]) -> list[str]:
    """Return which of some libraries a command has loaded at its end."""
    said = subprocess.run(
        [sys.executable, "-c", ASK.format(heavy=libraries), "-", "-C", str(folder), *command, "-o", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return said.stderr.splitlines()[-1].split()[1:]
