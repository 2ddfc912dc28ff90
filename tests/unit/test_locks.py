"""The locks hold what pyproject.toml asks for, with hashes, and name no registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPO = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
BUILD = [line for line in (REPO / "requirements/build.in").read_text().splitlines() if not line.startswith("#")]


def locked(name: str) -> dict[str, list[str]]:
    """Return package → its locked versions; there may be one for each range of Python versions."""
    found: dict[str, list[str]] = {}
    for line in (REPO / f"requirements/{name}.lock").read_text(encoding="utf-8").splitlines():
        if pinned := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", line):
            found.setdefault(canonicalize_name(pinned[1]), []).append(pinned[2])
    return found


def wanted(name: str) -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"] if name == "dev" else {}
    texts = [*PROJECT["project"]["dependencies"], *BUILD, *(text for extra in extras.values() for text in extra)]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_range_is_locked_inside_it(name: str) -> None:
    pins = locked(name)
    outside = [
        f"{requirement} locked at {version or 'nothing'}: run script/lock"
        for requirement in wanted(name)
        for version in pins.get(canonicalize_name(requirement.name), [""])
        if not version or not requirement.specifier.contains(version, prereleases=True)
    ]
    assert outside == []


def test_what_is_tested_is_what_a_user_gets() -> None:
    tested = locked("dev")
    assert {name: versions for name, versions in locked("run").items() if tested.get(name) != versions} == {}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_everything_has_a_hash_and_nothing_an_address(name: str) -> None:
    text = (REPO / f"requirements/{name}.lock").read_text(encoding="utf-8")
    pinned = [block for block in re.split(r"\n(?=\S)", text) if re.match(r"\S+==", block)]
    assert pinned
    assert [block.splitlines()[0] for block in pinned if "--hash=sha256:" not in block] == []
    assert "://" not in text
