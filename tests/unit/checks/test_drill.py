"""What a drill showed: only a kernel that sent nothing proves isolation, and nothing unmeasured passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orchestrator.checks.replicas.drill import (
    check_answer,
    check_ends,
    check_times,
    check_untouched,
    check_ways,
    measure_loss,
)
from orchestrator.model.drill import Answered, Way
from orchestrator.model.observed import Cluster, Seen, Sender
from orchestrator.model.replica import Beat, Heartbeat, Policy
from orchestrator.model.result import CheckStatus

SENDER = Sender(address="10.0.0.2", slot="rep", state="streaming", reply_age=0.5, tls=True)
SOURCE = Cluster(
    version=150018, identifier="7", timeline=1, recovery=False, lsn=4000, now=1000.5, senders=(SENDER,),
    beat=Beat(n=1000, ts=1000),
)  # fmt: skip
TARGET = replace(SOURCE, recovery=True, paused="not paused", receiver="streaming", senders=(), now=77)
ENDS = Seen(at=0, took=0.1, cluster=SOURCE), Seen(at=0.1, took=0.1, cluster=TARGET)
SILENT = Seen(at=0, took=0, fault="session.late")
ANSWERED = Answered(writable=True, n=1001, ts=1001)


def ends(source: dict[str, Any] | None = None, target: dict[str, Any] | None = None) -> tuple[Seen, Seen]:
    changed = [replace(one, **told) for one, told in ((SOURCE, source or {}), (TARGET, target or {}))]
    return replace(ENDS[0], cluster=changed[0]), replace(ENDS[1], cluster=changed[1])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ('psql: error: connection to server at "10.0.0.1", port 25 failed: Network is unreachable', "pass"),
        ('psql: error: connection to server at "fe80::1" (fe80::1), port 53 failed: Network is unreachable', "pass"),
        ('psql: error: connection to server at "::1", port 53 failed: Cannot assign requested address', "pass"),
        ("psql: error: could not connect to server: Network is unreachable", "pass"),
        # Somebody said something, or may have.
        ('psql: error: connection to server at "10.0.0.1", port 25 failed: Connection refused', "fail"),
        ('psql: error: connection to server at "10.0.0.1", port 25 failed: timeout expired', "fail"),
        ('psql: error: connection to server at "10.0.0.1", port 25 failed: No route to host', "fail"),
        ('psql: error: connection to server at "10.0.0.1", port 5432 failed: FATAL:  Network is unreachable', "fail"),
        ("1", "fail"),
        ("", "fail"),
        ("sh: psql: not found", "fail"),
    ],
)
def test_only_a_kernel_that_sent_nothing_proves_isolation(said: str, status: str) -> None:
    (found,) = check_ways("S-1", [Way(what="mail", address="10.0.0.1", port=25, said=said)])
    assert found.status == status


def test_nothing_tried_is_no_proof() -> None:
    assert [one.status for one in check_ways("S-1", [])] == [CheckStatus.UNKNOWN]


@pytest.mark.parametrize(
    ("source", "target", "status"),
    [
        ({}, {}, "pass"),
        ({"identifier": "8"}, {}, "fail"),
        ({}, {"recovery": False}, "fail"),
        ({"recovery": True}, {}, "fail"),
    ],
)
def test_only_a_standby_of_this_source_is_drilled(source: Any, target: Any, status: str) -> None:
    assert check_ends("S-1", *ends(source, target)).status == status


def test_who_is_silent_is_named() -> None:
    assert check_ends("S-1", SILENT, ENDS[1]).values["which"] == "source"
    assert check_ends("S-1", ENDS[0], SILENT).values["which"] == "replica"


@pytest.mark.parametrize(
    ("source", "target", "answered", "loss"),
    [
        ({}, {}, ANSWERED, 0),
        ({}, {"beat": Beat(n=940, ts=940)}, replace(ANSWERED, ts=940), 60),
        # It caught up while it was copied, as it could not have after a loss of its source.
        ({}, {"beat": Beat(n=940, ts=940)}, ANSWERED, 60),
        ({}, {}, replace(ANSWERED, ts=990), 10),
        ({}, {}, replace(ANSWERED, n=None, ts=None), None),
        ({"beat": None}, {}, ANSWERED, None),
        ({}, {"beat": None}, ANSWERED, None),
        # It has stopped: its age says nothing of what is written.
        ({"now": 1010}, {}, ANSWERED, None),
    ],
)
def test_the_loss_is_measured_by_the_sources_stamps(source: Any, target: Any, answered: Answered, loss: Any) -> None:
    assert measure_loss(Heartbeat(), *ends(source, target), answered) == loss
    assert measure_loss(None, *ends(source, target), answered) is None


@pytest.mark.parametrize(
    ("answered", "status"),
    [
        (ANSWERED, "pass"),
        (replace(ANSWERED, n=1000), "pass"),
        (replace(ANSWERED, writable=False), "fail"),
        (replace(ANSWERED, n=999), "fail"),
        (replace(ANSWERED, n=None), "fail"),
    ],
)
def test_an_answer_is_correct_with_what_the_standby_had(answered: Answered, status: str) -> None:
    assert check_answer("S-1", ENDS[1], answered).status == status


@pytest.mark.parametrize(
    ("measured", "wanted", "status"),
    [(5.0, 5, "pass"), (5.1, 5, "fail"), (None, 5, "unknown"), (5.0, None, "unknown")],
)
def test_times_are_held_against_what_is_wanted(measured: float | None, wanted: int | None, status: str) -> None:
    span = None if wanted is None else timedelta(seconds=wanted)
    found = list(check_times("S-1", Policy(rto=span, rpo=span), measured, measured))
    assert [(one.code, one.status) for one in found] == [("drill.rto", status), ("drill.rpo", status)]


@pytest.mark.parametrize(
    ("source", "target", "wrong"),
    [
        ({"lsn": 9000, "now": 2000}, {"lsn": 9000}, []),
        ({}, {"recovery": False}, ["replica"]),
        ({}, {"paused": "paused"}, ["replica"]),
        ({}, {"timeline": 2}, ["replica"]),
        ({}, {"receiver": ""}, ["replica"]),
        ({"senders": ()}, {}, ["source"]),
        ({"senders": (SENDER, replace(SENDER, slot="other"))}, {}, ["source"]),
        ({"senders": (replace(SENDER, reply_age=0.1),)}, {}, []),
    ],
)
def test_what_changed_meanwhile_is_told(source: Any, target: Any, wrong: list[str]) -> None:
    found = check_untouched("S-1", ENDS, ends(source, target))
    assert [one.values["which"] for one in found if one.status is not CheckStatus.PASS] == wrong


def test_who_is_silent_afterwards_is_unknown() -> None:
    found = list(check_untouched("S-1", ENDS, (SILENT, ENDS[1])))
    assert [one.status for one in found] == [CheckStatus.UNKNOWN, CheckStatus.PASS]
