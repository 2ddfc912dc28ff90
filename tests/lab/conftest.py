"""The lab's driver is a program of its own beside the package; its modules are found here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from migrate_lab.cloud import Cloud

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "inventories" / "lab"))


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the driver a state and a cache of the test's own."""
    monkeypatch.setenv("MIGRATE_LAB", str(tmp_path / "state"))
    monkeypatch.setenv("MIGRATE_LAB_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """Bring `dr` up."""
    from migrate_lab import packages
    from migrate_lab.cloud import Cloud
    from migrate_lab.main import main

    packages.check_machine()
    cloud = Cloud("dr")
    found, running = cloud.folder.exists(), cloud.box.pid is not None
    assert main(["up", "dr", "--no-sources"]) == 0
    yield cloud
    if not running:
        assert main(["down" if found else "destroy", "dr"]) == 0
