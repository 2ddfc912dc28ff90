"""A cloud in memory, a process of its own: `memory_cloud.py FOLDER`; `clouds.yaml` and `calls` are written there.

Real HTTP and real waits: every answer takes `ANSWER` seconds, every build `BUILD`, however often it is looked at.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import yaml

from benchmarks.lab import CLOUD
from tests.fake_openstack import FakeOpenStack

ANSWER, BUILD = 0.03, 3.0
_PLENTY = 1_000_000


def main() -> None:
    """Serve until we are ended; every request is a line of `calls`."""
    folder = Path(sys.argv[1])
    with (folder / "calls").open("w", buffering=1) as calls:

        def watch(method: str, path: str) -> None:
            calls.write(f"{method} {path}\n")
            time.sleep(ANSWER)

        cloud = FakeOpenStack(polls=0, build_seconds=BUILD, zone="fake", watch=watch)
        cloud.quotas = dict.fromkeys(cloud.quotas, _PLENTY)
        with cloud:
            path = cloud.clouds_yaml(folder / "clouds.yaml")
            found = yaml.safe_load(path.read_text(encoding="utf-8"))
            path.write_text(yaml.safe_dump({"clouds": {CLOUD: found["clouds"]["fake"]}}), encoding="utf-8")
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            threading.Event().wait()


if __name__ == "__main__":
    main()
