"""What commands load that only read: a second of imports is most of what a small answer costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator import resources

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
    folder = tmp_path / "programme"
    folder.mkdir()
    seed = resources.path("seeds") / "lab"
    for path in seed.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    said = subprocess.run(
        [sys.executable, "-c", ASK.format(heavy=HEAVY), "-", "-C", str(folder), *command, "-o", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert said.stderr.splitlines()[-1] == "loaded:"
