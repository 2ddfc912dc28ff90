"""What may be sent twice, and how long to wait before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.adapters.openstack.transport import may_repeat, request_id, retry_after

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("verb", "path", "body", "repeatable"),
    [
        ("GET", "/v2.1/servers", None, True),
        ("HEAD", "/v3", None, True),
        ("PUT", "/v2.0/ports/1", b"{}", True),
        ("DELETE", "/v2.1/servers/1", None, True),
        ("POST", "/v3/auth/tokens", b"{}", True),
        ("POST", "/v2.1/servers/1/action", b'{"os-getConsoleOutput": {}}', True),
        ("POST", "/v2.1/servers/1/action", b'{"reboot": {"type": "HARD"}}', False),
        ("POST", "/v2.1/servers/1/action", b'{"rebuild": {"name": "os-getConsoleOutput"}}', False),
        ("POST", "/v2.1/servers", b'{"os-getConsoleOutput": {}}', False),
        ("POST", "/v2.1/servers", b"{}", False),
        ("PATCH", "/v2/images/1", b"[]", False),
    ],
)
def test_only_what_creates_nothing_may_be_repeated(verb: str, path: str, body: bytes | None, repeatable: bool) -> None:
    assert may_repeat(verb, path, body) is repeatable


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", 0),
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("-5", 0),
        ("soon", 0),
        ("99999999999999999999", 86_400),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("\xb2", 0),
        ("9" * 5000, 86_400),
        ("Sun, 22 Nov 9026 11:00:00 GMT", 86_400),
        ("Sun, 99 Nov 99999 99:99:99 GMT", 0),
        ("Sun, 22 Nov 2026 12:00:30 +99999999", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int) -> None:
    assert retry_after({"Retry-After": value}, NOW) == timedelta(seconds=seconds)


def test_without_retry_after_nothing_is_asked_for() -> None:
    assert retry_after({}, NOW) == timedelta()


def test_the_request_id_has_two_names() -> None:
    assert request_id({"x-openstack-request-id": "req-1"}) == "req-1"
    assert request_id({"x-compute-request-id": "req-2"}) == "req-2"
    assert request_id({}) == ""
    assert request_id({"x-openstack-request-id": "req-1\x1b[2J"}) == ""
    assert request_id({"x-openstack-request-id": "r" * 4096}) == ""
