"""Runs the tool's playbook runner on rendered systems: `configure.py IDENTITY AT_A_TIME FOLDER…`."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.ansible.runner import AnsibleRunner
from orchestrator.model.result import PlaybookResult


def main() -> None:
    """Run them; a failed run ends us."""
    identity, at_a_time, folders = Path(sys.argv[1]), int(sys.argv[2]), [Path(text) for text in sys.argv[3:]]
    with tempfile.TemporaryDirectory(prefix="bench-state-") as state, ThreadPoolExecutor(at_a_time) as pool:
        runner = AnsibleRunner(Path(state), identity)

        def configure(folder: Path) -> PlaybookResult:
            return runner.run(folder, deadline=timedelta(minutes=10), cancelled=lambda: False, tell=lambda _: None)

        for result in pool.map(configure, folders):
            if result.status != "ok":
                sys.exit(f"{result.status}: {result.failures}")


if __name__ == "__main__":
    main()
