"""The claim: how a cloud says which state folder works on a programme there. What it says is a cloud's answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestrator.errors import TakenOver
from orchestrator.model.cloud import CloudIdentity

_SCHEME = "migrate-claim:"
# Longer than any claim of ours: a programme's name has 20 characters, a user's here 32, a machine's 63.
_LONGEST = 255
_FORM = re.compile(
    r"(?P<state>[0-9a-f]{32})/(?P<since>[0-9]{8}T[0-9]{6}Z)/(?P<who>[A-Za-z0-9._-]{1,32}@[A-Za-z0-9._-]{1,63})"
    r"/(?P<place>[0-9a-f]{12})"
)
_STAMP = "%Y%m%dT%H%M%SZ"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whose a programme is on one cloud. One that cannot be read is somebody's all the same, and nobody's name.

    Attributes:
        state: id of the state folder; empty if the claim cannot be read, and so are the next three.
        since: when it was made, by the clock of who made it.
        who: `user@host`, each in a narrow set of characters.
        place: a digest of machine and folder: two copies of one state folder have one id and two places.
        id: the claim's own, on its cloud; empty before it is made.
    """

    programme: str
    state: str = ""
    since: datetime | None = None
    who: str = ""
    place: str = ""
    id: str = ""

    def text(self) -> str:
        """Return the claim in the form it has on a cloud; `read_claim` is the way back."""
        since = f"{self.since or _NEVER:{_STAMP}}"
        return f"{_SCHEME}{self.programme}/{self.state}/{since}/{self.who}/{self.place}"

    def told(self) -> dict[str, str]:
        """Return what people and records are told of it."""
        since = self.since.isoformat(timespec="seconds") if self.since else "?"
        return {"id": self.id, "state": self.state or "?", "since": since, "who": self.who or "?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which cloud answered, and whose the programme is there.

    Attributes:
        claims: the programme's, the earliest first; None where the cloud does not let us ask.
    """

    cloud: str
    identity: CloudIdentity
    claims: tuple[Claim, ...] | None


def read_claim(text: str, programme: str, identity: str) -> Claim | None:
    """Return the claim on the programme that a cloud's text is, None if it is none; one in no form of ours is empty."""
    begin = f"{_SCHEME}{programme}/"
    if not text.startswith(begin):
        return None
    found = _FORM.fullmatch(text[len(begin) :]) if len(text) <= _LONGEST else None
    try:
        since = datetime.strptime(found["since"], _STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        since = None
    if found is None or since is None:
        return Claim(programme=programme, id=identity)
    return Claim(
        programme=programme, state=found["state"], since=since, who=found["who"], place=found["place"], id=identity
    )


def in_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return claims in the one order that everybody sees: by when they were made, then by id; unreadable ones last."""
    return tuple(sorted(claims, key=lambda claim: (claim.since or _NEVER, claim.id)))


def foreign(claims: Iterable[Claim], state: str) -> tuple[Claim, ...]:
    """Return the claims of others than the state folder of that id."""
    return tuple(claim for claim in claims if not state or claim.state != state)


def refusal(cloud: str, claim: Claim) -> TakenOver:
    """Return the error for a programme that is somebody else's on a cloud: who, where and since when."""
    return TakenOver("claim.held" if claim.state else "claim.unreadable", cloud=cloud, **claim.told())
