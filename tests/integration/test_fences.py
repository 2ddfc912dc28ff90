"""A statement on a fence is believed as it was signed, by a key of an approver, or not at all."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.fences import FAILBACK, FENCE, read_fence, state_fence
from orchestrator.model.failover import FenceStatement

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
STATEMENT = FenceStatement(
    programme="p", system="S-1", server="10.0.1.5:5432", did="拔掉电源 power off", since=NOW, actor="second@office",
    made=NOW, expires=NOW + timedelta(hours=1),
)  # fmt: skip


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "second", "-f", str(key)], check=True)
    (tmp_path / "approvers").write_text(f"second@office {key.with_suffix('.pub').read_text()}")
    state_fence(tmp_path / "fence", STATEMENT, key=key)
    return tmp_path


def test_what_was_signed_is_read_with_who_signed_it(signed: Path) -> None:
    assert read_fence(signed / "fence", signed / "approvers") == replace(STATEMENT, principal="second@office")


def test_who_agreed_to_a_failback_did_not_fence_anything_nor_the_other_way(signed: Path) -> None:
    state_fence(signed / "agreed", STATEMENT, key=signed / "key", what=FAILBACK)
    assert read_fence(signed / "agreed", signed / "approvers", FAILBACK).principal == "second@office"
    for file, what in (("agreed", FENCE), ("fence", FAILBACK)):
        assert read_fence(signed / file, signed / "approvers", what).fault == "unreadable"


def test_a_changed_word_is_not_what_was_signed(signed: Path) -> None:
    file = signed / "fence"
    file.write_text(file.read_text().replace("S-1", "S-2"))
    assert read_fence(file, signed / "approvers").fault == "signature.wrong"


def test_a_key_of_nobody_counts_for_nothing(signed: Path) -> None:
    (signed / "approvers").write_text("")
    assert read_fence(signed / "fence", signed / "approvers").fault == "signature.unknown-signer"
    assert read_fence(signed / "fence", signed / "none").fault == "signature.no-signers"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"document": "{}", "signature": ""}', "[" * 5000, '{"document": 1}'])
def test_what_is_no_statement_is_unreadable(tmp_path: Path, text: str) -> None:
    (tmp_path / "fence").write_text(text)
    assert read_fence(tmp_path / "fence", tmp_path / "approvers").fault == "unreadable"
    assert read_fence(tmp_path / "nowhere", tmp_path / "approvers").fault == "unreadable"
