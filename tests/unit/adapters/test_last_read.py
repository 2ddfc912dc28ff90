"""What is kept of a programme and its list: it holds for the very bytes that were read, and for nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestrator.adapters import last_read
from orchestrator.adapters.last_read import Known, LastRead
from orchestrator.errors import MigrateError

LIST = "list.csv"
KNOWN = Known(slug="lab", here=True, batches=(1, 2), members={1: frozenset({"YT-001", "鲁-2"})})


@pytest.fixture
def kept(tmp_path: Path) -> LastRead:
    (tmp_path / "programme.yaml").write_text("programme: lab\n")
    (tmp_path / LIST).write_text("系统编号\n")
    (tmp_path / ".migrate").mkdir(mode=0o700)
    kept = LastRead(tmp_path / ".migrate" / "last-read.json", tmp_path)
    kept.keep(KNOWN, kept.digests([LIST]))
    return kept


def test_what_was_kept_is_known_again(kept: LastRead) -> None:
    assert kept.known() == KNOWN


@pytest.mark.parametrize("members", [None, {}])
def test_a_list_that_cannot_be_read_is_not_one_without_systems(
    kept: LastRead, members: dict[int, frozenset[str]] | None
) -> None:
    kept.keep(Known(slug="lab", here=True, batches=(1,), members=members), kept.digests([LIST]))

    found = kept.known()

    assert found is not None
    assert found.members == members


@pytest.mark.parametrize("name", ["programme.yaml", LIST])
@pytest.mark.parametrize("gone", [False, True])
def test_one_byte_more_and_nothing_is_known(kept: LastRead, tmp_path: Path, name: str, gone: bool) -> None:
    file = tmp_path / name
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"\n", b" "))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # as long and as old as before
    if gone:
        file.unlink()

    assert kept.known() is None


def test_another_tool_knows_nothing(kept: LastRead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_read, "__version__", "0.0.0")

    assert kept.known() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"tool": 1, "files": []}', "\udcff"])
def test_what_is_not_ours_to_read_is_not_known(kept: LastRead, tmp_path: Path, text: str) -> None:
    (tmp_path / ".migrate" / "last-read.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    assert kept.known() is None


def test_a_link_in_its_place_is_refused_and_not_followed(kept: LastRead, tmp_path: Path) -> None:
    file = tmp_path / ".migrate" / "last-read.json"
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")

    with pytest.raises(MigrateError) as refused:
        kept.known()

    assert refused.value.code == "state.not-ours"


def test_nothing_is_made_where_nothing_ever_ran(tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text("programme: lab\n")
    kept = LastRead(tmp_path / ".migrate" / "last-read.json", tmp_path)

    kept.keep(KNOWN, {"programme.yaml": "0"})

    assert not kept.digests([LIST])
    assert kept.known() is None
    assert [path.name for path in tmp_path.iterdir()] == ["programme.yaml"]


def test_nothing_is_written_through_a_link_to_another_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".migrate").symlink_to(tmp_path / "elsewhere")
    kept = LastRead(tmp_path / ".migrate" / "last-read.json", tmp_path)

    kept.keep(KNOWN, {"programme.yaml": "0"})

    assert not kept.digests([LIST])
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_list_of_unheard_length_is_not_kept(kept: LastRead, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_read, "_MOST_BYTES", 3)

    assert not kept.digests([LIST])
    assert kept.known() is None
