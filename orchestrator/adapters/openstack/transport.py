"""The one door to the cloud's APIs: explicit time-outs, evidence of every request, repetition of what may be repeated.

What comes in by it is bounded and checked too, by `wire.BoundedAdapter`: nothing above it meets an answer that is
not of its shape.

It sits below keystoneauth, where a request is exactly one HTTP exchange, so that discovery and
authentication pass through it too. Nothing above it repeats anything: openstacksdk's and keystoneauth's
own retries also repeat POST, which makes two servers out of one lost answer; they are switched off.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from secrets import SystemRandom
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from orchestrator.adapters.openstack.timing import Deadline, Timeouts
from orchestrator.adapters.openstack.wire import BoundedAdapter, Unreadable
from orchestrator.ports import Evidence

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_BUSY = frozenset({429, 502, 503, 504})
_BROKEN = 500
_BROKEN_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_MOST_PAUSE_SECONDS = 8.0
_LEAST_TIMEOUT_SECONDS = 1.0
# How long an operation may go on asking when its time is up: for a last look, not for another thousand pages.
_OVERTIME = timedelta(seconds=20)
# A cloud that never answered yet is asked again only for so long: an address that is refused is mostly a wrong one.
_PATIENCE = timedelta(seconds=2)
_REDIRECTS = frozenset({301, 302, 303, 305, 307, 308})
_MOST_REDIRECTS = 5
_JITTER = SystemRandom()
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")
_MOST_RETRY_AFTER = timedelta(days=1)
_DIGITS = 9


class Transport(requests.Session):
    """A requests session of one cloud, used by one thread at a time.

    Attributes:
        deadline: when the present operation gives up; set by `begin`.
        last: the last request, verb and path, for messages.
        date: the clock of who answered last, as HTTP tells it; None: it told none.
    """

    def __init__(
        self,
        cloud: str,
        *,
        evidence: Evidence,
        timeouts: Timeouts,
        deadline: Deadline,
        reached: threading.Event | None = None,
    ) -> None:
        super().__init__()
        self.deadline = deadline
        self.last = ""
        self.date: datetime | None = None
        self._cloud = cloud
        self._evidence = evidence
        self._timeouts = timeouts
        self._reached = reached or threading.Event()
        self._silent: requests.RequestException | None = None
        self._redirected = 0
        self._adapter = BoundedAdapter(deadline)
        self.headers["Accept-Encoding"] = "gzip"
        for scheme in ("http://", "https://"):
            self.mount(scheme, self._adapter)

    def begin(self, deadline: Deadline) -> None:
        """Begin another operation."""
        self.deadline = deadline
        self._silent = None
        self._redirected = 0

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request, again where that is harmless, until it is answered or the deadline is near.

        Raises:
            requests.ConnectionError, requests.Timeout: no answer; a request that creates is never repeated.
            Unreadable: an answer that is none.
        """
        verb, address = _text(method).upper(), _text(url)
        self.last = f"{verb} {urlsplit(address).path}"
        if self._silent is not None:
            raise self._silent  # keystoneauth asks again in another way, which would only take as long again
        if self.deadline.overdue > _OVERTIME:
            raise requests.Timeout(f"{self.last}: no time is left", request=requests.Request(verb, address))
        repeatable = may_repeat(verb, urlsplit(address).path, kwargs.get("data"))
        first = Deadline(self.deadline.clock, _PATIENCE)
        outage = Deadline(self.deadline.clock, self._timeouts.outage)
        for attempt in count():
            known = self._reached.is_set()
            answer = self._timeouts.answer if known else self._timeouts.first
            # What is sent piece by piece is answered when all of it is there.
            self._adapter.until = Deadline(
                self.deadline.clock, self.deadline.left if _in_pieces(kwargs.get("data")) else answer
            ).within(self._least(self.deadline.left))
            kwargs["timeout"] = self._timeout()
            try:
                response = self._exchange(verb, address, *args, **kwargs)
            except (requests.ConnectionError, requests.Timeout) as error:
                pause = _backoff(attempt)
                if not known and (first.passed or isinstance(error, requests.Timeout | requests.exceptions.SSLError)):
                    self._silent = error
                    raise
                if not repeatable or outage.passed or pause >= self.deadline.left:
                    raise
            else:
                self._reached.set()
                self.date = _moment(response.headers.get("Date", ""))
                self._refuse_redirect(address, response)
                if not _again(response.status_code, attempt, repeatable=repeatable):
                    return response
                pause = max(_backoff(attempt), retry_after(response.headers, self.deadline.clock.now()))
                silent = outage.passed and response.status_code != 429  # who is turned away for haste is heard
                if silent or pause >= self.deadline.left:
                    return response
                response.close()
            self.deadline.pause(pause)
        raise AssertionError("unreachable")  # pragma: no cover - count() has no end

    def _timeout(self) -> tuple[float, float]:
        left = self._adapter.until.left.total_seconds()
        connect, read = self._timeouts.connect.total_seconds(), self._timeouts.read.total_seconds()
        return min(connect, left), min(read, left)

    @staticmethod
    def _least(left: timedelta) -> timedelta:
        return max(left, timedelta(seconds=_LEAST_TIMEOUT_SECONDS))

    def _refuse_redirect(self, address: str, response: requests.Response) -> None:
        """Refuse to be sent elsewhere: keystoneauth would take the token along.

        Raises:
            Unreadable: `cloud.redirected`, to another scheme, host or port, or too often in a row.
        """
        if response.status_code not in _REDIRECTS:
            self._redirected = 0
            return
        self._redirected += 1
        there = urljoin(address, response.headers.get("Location", ""))
        if _origin(there) != _origin(address) or self._redirected > _MOST_REDIRECTS:
            raise Unreadable("cloud.redirected", ascii(there.partition("?")[0])[1:-1][:120], response.request)

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
    if _in_pieces(body):
        return False  # they are gone
    if verb in _IDEMPOTENT:
        return True
    reads_console = isinstance(body, str | bytes) and _text(body).startswith('{"os-getConsoleOutput"')
    return verb == "POST" and (path.endswith("/auth/tokens") or (path.endswith("/action") and reads_console))


def _in_pieces(body: object) -> bool:
    return not isinstance(body, str | bytes | None)


def request_id(headers: Mapping[str, str]) -> str:
    """Return the service's own name of the request, to find it in the cloud's logs."""
    found = headers.get("x-openstack-request-id") or headers.get("x-compute-request-id") or ""
    return found if _REQUEST_ID.fullmatch(found) else ""


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return what Retry-After asks for (seconds or a date, RFC 9110 §10.2.3), at most a day; zero for nonsense."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return _MOST_RETRY_AFTER if len(value) > _DIGITS else min(timedelta(seconds=int(value)), _MOST_RETRY_AFTER)
    moment = _moment(value)
    try:
        wanted = timedelta() if moment is None else moment - now
    except OverflowError:
        return timedelta()
    return min(max(timedelta(), wanted), _MOST_RETRY_AFTER)


def _moment(value: str) -> datetime | None:
    """Return a date as HTTP writes it; None for nonsense."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):  # what the parser of mail headers raises on nonsense
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _again(status: int, attempt: int, *, repeatable: bool) -> bool:
    if status == 429:  # turned away before it was looked at, so even a create may be sent again
        return True
    if not repeatable:
        return False
    return status in _BUSY or (status == _BROKEN and attempt + 1 < _BROKEN_ATTEMPTS)


def _backoff(attempt: int) -> timedelta:
    seconds = min(_MOST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** min(attempt, 10))
    return timedelta(seconds=seconds * _JITTER.uniform(0.5, 1.0))


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")
