"""What was seen of a system from outside just now, and since when nobody has seen it as planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orchestrator.model.result import CheckResult, CheckStatus

# The gravest verdict first: what is wrong weighs more than what nobody could tell.
_GRAVEST = (CheckStatus.FAIL, CheckStatus.ERROR, CheckStatus.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One system, looked at from outside.

    Attributes:
        checks: every verdict; none at all is unknown.
        since: when a run last found the system as planned; None if none ever did.
    """

    system: str
    checks: tuple[CheckResult, ...]
    since: datetime | None = None

    @property
    def status(self) -> CheckStatus:
        """The gravest verdict; unknown is never pass."""
        found = {check.status for check in self.checks} or {CheckStatus.UNKNOWN}
        return next((status for status in _GRAVEST if status in found), CheckStatus.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A server's keys by our record and by its console, `ssh-ed25519 AAAA…`."""

    cloud: str
    server: str
    id: str
    pinned: tuple[str, ...]
    told: tuple[str, ...]
