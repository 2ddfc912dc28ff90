"""Passes over a disk that is a file here, through the very door that a source has."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.movers.rehost import passes
from orchestrator.adapters.movers.rehost.observe import told
from orchestrator.adapters.movers.rehost.shell import program

CHUNK = 64 * 1024
SIZE = 10 * CHUNK + 512  # the last chunk is a short one


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    disk = tmp_path / "disk"
    disk.write_bytes(os.urandom(4 * CHUNK) + bytes(4 * CHUNK) + os.urandom(SIZE - 8 * CHUNK))
    return disk


@pytest.fixture
def keeper(tmp_path: Path, disk: Path) -> Path:
    return kept(tmp_path, f"disk={shlex.quote(str(disk))}\nchunk={CHUNK}\n{program('door.sh')}")


def kept(tmp_path: Path, door: str) -> Path:
    """Make a keeper's folder; its line leads to that door."""
    folder = tmp_path / "keeper"
    folder.mkdir(exist_ok=True)
    (tmp_path / "door").write_text(door)
    ways = {"size": SIZE, "chunk": CHUNK, "door": ["sh", str(tmp_path / "door")]}
    (folder / "told.json").write_text(json.dumps(ways))
    return folder


def crossed(folder: Path) -> list[int]:
    """Return how many bytes each pass brought."""
    return [int(line.split()[-1]) for line in (folder / "passes").read_text().splitlines()]


def test_what_is_empty_does_not_cross_and_a_later_pass_brings_what_changed(disk: Path, keeper: Path) -> None:
    assert passes.main("pass", keeper) == "done"
    assert (keeper / "disk.raw").read_bytes() == disk.read_bytes()
    with disk.open("r+b") as file:
        file.seek(2 * CHUNK + 5)
        file.write(b"changed")
        file.seek(3 * CHUNK)
        file.write(bytes(CHUNK))  # emptied
        file.seek(10 * CHUNK)
        file.write(b"at the end")
    passes.main("pass", keeper)
    assert (keeper / "disk.raw").read_bytes() == disk.read_bytes()
    assert (keeper / "disk.raw").stat().st_blocks * 512 < 8 * CHUNK, "what is empty takes no room"
    assert crossed(keeper) == [SIZE - 4 * CHUNK, CHUNK + 512]
    assert (keeper / "seeded").exists()


def test_both_sides_are_read_whole(disk: Path, keeper: Path) -> None:
    passes.main("live", keeper)
    digests = [hashlib.sha256(disk.read_bytes()[at : at + CHUNK]).digest() for at in range(0, SIZE, CHUNK)]
    alike = passes.main("same", keeper)
    assert alike == {"differ": 0, "some": [], "chunks": 11, "digest": hashlib.sha256(b"".join(digests)).hexdigest()}
    # What is known of the copy is not asked: it is read.
    with (keeper / "disk.raw").open("r+b") as file:
        file.seek(5 * CHUNK)
        file.write(b"x")
    unlike = passes.main("same", keeper)
    assert isinstance(unlike, dict)
    assert (unlike["differ"], unlike["some"]) == (1, [5])


def test_whoever_is_killed_between_two_writes_leaves_a_chunk_that_crosses_anew(disk: Path, keeper: Path) -> None:
    passes.main("pass", keeper)
    copy = passes.Copy(keeper, SIZE, CHUNK)

    def killed() -> Iterator[tuple[int, bytes]]:
        yield 1, b"half a chunk"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy.put(killed(), (), (1, 2))
    assert [copy.known(number) for number in (1, 2)] == [passes.UNKNOWN, passes.UNKNOWN]
    passes.main("pass", keeper)
    assert (keeper / "disk.raw").read_bytes() == disk.read_bytes()
    assert crossed(keeper)[1] == 2 * CHUNK


def test_a_disk_of_another_size_is_copied_anew(disk: Path, keeper: Path) -> None:
    passes.main("pass", keeper)
    ways = json.loads((keeper / "told.json").read_text())
    (keeper / "told.json").write_text(json.dumps({**ways, "size": SIZE + CHUNK}))
    with disk.open("ab") as file:
        file.write(bytes(CHUNK))
    passes.main("pass", keeper)
    assert (keeper / "disk.raw").read_bytes() == disk.read_bytes()


def test_two_passes_at_once_are_refused(keeper: Path) -> None:
    with passes.alone(keeper), pytest.raises(passes.BrokenError, match="under way"):
        passes.main("pass", keeper)


@pytest.mark.parametrize(
    ("door", "said"),
    [
        ("exit 1", "no sum of chunk 0"),
        ("echo 'Last login: yesterday'", "no sum of chunk 0"),
        ("yes '../../../etc/passwd  -'", "no sum of chunk 0"),
        (f"yes {'a' * 1000} | tr -d '\\n'", "no sum of chunk 0"),
        (f"read -r _; yes '{'a' * 64}  -' | head -n 11; read -r _; printf short", "5 of 65536 bytes of chunk 0"),
    ],
)
def test_a_source_that_says_something_else_ends_the_pass(tmp_path: Path, door: str, said: str) -> None:
    folder = kept(tmp_path, door)
    with pytest.raises(passes.BrokenError, match=f"{said}|the line to the source ended"):
        passes.main("pass", folder)
    assert not (folder / "seeded").exists()
    assert passes.Copy(folder, SIZE, CHUNK).known(0) == passes.UNKNOWN


@pytest.mark.parametrize("asked", ["sums 0 x", "read ../1", "read -1", "sums 0 1;id 2", "write 1", "read"])
def test_the_door_does_nothing_else(tmp_path: Path, keeper: Path, asked: str) -> None:
    del keeper
    line = passes.Source(["sh", str(tmp_path / "door"), "serve"], SIZE, CHUNK)
    line._send(f"{asked}\n")
    with pytest.raises(passes.BrokenError):
        next(line.sums(0, 1))
    line.close()


def test_a_look_that_was_cut_short_tells_no_list() -> None:
    lines = ["arch x86_64", "size 12", "size x", "foreign sdb1 /srv", "strange word", "sector 512"]
    assert told(lines) == {"arch": "x86_64", "size": 12, "sector": 512}
    assert told([*lines, "looked whole"])["foreign"] == ["sdb1 /srv"]
    assert told([*lines, "looked whole"])["holder"] == []


def test_what_the_source_calls_itself_moves_no_cursor() -> None:
    assert told(["os \x1b[2JDebian\t12"]) == {"os": "?[2JDebian 12"}


def test_the_last_pass_brings_what_changed_and_reads_the_copy_too(disk: Path, keeper: Path) -> None:
    passes.main("live", keeper)
    with disk.open("r+b") as file:
        file.seek(3 * CHUNK)
        file.write(b"late")
    whole = hashlib.sha256()
    for at in range(0, SIZE, CHUNK):
        whole.update(hashlib.sha256(disk.read_bytes()[at : at + CHUNK]).digest())
    assert passes.main("last", keeper) == {"differ": 0, "chunks": 11, "bytes": CHUNK, "digest": whole.hexdigest()}
    assert (keeper / "disk.raw").read_bytes() == disk.read_bytes()
    with (keeper / "disk.raw").open("r+b") as file:
        file.seek(5 * CHUNK)
        file.write(b"x")
    with pytest.raises(passes.BrokenError, match="chunk 5"):
        passes.main("last", keeper)
