"""Starts the lab's driver, a program of its own; knows where it is and nothing of what it does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from orchestrator import resources


def run(arguments: Sequence[str]) -> int:
    """Run the driver to its end, its lines passing straight to the terminal, and return its exit code."""
    driver = resources.path("inventories") / "lab"
    # the data folder may belong to an installed package: nothing is compiled into it
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen([sys.executable, str(driver), *arguments], env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the driver was interrupted as well and says itself what that means
