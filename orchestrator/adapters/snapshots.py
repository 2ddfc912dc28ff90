"""Dated snapshots of a programme's rows and definitions: written once, never changed, checked when read.

A snapshot is a folder `snapshots/YYYY-MM-DD` of the programme with `census.json`, `definitions.json` and
`manifest.json`, which holds the SHA-256 of each and of every report as it was on that day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.files import folder_whole, write_whole
from orchestrator.checks.audit.question import Definitions, plain_census
from orchestrator.errors import Refused
from orchestrator.model.canonical import canonical
from orchestrator.model.census import Census

_CENSUS, _DEFINITIONS, _MANIFEST = "census.json", "definitions.json", "manifest.json"


def snapshot_path(folder: Path, day: date) -> Path:
    """Return where a day's snapshot is, or would be."""
    return folder / "snapshots" / day.isoformat()


def save_snapshot(
    folder: Path, day: date, census: Census, definitions: Definitions, reports: Mapping[str, str]
) -> tuple[Path, bool]:
    """Keep a day's rows, definitions and the digests of its reports; return the folder and whether it is new.

    Raises:
        Refused: `audit.snapshot-exists`: there is another snapshot of that day. It is what was reported
            then, so it is not replaced.
    """
    files = {_CENSUS: f"{canonical(plain_census(census))}\n", _DEFINITIONS: f"{canonical(definitions)}\n"}
    manifest = {
        "files": {name: _digest(text) for name, text in files.items()},
        "reports": {name: _digest(text) for name, text in reports.items()},
    }
    files[_MANIFEST] = f"{canonical(manifest)}\n"
    path = snapshot_path(folder, day)
    if path.exists():
        if any(not (path / name).is_file() or (path / name).read_text("utf-8") != text for name, text in files.items()):
            raise Refused("audit.snapshot-exists", path=str(path))
        return path, False
    with folder_whole(path) as aside:
        for name, text in files.items():
            write_whole(aside / name, text)
    return path, True


def load_snapshot(folder: Path, day: date) -> tuple[Census, Definitions, Mapping[str, str]]:
    """Return a day's rows, its definitions, and the digest of each report made then.

    Raises:
        Refused: `audit.no-snapshot`, or `audit.snapshot-damaged` when a file is not what it was.
    """
    path = snapshot_path(folder, day)
    if not path.is_dir():
        known = ", ".join(sorted(one.name for one in path.parent.glob("[0-9]*"))) if path.parent.is_dir() else ""
        raise Refused("audit.no-snapshot", day=day.isoformat(), known=known or "—")
    try:
        manifest = json.loads((path / _MANIFEST).read_text("utf-8"))
        texts = {name: (path / name).read_text("utf-8") for name in (_CENSUS, _DEFINITIONS)}
        damaged = [name for name, text in texts.items() if manifest["files"][name] != _digest(text)]
        if damaged:
            raise Refused("audit.snapshot-damaged", path=str(path), file=", ".join(damaged))
        census = TypeAdapter(Census).validate_json(texts[_CENSUS])
        definitions = TypeAdapter(Definitions).validate_json(texts[_DEFINITIONS])
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise Refused("audit.snapshot-damaged", path=str(path), file=type(error).__name__) from error
    return census, definitions, dict(manifest["reports"])


def snapshot_days(folder: Path) -> tuple[date, ...]:
    """Return the days that there are snapshots of, the earliest first."""
    found = []
    for path in (folder / "snapshots").glob("[0-9]*"):
        try:
            found.append(date.fromisoformat(path.name))
        except ValueError:
            continue  # somebody's own folder: no snapshot has such a name
    return tuple(sorted(found))


def snapshot_digests(folder: Path) -> dict[str, str]:
    """Return one digest, over all files, for each snapshot of a programme, by its day."""
    found: dict[str, str] = {}
    for path in sorted((folder / "snapshots").glob("[0-9]*")):
        files = {one.name: sha256(one.read_bytes()).hexdigest() for one in sorted(path.glob("*")) if one.is_file()}
        found[path.name] = _digest(canonical(files))
    return found


def report_digest(text: str) -> str:
    """Return the digest a snapshot keeps of a report."""
    return _digest(text)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
