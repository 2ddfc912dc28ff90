"""A person's statement on a primary, fenced or to be closed: a document and its signature in one file.

Whoever states it signs with a key that the operator does not have. The file is read as a stranger's:
nothing of it counts before its signature was judged, and what it says is judged by `checks.replicas.failover`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.files import write_whole
from orchestrator.adapters.signatures import sign, verify
from orchestrator.errors import Refused
from orchestrator.model.canonical import canonical
from orchestrator.model.failover import FenceStatement

FENCE, FAILBACK = "migrate-fence", "migrate-failback"  # what is stated: it is fenced; it may be closed
LONGEST = 500  # letters of what was done
_LARGEST = 128 * 1024
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = FenceStatement(
    programme="", system="", server="", did="", since=_NEVER, actor="", made=_NEVER, expires=_NEVER, fault="unreadable"
)
_TEXTS, _MOMENTS = ("programme", "system", "server", "did", "actor"), ("since", "made", "expires")
_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)


def state_fence(path: Path, statement: FenceStatement, *, key: Path, what: str = FENCE) -> None:
    """Sign a statement and write it; see `signatures.sign` for the key.

    Raises:
        Refused: `signature.…`: it could not be signed, and nothing was written.
    """
    told = {name: getattr(statement, name) for name in _TEXTS}
    moments = {name: getattr(statement, name).isoformat() for name in _MOMENTS}
    document = canonical({"kind": f"{what}/1", **told, **moments})
    signature = sign(document.encode(), namespace=what, key=key)
    text = json.dumps({"document": document, "signature": signature.text}, ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n", mode=0o644)


def read_fence(path: Path, approvers: Path, what: str = FENCE) -> FenceStatement:
    """Return the statement of a file, judged by the approvers' file; a faulty one says why."""
    try:
        document, signature = _kept(path)
        statement = _statement(json.loads(document), what)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return _UNREADABLE
    try:
        principal = verify(document.encode(), signature, namespace=what, allowed_signers=approvers)
    except Refused as refusal:
        return replace(statement, fault=refusal.code)
    return replace(statement, principal=principal)


def _kept(path: Path) -> tuple[str, str]:
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise ValueError(path.name)
    kept = json.loads(path.read_text(encoding="utf-8"))
    return str(kept["document"]), str(kept["signature"])


def _statement(document: Mapping[str, Any], what: str) -> FenceStatement:
    if document["kind"] != f"{what}/1":
        raise ValueError(document["kind"])
    texts = {name: document[name] for name in _TEXTS}
    if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts.values()):
        raise TypeError
    try:
        moments = {name: _MOMENT.validate_python(document[name]) for name in _MOMENTS}
    except ValidationError as error:
        raise ValueError from error
    if any(moment.tzinfo is None for moment in moments.values()):
        raise ValueError("without a zone")
    return FenceStatement(**texts, since=moments["since"], made=moments["made"], expires=moments["expires"])
