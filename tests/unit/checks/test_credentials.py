"""When the end of a credential is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from orchestrator.checks.credentials import SOON, check_credentials, expiring
from orchestrator.model.cloud import Credential
from orchestrator.model.result import CheckStatus, CloudView

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def view(expires: datetime | None) -> CloudView:
    return CloudView(cloud="c", objects=(), usage=(), offers=(), credential=Credential(id="x", expires=expires))


@pytest.mark.parametrize(
    ("after", "deadline", "status", "notes"),
    [
        (timedelta(), None, CheckStatus.FAIL, 0),
        (timedelta(seconds=1), None, CheckStatus.PASS, 1),
        (SOON, None, CheckStatus.PASS, 0),
        (timedelta(days=30), date(2026, 12, 21), CheckStatus.PASS, 0),
        (timedelta(days=30), date(2026, 12, 22), CheckStatus.PASS, 1),
    ],
)
def test_an_end_is_judged(after: timedelta, deadline: date | None, status: CheckStatus, notes: int) -> None:
    seen = [view(NOW + after)]
    assert [check.status for check in check_credentials(seen, NOW)] == [status]
    assert len(list(expiring(seen, NOW, deadline))) == notes


def test_what_is_not_known_is_not_judged() -> None:
    assert not list(check_credentials([view(None)], NOW))
    assert not list(expiring([view(None)], NOW, date(2026, 11, 22)))
