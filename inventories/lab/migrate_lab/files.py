"""Where the lab keeps things, and how it writes them so that a kill leaves the old file or the new one, never half."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template

DATA = Path(__file__).resolve().parent.parent
"""The folder with the templates: `inventories/lab`."""


def state() -> Path:
    """Return the state root, made if absent; it holds passwords and keys, so only root may enter."""
    return _private(Path(os.environ.get("MIGRATE_LAB", "/var/lib/migrate-lab")))


def cache() -> Path:
    """Return the cache root, made if absent; everything below it can be deleted and built again."""
    return _private(Path(os.environ.get("MIGRATE_LAB_CACHE", "/var/cache/migrate-lab")))


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder.resolve()


def write(path: Path, text: str, mode: int = 0o644) -> bool:
    """Write a file atomically; return False when it was so already."""
    if path.is_file() and path.stat().st_mode & 0o777 == mode and path.read_text() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as stream:
        os.fchmod(descriptor, mode)
        stream.write(text)
    Path(name).replace(path)
    return True


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill the `${NAME}` placeholders; a name without a value is an error, not an empty string."""
    return Template(template).substitute(values)


def key_of(*parts: str | bytes | Path) -> str:
    """Return a short content hash: of texts, of files and of whole folders (their names included)."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            for file in sorted(p for p in part.rglob("*") if p.is_file()) if part.is_dir() else [part]:
                if "__pycache__" not in file.parts:
                    digest.update(file.relative_to(part.parent).as_posix().encode() + b"\0" + file.read_bytes())
        else:
            digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def prune(current: Path, *, used: Collection[Path] = ()) -> None:
    """Delete the older builds of the same kind that nothing uses."""
    kind = current.name.rpartition("-")[0]
    for older in current.parent.glob(f"{kind}-*"):
        if older != current and older not in used:
            shutil.rmtree(older)


@contextmanager
def built(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside the target and rename it there when the block ends well.

    The lab's lock is held, so what an earlier, killed build has left is nobody's.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        yield work
        work.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
