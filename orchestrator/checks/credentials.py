"""Whether a credential lasts as long as the batch does; what cannot be known is not judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from orchestrator.model.plan import Reason
from orchestrator.model.result import CheckResult, CheckStatus, CloudView

# A run takes hours and a batch days: whoever renews credentials wants to hear of it a week before.
SOON = timedelta(days=7)


def check_credentials(views: Iterable[CloudView], now: datetime) -> Iterator[CheckResult]:
    """Yield a verdict on each credential whose end is known; one that has ended is refused before anything is made."""
    for view in views:
        expires = view.credential.expires
        if expires is not None:
            status = CheckStatus.FAIL if expires <= now else CheckStatus.PASS
            yield CheckResult(
                code="plan.credential-valid", status=status, subject=view.cloud, values=_values(view, expires, now)
            )


def expiring(views: Iterable[CloudView], now: datetime, deadline: date | None) -> Iterator[Reason]:
    """Yield a note on each credential that ends within a week, or before the batch's deadline."""
    for view in views:
        expires = view.credential.expires
        if expires is None or expires <= now:
            continue
        if expires < now + SOON or (deadline is not None and expires.date() <= deadline):
            yield Reason(code="plan.credential-expires", values=_values(view, expires, now))


def _values(view: CloudView, expires: datetime, now: datetime) -> dict[str, str]:
    return {
        "cloud": view.cloud,
        "id": view.credential.id,
        "expires": expires.isoformat(timespec="seconds"),
        "days": str(max(0, (expires - now).days)),
    }
