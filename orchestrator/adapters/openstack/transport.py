"""The one door to the cloud's APIs: explicit time-outs, evidence of every request, repetition of what may be repeated.

It sits below keystoneauth, where a request is exactly one HTTP exchange, so that discovery and
authentication pass through it too. Nothing above it repeats anything: openstacksdk's and keystoneauth's
own retries also repeat POST, which makes two servers out of one lost answer; they are switched off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from secrets import SystemRandom
from typing import Any
from urllib.parse import urlsplit

import requests
from keystoneauth1.session import TCPKeepAliveAdapter

from orchestrator.adapters.openstack.timing import Deadline, Timeouts
from orchestrator.ports import Evidence

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_BUSY = frozenset({429, 502, 503, 504})
_BROKEN = 500
_BROKEN_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_MOST_PAUSE_SECONDS = 8.0
_LEAST_TIMEOUT_SECONDS = 1.0
_JITTER = SystemRandom()


class Transport(requests.Session):
    """A requests session of one cloud, used by one thread at a time.

    Attributes:
        deadline: when the present operation gives up; set by whoever borrows the connection.
    """

    def __init__(self, cloud: str, *, evidence: Evidence, timeouts: Timeouts, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline
        self._cloud = cloud
        self._evidence = evidence
        self._timeouts = timeouts
        for scheme in ("http://", "https://"):
            self.mount(scheme, TCPKeepAliveAdapter())

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request, again where that is harmless, until it is answered or the deadline is near.

        Raises:
            requests.ConnectionError, requests.Timeout: no answer; a request that creates is never repeated.
        """
        verb, address = _text(method).upper(), _text(url)
        repeatable = may_repeat(verb, urlsplit(address).path, kwargs.get("data"))
        for attempt in count():
            kwargs["timeout"] = self._timeout()
            try:
                response = self._exchange(verb, address, *args, **kwargs)
            except (requests.ConnectionError, requests.Timeout):
                pause = _backoff(attempt)
                if not repeatable or pause >= self.deadline.left:
                    raise
            else:
                if not _again(response.status_code, attempt, repeatable=repeatable):
                    return response
                pause = max(_backoff(attempt), retry_after(response.headers, self.deadline.clock.now()))
                if pause >= self.deadline.left:
                    return response
                response.close()
            self.deadline.pause(pause)
        raise AssertionError("unreachable")  # pragma: no cover - count() has no end

    def _timeout(self) -> tuple[float, float]:
        left = max(self.deadline.left.total_seconds(), _LEAST_TIMEOUT_SECONDS)
        connect, read = self._timeouts.connect.total_seconds(), self._timeouts.read.total_seconds()
        return min(connect, left), min(read, left)

    def _exchange(self, verb: str, address: str, *args: Any, **kwargs: Any) -> requests.Response:
        clock = self.deadline.clock
        started = clock.monotonic()

        def record(**outcome: object) -> None:
            # The path alone: a query may hold what nobody should read, headers and bodies hold tokens and keys.
            self._evidence.record(
                "call",
                cloud=self._cloud,
                method=verb,
                path=urlsplit(address).path,
                seconds=round(clock.monotonic() - started, 3),
                **outcome,
            )

        try:
            response = super().request(verb, address, *args, **kwargs)
        except requests.RequestException as error:
            record(status=0, request_id="", error=type(error).__name__)
            raise
        record(status=response.status_code, request_id=request_id(response.headers))
        return response


def may_repeat(verb: str, path: str, body: object) -> bool:
    """Tell whether sending the request twice comes to the same as sending it once.

    Besides the idempotent methods these are two POSTs that create nothing that counts: a token, and the
    question for a server's console log, which Nova put among its actions.
    """
    if verb in _IDEMPOTENT:
        return True
    reads_console = isinstance(body, str | bytes) and _text(body).startswith('{"os-getConsoleOutput"')
    return verb == "POST" and (path.endswith("/auth/tokens") or (path.endswith("/action") and reads_console))


def request_id(headers: Mapping[str, str]) -> str:
    """Return the service's own name of the request, to find it in the cloud's logs."""
    return headers.get("x-openstack-request-id") or headers.get("x-compute-request-id") or ""


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return what Retry-After asks for (seconds or a date, RFC 9110 §10.2.3); zero without or with nonsense."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return timedelta()
    return max(timedelta(), (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now)


def _again(status: int, attempt: int, *, repeatable: bool) -> bool:
    if status == 429:  # turned away before it was looked at, so even a create may be sent again
        return True
    if not repeatable:
        return False
    return status in _BUSY or (status == _BROKEN and attempt + 1 < _BROKEN_ATTEMPTS)


def _backoff(attempt: int) -> timedelta:
    seconds = min(_MOST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** min(attempt, 10))
    return timedelta(seconds=seconds * _JITTER.uniform(0.5, 1.0))


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")
