"""Approvals with real signatures: made by one person, judged by the programme, believed in nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.approvals import FOLDER, approvals, approve
from orchestrator.errors import Refused
from orchestrator.model.moving import Act, Approval

pytestmark = pytest.mark.integration

NOW = datetime(2026, 12, 4, 20, 0, tzinfo=UTC)
WANTED = Approval(
    programme="lab",
    system="SH-002",
    act=Act.CUTOVER,
    digest="d" * 64,
    actor="reviewer@desk",
    made=NOW,
    expires=NOW + timedelta(hours=12),
)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path / "reviewer")


@pytest.fixture
def approvers(tmp_path: Path, key: Path) -> Path:
    path = tmp_path / "approvers"
    public = key.with_name(f"{key.name}.pub").read_text()
    path.write_text(f'reviewer@gov namespaces="migrate-approval" {public}')
    return path


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def read(folder: Path, approvers: Path) -> list[tuple[str, str]]:
    return [(each.principal, each.fault) for each in approvals(folder, "lab", approvers)]


def test_what_was_approved_is_read_back(tmp_path: Path, key: Path, approvers: Path) -> None:
    path = approve(tmp_path, WANTED, slug="sh-002", key=key)
    (found,) = approvals(tmp_path, "lab", approvers)
    assert (found.principal, found.fault, found.file) == ("reviewer@gov", "", path.name)
    assert (found.digest, found.made, found.expires) == (WANTED.digest, WANTED.made, WANTED.expires)


def test_no_key_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        approve(tmp_path, WANTED, slug="sh-002", key=tmp_path / "nobody")
    assert not (tmp_path / FOLDER).exists()


def test_a_stranger_approves_nothing(tmp_path: Path, approvers: Path) -> None:
    approve(tmp_path, WANTED, slug="sh-002", key=make_key(tmp_path / "stranger"))
    assert read(tmp_path, approvers) == [("", "signature.unknown-signer")]


def doctored(text: str) -> str:
    return text.replace("SH-002", "SH-003")


def longer(text: str) -> str:
    return text.replace("2026-12-05", "2027-12-05")


@pytest.mark.parametrize("change", [doctored, longer])
def test_a_changed_word_is_a_wrong_signature(
    tmp_path: Path, key: Path, approvers: Path, change: Callable[[str], str]
) -> None:
    path = approve(tmp_path, WANTED, slug="sh-002", key=key)
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "document": change(kept["document"])}))
    assert read(tmp_path, approvers) == [("", "signature.wrong")]


def test_an_approval_of_another_programme_is_none_here(tmp_path: Path, key: Path, approvers: Path) -> None:
    approve(tmp_path, WANTED, slug="sh-002", key=key)
    (found,) = approvals(tmp_path, "other", approvers)
    assert (found.principal, found.fault) == ("", "other-programme")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"document": "{}", "signature": ""}', "[" * 50_000, '{"document": 1}']
)
def test_what_is_no_approval_is_told(tmp_path: Path, approvers: Path, text: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"sh-002.cutover.{'d' * 12}.json").write_text(text)
    assert read(tmp_path, approvers) == [("", "unreadable")]


def test_a_link_is_not_followed(tmp_path: Path, key: Path, approvers: Path) -> None:
    path = approve(tmp_path, WANTED, slug="sh-002", key=key)
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    assert read(tmp_path, approvers) == [("", "unreadable")]
