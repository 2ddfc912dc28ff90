"""Files are there whole or not at all, private, and never written through a link."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from orchestrator.adapters.files import ensure_folder, folder_whole, open_own, require_own, write_together, write_whole
from orchestrator.errors import MigrateError


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_has_its_mode_whatever_the_umask_says(tmp_path: Path, mode: int) -> None:
    before = os.umask(0o077)
    try:
        write_whole(tmp_path / "报告.html", "内容", mode=mode)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "报告.html").stat().st_mode) == mode
    assert (tmp_path / "报告.html").read_text(encoding="utf-8") == "内容"
    assert [path.name for path in tmp_path.iterdir()] == ["报告.html"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    link = tmp_path / "out" / "report.html"
    link.parent.mkdir()
    link.symlink_to(precious)
    write_whole(link, "new")
    assert precious.read_text() == "mine"
    assert not link.is_symlink()


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "name").mkdir()
    with pytest.raises(OSError, match="name"):
        write_whole(tmp_path / "name", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["name"]


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a" / "snapshot"
    with pytest.raises(RuntimeError), folder_whole(target) as folder:
        (folder / "half").write_text("")
        raise RuntimeError
    assert list(target.parent.iterdir()) == []
    with folder_whole(target) as folder:
        (folder / "whole").write_text("")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["whole"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o700


def test_a_folder_that_is_new_is_there_with_all_its_files_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="b/c"):
        write_together(tmp_path / "new", {"a": b"1", "b/c": b"2"})
    assert list(tmp_path.iterdir()) == []

    before = os.umask(0o077)
    try:
        write_together(tmp_path / "new", {"a": b"1" * 100_000, "b": b""}, mode=0o640)
    finally:
        os.umask(before)
    assert {path.name: len(path.read_bytes()) for path in tmp_path.glob("new/*")} == {"a": 100_000, "b": 0}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("new/*")} == {0o640}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_files_of_a_folder_that_is_there_are_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "kept").write_text("kept")
    (folder / "a").symlink_to(precious)

    write_together(folder, {"a": b"1"})

    assert {path.name: path.read_text() for path in folder.iterdir()} == {"a": "1", "kept": "kept"}
    assert precious.read_text() == "mine"


@pytest.mark.parametrize("there", ["link", "dangling", "file"])
def test_files_are_not_written_through_a_link_to_a_folder(tmp_path: Path, there: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    if there == "file":
        (tmp_path / "folder").write_text("")
    else:
        (tmp_path / "folder").symlink_to(tmp_path / ("elsewhere" if there == "link" else "nowhere"))

    with pytest.raises(MigrateError):
        write_together(tmp_path / "folder", {"a": b"1"})

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "dangling", "file", "pipe"])
def test_a_folder_is_no_link_and_no_file(tmp_path: Path, kind: str) -> None:
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "place"
    elsewhere.mkdir()
    put(place, kind, elsewhere)
    with pytest.raises(MigrateError) as refused:
        ensure_folder(place)
    assert refused.value.code == "file.not-a-folder"
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "dangling", "second-name", "folder", "pipe", "socket", "stranger"])
def test_a_file_of_ours_is_no_link_no_other_kind_and_no_others(tmp_path: Path, kind: str) -> None:
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "place"
    elsewhere.write_text("mine")
    put(place, kind, elsewhere)
    for look in (require_own, lambda path: open_own(path, os.O_RDWR | os.O_CREAT)):
        with pytest.raises(MigrateError) as refused:
            look(place)
        assert refused.value.code == "state.not-ours"
    assert elsewhere.read_text() == "mine"


def put(place: Path, kind: str, elsewhere: Path) -> None:
    match kind:
        case "link":
            place.symlink_to(elsewhere)
        case "dangling":
            place.symlink_to(elsewhere / "none")
        case "second-name":
            os.link(elsewhere, place)
        case "file":
            place.write_text("")
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case "socket":
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(place))
        case "stranger":  # the tests run as root
            place.write_text("")
            os.chown(place, 12345, 12345)
