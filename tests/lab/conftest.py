"""The lab's driver is a program of its own beside the package; its modules are found here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "inventories" / "lab"))


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the driver a state and a cache of the test's own."""
    monkeypatch.setenv("MIGRATE_LAB", str(tmp_path / "state"))
    monkeypatch.setenv("MIGRATE_LAB_CACHE", str(tmp_path / "cache"))
    return tmp_path
