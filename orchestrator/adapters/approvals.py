"""Approvals as files in the programme's folder: a document and its signature, put there by the second person.

They are not in `.migrate`: whoever approves needs no right on the operator's state, and signs with a key that the
operator does not have. A file is read as a stranger's: nothing of it counts before its signature was judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.files import ensure_folder, write_whole
from orchestrator.adapters.signatures import sign, verify
from orchestrator.errors import Refused
from orchestrator.model.canonical import canonical
from orchestrator.model.moving import Act, Approval

FOLDER = "approvals"
NAMESPACE = "migrate-approval"
_KIND = "migrate-approval/1"
_LARGEST = 128 * 1024
_NAME = re.compile(r"[a-z0-9-]{1,64}\.(cutover|rollback|retire)\.[0-9a-f]{12}\.json")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = Approval(
    programme="", system="", act=Act.CUTOVER, digest="", actor="", made=_NEVER, expires=_NEVER, fault="unreadable"
)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)


def approve(folder: Path, approval: Approval, *, slug: str, key: Path) -> Path:
    """Sign an approval and put it into the programme's folder; return the file.

    Args:
        folder: the programme's.
        approval: what is approved.
        slug: of the system, for the file's name.
        key: of whoever approves; see `signatures.sign`.

    Raises:
        Refused: `signature.…`: it could not be signed, and nothing was written.
    """
    document = canonical(
        {
            "kind": _KIND,
            "programme": approval.programme,
            "system": approval.system,
            "act": str(approval.act),
            "digest": approval.digest,
            "actor": approval.actor,
            "made": approval.made.isoformat(),
            "expires": approval.expires.isoformat(),
        }
    )
    signature = sign(document.encode(), namespace=NAMESPACE, key=key)
    ensure_folder(folder / FOLDER, mode=0o755)
    path = folder / FOLDER / f"{slug}.{approval.act}.{approval.digest[:12]}.json"
    text = json.dumps({"document": document, "signature": signature.text}, ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n", mode=0o644)
    return path


def approvals(folder: Path, programme: str, approvers: Path) -> tuple[Approval, ...]:
    """Return every approval in the programme's folder, judged by the approvers' file; a faulty one says why."""
    found = folder / FOLDER
    if not found.is_dir():
        return ()
    return tuple(_read(sorted(found.glob("*.json")), programme, approvers))


def _read(paths: list[Path], programme: str, approvers: Path) -> Iterator[Approval]:
    for path in paths:
        try:
            document, signature = _kept(path)
            approval = _approval(json.loads(document), path)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            yield replace(_UNREADABLE, file=path.name)
            continue
        if approval.programme != programme:
            yield replace(approval, fault="other-programme")
            continue
        try:
            # Judged by who may approve now: a key that was taken back since cannot be dated back.
            principal = verify(document.encode(), signature, namespace=NAMESPACE, allowed_signers=approvers)
        except Refused as refusal:
            yield replace(approval, fault=refusal.code)
        else:
            yield replace(approval, principal=principal)


def _kept(path: Path) -> tuple[str, str]:
    if not _NAME.fullmatch(path.name) or path.is_symlink() or path.stat().st_size > _LARGEST:
        raise ValueError(path.name)
    kept = json.loads(path.read_text(encoding="utf-8"))
    return str(kept["document"]), str(kept["signature"])


def _approval(document: Mapping[str, Any], path: Path) -> Approval:
    if document["kind"] != _KIND:
        raise ValueError(document["kind"])
    try:
        made, expires = (_MOMENT.validate_python(document[name]) for name in ("made", "expires"))
    except ValidationError as error:
        raise ValueError from error
    if made.tzinfo is None or expires.tzinfo is None:
        raise ValueError("without a zone")
    texts = {name: document[name] for name in ("programme", "system", "digest", "actor")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError
    return Approval(**texts, act=Act(document["act"]), made=made, expires=expires, file=path.name)
