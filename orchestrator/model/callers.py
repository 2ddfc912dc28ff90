"""Interfaces of a system that moves: what becomes of each address at the switch, and what is known of its caller."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.endpoint import Ask, Endpoint
from orchestrator.model.machines import Reach
from orchestrator.model.result import CheckResult, CheckStatus


class Becomes(StrEnum):
    """What becomes of the address that a caller calls."""

    KEPT = "kept"  # it leads to whichever side is open
    REPOINTED = "re-pointed"  # the caller has to call another one
    REGISTERED = "registered"  # the system is made known anew to a platform that it uses
    UNKNOWN = "unknown"  # nobody said which it is, or the tool does not know what stands behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerHost:
    """A machine of the caller's, as the tool reaches it."""

    name: str
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One interface as a switch meets it.

    Attributes:
        inward: whether the system that was asked about is the one that is called.
        reason: which rule decided what becomes of the address.
        listed: the address as listed.
        must: what the caller has to call where the sides stand; None where that cannot be told.
        closed: addresses, with ports, that its connections may not lead to any more.
        hosts: where the caller calls from; empty: nowhere that the tool can log in to.
        contact: who changes what the caller calls, by the list.
        opened: whether the caller's, and whether the callee's target is the open side.
        ask: what is asked from there over HTTP, besides.
    """

    interface: str
    caller: str
    callee: str
    inward: bool
    becomes: Becomes
    reason: str
    listed: Endpoint | None
    must: Endpoint | None
    closed: tuple[tuple[str, int], ...] = ()
    hosts: tuple[CallerHost, ...] = ()
    contact: str = ""
    opened: tuple[bool, bool] = (False, False)
    ask: Ask | None = None


class Answered(StrEnum):
    """What a question got from where a caller stands."""

    YES = "yes"
    NO = "no"
    UNASKED = "unasked"  # there is no program to ask with, or the machine did not let us in


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question over HTTP.

    Attributes:
        asked: no where nothing answered HTTP.
        said: of what failed.
        status: HTTP's.
        body: its first bytes, in whatever encoding, and `whole`: whether that is all of it.
    """

    asked: Answered
    said: str = ""
    status: int = 0
    body: bytes = b""
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLook:
    """What one machine of a caller's showed.

    Attributes:
        connected: whether a TCP connection came about, from there.
        said: the last words of what failed.
        status: HTTP's, where the interface speaks it; 0: none came.
        held: its connections as address and port of the other end; None where they could not be read.
        answer: to the interface's own question; None where it was not heard.
    """

    host: str
    connected: Answered
    said: str = ""
    status: int = 0
    held: frozenset[tuple[str, int]] | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A person's word that a caller calls what it must."""

    by: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStands:
    """An interface with what is known of its caller since the switch.

    Attributes:
        check: of the caller's own side; one that nobody has looked at yet is unknown.
        seen: when, as ISO 8601; empty: never since the sides stand as they do.
        confirmed: a person's word, of these very sides.
    """

    call: Call
    check: CheckResult
    seen: str = ""
    confirmed: Confirmed | None = None

    @property
    def settled(self) -> bool:
        """Tell whether it was seen to be right, or a person says so of what the tool cannot see."""
        if self.check.status is CheckStatus.PASS:
            return True
        # What was seen to be wrong is wrong, whoever says otherwise.
        return self.check.status is CheckStatus.UNKNOWN and self.confirmed is not None
