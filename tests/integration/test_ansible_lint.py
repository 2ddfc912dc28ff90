"""Rendered playbooks and the roles pass Ansible's own judges."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
PLAYBOOKS = ROOT / "playbooks"
BIN = Path(sys.executable).parent
GOLDEN = sorted((ROOT / "tests" / "golden" / "render").glob("*/*/playbook.yml"))


def run(*argv: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "ANSIBLE_CONFIG": str(PLAYBOOKS / "ansible.cfg"),
        "ANSIBLE_HOME": "/tmp/ansible-home",
    }
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "playbook",
    # The one with everything is enough for a day.
    [pytest.param(path, marks=() if path.parts[-3] == "everything" else pytest.mark.nightly) for path in GOLDEN],
    ids=[path.parts[-3] for path in GOLDEN],
)
def test_a_rendered_playbook_passes_the_syntax_check_and_the_production_profile(playbook: Path) -> None:
    inventory = str(playbook.with_name("inventory.yml"))
    checked = run("ansible-playbook", "--syntax-check", "-i", inventory, str(playbook))
    assert checked.returncode == 0, checked.stderr
    files = [playbook.name, "vars.yml", "inventory.yml"]
    linted = run("ansible-lint", "--offline", "-c", str(PLAYBOOKS / ".ansible-lint"), *files, folder=playbook.parent)
    assert linted.returncode == 0, linted.stdout
    processed = re.search(r"in (\d+) files processed .* passed", linted.stdout + linted.stderr)
    assert processed, linted.stderr
    assert int(processed[1]) >= len(files), "ansible-lint looked at other files than those it was given"


@pytest.mark.nightly  # by day `script/test static` runs the same
def test_the_roles_pass_the_production_profile() -> None:
    linted = run("ansible-lint", "--offline", folder=PLAYBOOKS)
    assert linted.returncode == 0, linted.stdout
    assert "Profile 'production' was required, and it passed" in linted.stdout + linted.stderr


def test_there_are_golden_playbooks() -> None:
    assert len(GOLDEN) >= 2


def test_no_role_hands_text_to_a_shell() -> None:
    """`!unsafe` keeps Ansible from templating a value; only `argv` keeps a shell from reading it."""
    for path in (PLAYBOOKS / "roles").rglob("tasks/*.yml"):
        text = path.read_text()
        assert not re.search(r"\bshell:|(?<!changed_)(?<!failed_)\bwhen:", text), path
