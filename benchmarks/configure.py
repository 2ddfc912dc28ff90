"""Runs the tool's playbook runner on a rendered system, time after time: `configure.py FOLDER IDENTITY TIMES`."""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.ansible.runner import AnsibleRunner


def main() -> None:
    """Run it; a failed run ends us."""
    folder, identity, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="bench-state-") as state:
        runner = AnsibleRunner(Path(state), identity)
        for _ in range(times):
            result = runner.run(folder, deadline=timedelta(minutes=10), cancelled=lambda: False, tell=lambda _: None)
            if result.status != "ok":
                sys.exit(f"{result.status}: {result.failures}")


if __name__ == "__main__":
    main()
