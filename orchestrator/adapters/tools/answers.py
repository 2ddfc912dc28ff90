"""What a tool may answer, verb by verb: its words are another's, and are looked at before anything is believed.

Keys that nobody knows, numbers of no size, text that a terminal would obey: such an answer is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

CONTRACT = 1
MOST = 1024 * 1024  # bytes of one answer


def _shown(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("text", "has characters that nobody sees")
    return text


Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_shown)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
Position = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:,/+-]{1,200}$")]
Number = Annotated[int, Field(ge=0, le=1 << 62)]
Seconds = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class Answer(BaseModel):
    """An object of exactly these keys; `said` is for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    said: Line = ""


class Described(Answer):
    """What a tool is.

    Attributes:
        carries: what it moves, for people.
        verbs: all that it has.
        back: whether the source follows the target once that is open, so that a rollback loses nothing.
    """

    contract: Literal[1]
    carries: Line
    version: Line = ""
    verbs: Annotated[list[Word], Field(max_length=50)]
    back: bool


class Found(BaseModel):
    """One thing that a preflight found."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    code: Word
    weight: Literal["blocks", "warns"]
    subject: Line = ""
    text: Line


class Preflighted(Answer):
    """What stands in the way, and what a person must know."""

    findings: Annotated[list[Found], Field(max_length=200)]


class Status(Answer):
    """How far the copy is; what nobody can tell is null."""

    state: Literal["waiting", "copying", "following"]
    bytes_done: Number
    bytes_all: Number
    lag_bytes: Number | None
    lag_seconds: Seconds | None


class Proved(Answer):
    """Whether a client's write is refused at the side that is left, and where that side stands."""

    fenced: bool
    position: Position


class Arrived(Answer):
    """How far the side that opens has everything of the side that is left."""

    position: Position


class Decided(Answer):
    """Which was first."""

    decision: Literal["open", "back"]


class Compared(BaseModel):
    """One comparison of both sides."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Word
    status: Literal["pass", "fail", "unknown"]
    subject: Line = ""
    text: Line = ""


class Verified(Answer):
    """What was compared; nothing compared is no answer."""

    checks: Annotated[list[Compared], Field(min_length=1, max_length=200)]


class Rehearsed(Answer):
    """What a rehearsal saw, and for how long writers would have been refused."""

    gap_seconds: Seconds
    checks: Annotated[list[Compared], Field(min_length=1, max_length=200)]


class Left(Answer):
    """What of a rehearsal could not be taken away."""

    left: Annotated[list[Line], Field(max_length=200)]


REQUIRED: Mapping[str, type[Answer]] = {
    "describe": Described,
    "preflight": Preflighted,
    "prepare": Answer,
    "seed": Answer,
    "status": Status,
    "freeze": Answer,
    "prove": Proved,
    "last": Arrived,
    "decide": Decided,
    "open": Answer,
    "unfreeze": Answer,
    "settle": Answer,
    "verify": Verified,
    "drop": Answer,
}
OPTIONAL: Mapping[str, type[Answer]] = {"reverse": Answer, "rehearse": Rehearsed, "unrehearse": Left}


def read(verb: str, said: bytes) -> Answer | None:
    """Return an answer; None where it is not of the verb's form."""
    shape = REQUIRED.get(verb) or OPTIONAL[verb]
    try:
        found = shape.model_validate_json(said)
        json.loads(said, object_pairs_hook=_once)
    except (ValidationError, ValueError, RecursionError):
        return None
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)
