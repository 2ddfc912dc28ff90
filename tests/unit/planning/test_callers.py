"""What becomes of an interface at the switch, by where its address leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.model.callers import Becomes, Call, CallerHost
from orchestrator.model.endpoint import Ask, Endpoint, Platform
from orchestrator.model.machines import DiskServer, Keeper, Reach
from orchestrator.model.move import RehostMove
from orchestrator.model.system import Dependency, Interface, MigrationList, Row, Server
from orchestrator.planning.callers import (
    NOBODY,
    Sides,
    expectation,
    plan_all_calls,
    plan_calls,
    plan_nobody,
    sides_of,
    told_callers,
)
from tests.unit.planning.given import FILE, programme
from tests.unit.planning.given import listing as given

ROW = Row(file=FILE, sheet="", number=2)
TARGET = CallerHost(name="p-s-1-sv-1", reach=Reach(address="10.0.0.2"))
SIDES = Sides(
    source=("10.0.0.1",),
    target=("10.0.0.2",),
    ports=(5432,),
    routes=(Endpoint(host="10.0.0.9", port=6432),),
    machines=(TARGET,),
)
SERVERS = (Server(id="SV-2", system_id="S-2", row=ROW, source_address="10.0.0.5"),)


def at(text: str) -> Endpoint:
    host, _, port = text.partition(":")
    return Endpoint(host=host, port=int(port))


def call(address: str = "", new: str = "", *, opened: bool, sides: Sides = SIDES, caller: str = "S-2") -> Call:
    interface = Interface(
        id="JK-1", caller=caller, callee="S-1", row=ROW, address=at(address) if address else None,
        new_address=at(new) if new else None,
    )  # fmt: skip
    listing = MigrationList(servers=SERVERS, interfaces=(interface,))
    (found,) = plan_calls(programme(), listing, "S-1", {"S-1": sides}, opened=opened)
    return found


NAMED = replace(SIDES, leading=frozenset({"db.example.test", "203.0.113.20"}))
FILES = replace(SIDES, ports=(0,), routes=(None,))
BOTH = Sides(  # files and a database on one machine
    source=SIDES.source * 2, target=SIDES.target * 2, ports=(0, 5432), routes=(None, *SIDES.routes)
)


@pytest.mark.parametrize(
    ("address", "new", "sides", "becomes", "reason", "before", "after"),
    [
        ("10.0.0.9:6432", "", SIDES, Becomes.KEPT, "route", "10.0.0.9:6432", "10.0.0.9:6432"),
        ("DB.example.test:5432", "", NAMED, Becomes.KEPT, "route", "DB.example.test:5432", "DB.example.test:5432"),
        ("203.0.113.20:5432", "", NAMED, Becomes.KEPT, "route", "203.0.113.20:5432", "203.0.113.20:5432"),
        ("10.0.0.1:5432", "", SIDES, Becomes.REPOINTED, "to-route", "10.0.0.9:6432", "10.0.0.9:6432"),
        ("10.0.0.1:8080", "", SIDES, Becomes.REPOINTED, "to-target", "10.0.0.1:8080", "10.0.0.2:8080"),
        ("10.0.0.1:80", "", FILES, Becomes.REPOINTED, "to-target", "10.0.0.1:80", "10.0.0.2:80"),
        ("10.0.0.1:80", "", BOTH, Becomes.REPOINTED, "to-target", "10.0.0.1:80", "10.0.0.2:80"),
        ("10.0.0.1:5432", "", BOTH, Becomes.REPOINTED, "to-route", "10.0.0.9:6432", "10.0.0.9:6432"),
        ("10.0.0.2:80", "", FILES, Becomes.REPOINTED, "to-target", "10.0.0.1:80", "10.0.0.2:80"),
        ("db.gov.cn:5432", "", SIDES, Becomes.UNKNOWN, "elsewhere", None, None),
        ("db.gov.cn:5432", "db.gov.cn:5432", SIDES, Becomes.KEPT, "declared", "db.gov.cn:5432", "db.gov.cn:5432"),
        ("10.0.0.1:5432", "10.0.0.8:1", SIDES, Becomes.REPOINTED, "declared", "10.0.0.1:5432", "10.0.0.8:1"),
        ("", "", SIDES, Becomes.UNKNOWN, "no-address", None, None),
    ],
)
def test_an_address(
    address: str, new: str, sides: Sides, becomes: Becomes, reason: str, before: str | None, after: str | None
) -> None:
    closed, opened = (call(address, new, opened=each, sides=sides) for each in (False, True))
    assert (opened.becomes, opened.reason) == (becomes, reason)
    assert [None if each.must is None else str(each.must) for each in (closed, opened)] == [before, after]


def test_nobody_may_hold_what_is_closed_and_the_route_is_not_closed() -> None:
    assert call("10.0.0.1:5432", opened=True).closed == (("10.0.0.1", 5432),)
    assert call("10.0.0.1:5432", opened=False).closed == (("10.0.0.2", 5432),)
    beside = replace(SIDES, routes=(Endpoint(host="10.0.0.1", port=6432),))  # the pooler runs on the source's machine
    assert call("10.0.0.1:6432", opened=True, sides=beside).closed == (("10.0.0.1", 5432),)


@pytest.mark.parametrize("address", ["10.0.0.9:6432", "10.0.0.1:5432", "db.gov.cn:1", ""])
def test_what_was_seen_or_said_of_one_side_says_nothing_of_the_other(address: str) -> None:
    found = {expectation(call(address, opened=opened)) for opened in (False, True)}
    assert len(found) == 2


def test_a_platform_that_the_system_uses_is_a_step_of_its_own() -> None:
    listing = given(systems=[{"identity": True, "exchange": False}])
    found = [plan_calls(programme(), listing, "S-1", {"S-1": SIDES}, opened=opened)[0] for opened in (False, True)]
    assert [(each.interface, each.becomes, each.hosts) for each in found] == [
        ("register:identity", Becomes.REGISTERED, ())
    ] * 2
    assert expectation(found[0]) != expectation(found[1])
    assert plan_all_calls(programme(), listing, ["S-1", "S-9"], {"S-1": SIDES}) == {"S-1": (found[1],)}
    assert plan_calls(programme(), listing, "S-1", {}, opened=True) == ()  # its data does not move by this tool


def test_a_caller_that_has_moved_calls_from_its_new_machine() -> None:
    interface = Interface(id="JK-1", caller="S-1", callee="省级平台", row=ROW, address=at("10.9.9.9:443"))
    servers = (*SERVERS, Server(id="SV-1", system_id="S-1", row=ROW, source_address="10.0.0.1"))
    listing = MigrationList(servers=servers, interfaces=(interface,))
    (closed,) = plan_calls(programme(), listing, "S-1", {"S-1": SIDES}, opened=False)
    (opened,) = plan_calls(programme(), listing, "S-1", {"S-1": SIDES}, opened=True)
    assert [host.name for host in closed.hosts] == ["SV-1"]
    assert opened.hosts == (TARGET,)
    assert (opened.inward, opened.becomes, opened.reason) == (False, Becomes.KEPT, "callee-stays")


def test_whoever_is_not_on_the_list_is_asked_by_a_person() -> None:
    assert call("10.0.0.9:6432", opened=True, caller="省级平台").hosts == ()


def test_a_registration_is_asked_about_where_an_interface_says_what() -> None:
    proof = Interface(
        id="JK-9", caller="S-1", callee="统一身份认证平台", row=ROW, address=at("10.9.9.9:443"), contact="张三",
        ask=Endpoint(scheme="https", host="id.gov.cn", port=443, path="/c/7"), ask_text="已登记",
        registers=Platform.IDENTITY,
    )  # fmt: skip
    listing = replace(given(systems=[{"identity": True, "exchange": True}]), interfaces=(proof,))
    found = {call.interface: call for call in plan_calls(programme(), listing, "S-1", {"S-1": SIDES}, opened=True)}
    assert list(found) == ["JK-9", "register:exchange", "register:identity"]
    ask = Ask(url=Endpoint(scheme="https", host="id.gov.cn", port=443, path="/c/7"), status=200, text="已登记")
    assert {name: call.ask for name, call in found.items()} == {
        "JK-9": None, "register:exchange": None, "register:identity": ask,
    }  # fmt: skip
    other = replace(found["register:identity"], ask=replace(ask, status=204))
    assert expectation(other) != expectation(found["register:identity"])
    # What a system's own row does not say, the interface does; another system's registration is none of its own.
    told = replace(given(systems=[{"identity": False}]), interfaces=(proof,))
    assert "register:identity" in {call.interface for call in plan_calls(programme(), told, "S-1", {"S-1": SIDES})}
    foreign = replace(told, interfaces=(replace(proof, caller="S-2", callee="S-1"),))
    assert [call.interface for call in plan_calls(programme(), foreign, "S-1", {"S-1": SIDES})] == ["JK-9"]


def test_whoever_the_list_names_and_gives_no_interface_of_is_told() -> None:
    needs = Dependency(system_id="S-2", needs_id="S-1", row=ROW)
    called = Interface(id="JK-1", caller="S-2", callee="S-1", row=ROW, address=at("10.0.0.1:5432"))
    listing = given(systems=[{"interfaces": "省级平台"}])
    assert told_callers(given(systems=[{}]), "S-1") == ""
    assert told_callers(listing, "S-1") == "省级平台"
    assert told_callers(replace(listing, dependencies=(needs,)), "S-1") == "省级平台, S-2"
    assert told_callers(replace(listing, dependencies=(needs,), interfaces=(called,)), "S-1") == ""
    outward = replace(called, caller="S-1", callee="S-2")
    assert told_callers(replace(listing, dependencies=(needs,), interfaces=(outward,)), "S-1") == "S-2"


def test_that_nobody_is_named_at_all_is_asked_of_a_person_for_the_side_that_is_open() -> None:
    nothing = given(systems=[{}])
    one = plan_nobody(nothing, "S-1", {"S-1": SIDES})
    other = plan_nobody(nothing, "S-1", {"S-1": replace(SIDES, opened=True)})
    assert one
    assert other
    assert (one.interface, one.becomes, one.hosts) == (NOBODY, Becomes.UNKNOWN, ())
    assert expectation(one) != expectation(other)
    interface = Interface(id="JK-1", caller="S-1", callee="S-2", row=ROW, address=at("10.0.0.1:5432"))
    needs = Dependency(system_id="S-2", needs_id="S-1", row=ROW)
    for named in (
        given(systems=[{"interfaces": "省级平台"}]),
        replace(nothing, interfaces=(interface,)),
        replace(nothing, dependencies=(needs,)),
    ):
        assert plan_nobody(named, "S-1", {"S-1": SIDES}) is None


def test_where_a_disks_copy_is_kept_nobody_calls_anybody() -> None:
    here, there = Reach(address="10.0.0.1"), Reach(address="10.0.0.7")
    move = RehostMove(
        system="S-1",
        slug="s-1",
        source=DiskServer(name="SV-1", reach=here, address=here.address, disk="sda"),
        target=Keeper(name="keeper", reach=there, address=there.address, folder="/srv"),
    )
    sides = sides_of(move, None, opened=False)
    assert (sides.target, sides.machines) == (("",), ())
    assert call("10.0.0.1:80", opened=True, sides=sides).must is None
