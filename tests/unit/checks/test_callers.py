"""A caller's own side is judged by what it showed; what nobody saw is unknown, and what was seen wrong stays wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.checks.callers import check_caller, check_callers, unseen
from orchestrator.model.callers import Answer, Answered, Becomes, Call, CallerHost, CallerLook, CallStands, Confirmed
from orchestrator.model.endpoint import Ask, Endpoint
from orchestrator.model.machines import Reach
from orchestrator.model.result import CheckStatus

MUST = Endpoint(host="10.0.0.9", port=6432)
OLD = ("10.0.0.1", 5432)
CALL = Call(
    interface="JK-1", caller="S-2", callee="S-1", inward=True, becomes=Becomes.KEPT, reason="route", listed=MUST,
    must=MUST, closed=(OLD,), hosts=(CallerHost(name="SV-2", reach=Reach(address="10.0.0.5")),),
)  # fmt: skip
WEB = replace(CALL, must=replace(MUST, scheme="http"))
RIGHT = CallerLook(host="SV-2", connected=Answered.YES, held=frozenset())
PASS, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN


@pytest.mark.parametrize(
    ("call", "seen", "status", "code"),
    [
        (CALL, RIGHT, PASS, "caller.right"),
        (CALL, replace(RIGHT, held=frozenset({OLD})), FAIL, "caller.held"),
        (CALL, replace(RIGHT, held=None), UNKNOWN, "caller.unread"),
        (CALL, replace(RIGHT, connected=Answered.NO), FAIL, "caller.refused"),
        (CALL, replace(RIGHT, connected=Answered.UNASKED), UNKNOWN, "caller.unasked"),
        (CALL, replace(RIGHT, connected=Answered.UNASKED, held=frozenset({OLD})), FAIL, "caller.held"),
        (WEB, RIGHT, UNKNOWN, "caller.no-answer"),
        (WEB, replace(RIGHT, status=401), PASS, "caller.right"),
        (WEB, replace(RIGHT, status=404), FAIL, "caller.status"),
        (WEB, replace(RIGHT, status=502), FAIL, "caller.status"),
        (replace(CALL, must=None, reason="elsewhere"), RIGHT, UNKNOWN, "caller.elsewhere"),
        (replace(CALL, must=None), replace(RIGHT, held=frozenset({OLD})), FAIL, "caller.held"),
    ],
)
def test_what_a_machine_showed(call: Call, seen: CallerLook, status: CheckStatus, code: str) -> None:
    found = check_caller(call, [seen])
    assert (found.status, found.code) == (status, code)


def test_the_worst_machine_counts_and_none_may_be_left_out() -> None:
    two = replace(CALL, hosts=(*CALL.hosts, CallerHost(name="SV-3", reach=Reach(address="10.0.0.6"))))
    other = replace(RIGHT, host="SV-3", connected=Answered.NO)
    assert check_caller(two, [RIGHT, other]).status is FAIL
    assert check_caller(two, [RIGHT]).status is UNKNOWN
    assert check_caller(replace(CALL, hosts=()), []).code == "caller.not-ours"
    assert unseen(CALL).status is UNKNOWN


ASK = Ask(url=Endpoint(scheme="https", host="id.gov.cn", port=443, path="/c/7"), text="已登记")
REGISTRATION = replace(
    CALL, interface="register:identity", becomes=Becomes.REGISTERED, reason="register-identity", must=None, closed=(),
    ask=ASK,
)  # fmt: skip
GOOD = Answer(asked=Answered.YES, status=200, body="系统已登记".encode())


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (GOOD, PASS, "caller.proven"),
        (replace(GOOD, body="系统已登记".encode("gb18030")), PASS, "caller.proven"),
        (replace(GOOD, body=b"\xff\x00"), FAIL, "caller.text"),
        (replace(GOOD, body=b"\xff", whole=False), UNKNOWN, "caller.long"),
        (replace(GOOD, status=302), FAIL, "caller.answer"),
        (Answer(asked=Answered.NO, said="curl 7"), FAIL, "caller.silent"),
        (Answer(asked=Answered.UNASKED), UNKNOWN, "caller.unheard"),
        (None, UNKNOWN, "caller.unheard"),
    ],
)
def test_a_registration_is_proven_by_what_its_platform_answers(
    answer: Answer | None, status: CheckStatus, code: str
) -> None:
    look = replace(RIGHT, connected=Answered.UNASKED, held=None, answer=answer)
    found = check_caller(REGISTRATION, [look])
    assert (found.status, found.code) == (status, code)
    # Of an interface the question comes after the connection.
    found = check_caller(replace(CALL, ask=ASK), [replace(RIGHT, answer=answer)])
    assert (found.status, found.code) == (status, code)
    assert check_caller(replace(CALL, ask=ASK), [replace(RIGHT, connected=Answered.NO, answer=GOOD)]).status is FAIL


def test_a_registration_that_nobody_can_ask_about_is_a_persons() -> None:
    assert check_caller(replace(REGISTRATION, hosts=()), []).code == "caller.register-identity"
    assert unseen(REGISTRATION).code == "caller.unseen"


def stands(status: CheckStatus, *, said: bool) -> CallStands:
    word = Confirmed(by="root@gov", at="2026-11-28") if said else None
    return CallStands(call=CALL, check=replace(unseen(CALL), status=status), confirmed=word)


@pytest.mark.parametrize(
    ("status", "said", "gate"),
    [(PASS, False, PASS), (UNKNOWN, False, UNKNOWN), (UNKNOWN, True, PASS), (FAIL, False, FAIL), (FAIL, True, FAIL)],
)
def test_a_retirement_asks_for_each(status: CheckStatus, said: bool, gate: CheckStatus) -> None:
    assert check_callers("S-1", [stands(status, said=said)], "").status is gate


def test_a_system_that_says_it_is_connected_and_lists_nothing_is_unknown() -> None:
    assert check_callers("S-1", [], "省级平台").status is UNKNOWN
    assert check_callers("S-1", [], "").status is UNKNOWN
