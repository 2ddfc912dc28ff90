"""Real guests: killed while one boots, while it is configured, and before it is verified; and hostile text."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Quickstart, processes_naming
from tests.e2e.site import Entry, lab_cloud, make_site

# Daily, the quickstart brings real guests up, and hostile text goes over a real sshd (tests/integration).
pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

CANARY = "migrate-e2e-canary"
TEMPLATE = f"{{{{ lookup('ansible.builtin.pipe', 'touch /tmp/{CANARY}') }}}}"
EXECUTES = f"{TEMPLATE}$(touch /tmp/{CANARY})`touch /tmp/{CANARY}`"
# Every free-text column of the systems sheet; identifiers and choices refuse such text when the list is read.
TEXT_COLUMNS = (
    "name",
    "subsystem",
    "function",
    "approver",
    "legal_basis",
    "fund_source",
    "filing_no",
    "owner",
    "vendor",
    "om_vendor",
    "responsible",
    "mlps_filing",
    "scope",
    "location",
    "interfaces",
    "approval_no",
    "remarks",
)


def is_ssh(pid: int) -> bool:
    """Tell whether a process is an OpenSSH client; one that has just ended is taken for one."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "ssh"
    except OSError:
        return True


def test_killed_three_times_with_hostile_text_in_every_column(quickstart: Quickstart, tmp_path: Path) -> None:
    del quickstart
    site = make_site(
        tmp_path / "programme",
        "real",
        [{"system_id": "R-1", **{column: f"{column} {EXECUTES}\n- hosts: all" for column in TEXT_COLUMNS}}],
        [{"server_id": "R-1-WEB", "system_id": "R-1", "workload": "nginx", "role": TEMPLATE, "openings": "80/tcp"}],
        clouds={"public-service": lab_cloud()},
    )
    canary = Path("/tmp") / CANARY
    canary.unlink(missing_ok=True)

    def started(verb: str) -> Callable[[Entry], bool]:
        return lambda entry: entry["kind"] == "step.started" and entry["data"]["step"] == verb

    def is_task(entry: Entry) -> bool:
        return bool(entry["kind"] == "task")

    try:
        site.kill_at("batch", "1", "--yes", when=started("await_guests"))
        site.kill_at("batch", "1", "--yes", when=is_task)
        site.kill_at("batch", "1", "--yes", when=started("verify"))
        site.run("batch", "1", "--yes")
        assert [run["status"] for run in site.ask("status", "1")["systems"]] == ["done"]
        assert len(site.objects()["public-service/server"]) == 1
        # An idle SSH connection to the guest is kept for a minute; nothing else may outlive the run, and it neither.
        assert [pid for pid in processes_naming(str(site.folder)) if not is_ssh(pid)] == []
        deadline = time.monotonic() + 120
        while processes_naming(str(site.folder)) and time.monotonic() < deadline:
            time.sleep(2)
        assert processes_naming(str(site.folder)) == []

        (address,) = site.addresses().values()
        with urllib.request.urlopen(f"http://{address}/", timeout=30) as page:
            assert "R-1" in page.read().decode("utf-8")
        assert not canary.exists(), "list text was executed on the controller"
        found = subprocess.run(
            [
                "ssh",
                "-i",
                str(site.folder / ".migrate" / "guest_ed25519"),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "ConnectTimeout=30",
                f"debian@{address}",
                f"ls /tmp/{CANARY} /root/{CANARY} 2>/dev/null; sudo find / -xdev -name {CANARY}",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert found.stdout == "", "list text was executed on the guest"
        assert found.returncode == 0, found.stderr
    finally:
        site.clear()
