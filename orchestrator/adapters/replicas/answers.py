"""Shapes of what database servers answer: a claim of another machine, and what does not fit is no answer."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestrator.errors import MigrateError
from orchestrator.model.replica import Beat
from orchestrator.ports.move import Session

_DIRECTORY = re.compile(r"/[^\x00-\x1f\x7f]{0,500}")
_FREE = re.compile(r"^\S.*\s+(\d{1,18})\s+\d{1,3}%\s+/", re.MULTILINE)

Count = Annotated[int, Field(ge=0, le=1 << 63)]
Seconds = Annotated[float, Field(ge=-1e11, le=1e11, allow_inf_nan=False)]
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Setting = Annotated[str, StringConstraints(max_length=4000)]
Directory = Annotated[str, StringConstraints(max_length=1000)]


class Answer(BaseModel):
    """What a question is answered by, and nothing besides."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Beat(Answer):
    n: Annotated[int, Field(ge=-(1 << 63), le=1 << 63)]
    ts: Seconds


Shape = TypeVar("Shape", bound=Answer)


def read(shape: type[Shape], answer: str, what: str) -> Shape:
    """Return an answer of a shape.

    Raises:
        MigrateError: `dr.answer`: it has another one.
    """
    try:
        return shape.model_validate_json(answer)
    except ValidationError:
        raise MigrateError("dr.answer", what=what) from None


def shaped(shape: type[Shape], told: Mapping[str, str], what: str) -> Shape:
    """Return words of an answer as a shape.

    Raises:
        MigrateError: `dr.answer`: they have another one.
    """
    try:
        return shape.model_validate(told)
    except ValidationError:
        raise MigrateError("dr.answer", what=what) from None


def read_beat(answer: str) -> Beat | None:
    """Return the heartbeat's row; None where there is none."""
    return Beat(**read(_Beat, answer, "heartbeat").model_dump()) if answer.strip() else None


def there(session: Session, directory: str, name: str, seconds: float) -> bool | None:
    """Tell whether a server's folder has a file, by its client's own shell; None where nobody told."""
    if not _DIRECTORY.fullmatch(directory):
        return None
    folder = shlex.quote(directory)
    text = f"if [ -x {folder} ]; then if [ -e {folder}/{name} ]; then echo there; else echo absent; fi; fi"
    return {"there": True, "absent": False}.get(session.ask(f"\\! {text}", seconds).strip())


def free_under(session: Session, directory: str, seconds: float) -> int | None:
    """Return the bytes free under a server's folder, by its client's own shell; None where nobody told."""
    if not _DIRECTORY.fullmatch(directory):
        return None
    found = _FREE.search(session.ask(f"\\! LC_ALL=C df -Pk -- {shlex.quote(directory)}", seconds))
    return int(found[1]) * 1024 if found else None
