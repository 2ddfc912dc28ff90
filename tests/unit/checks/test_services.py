"""Which ports a workload has, and what its answers are worth."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from orchestrator.checks import services
from orchestrator.model.plan import GuestSpec
from orchestrator.model.result import CheckStatus
from orchestrator.model.system import Opening, Workload

FACTS = {"id": 'YT-"001"<a>', "name": "x"}
PAGE = b"<h1>YT-&#34;001&#34;&lt;a&gt;</h1><p>lab-yt-web1</p>"


def guest(workload: Workload, *openings: Opening) -> GuestSpec:
    return GuestSpec(server="lab-yt-web1", host="web1", workload=workload, user="debian", openings=openings)


def tcp(first: int, last: int | None = None) -> Opening:
    return Opening(protocol="tcp", first=first, last=last or first)


@pytest.mark.parametrize(
    ("workload", "openings", "expected"),
    [
        (Workload.NGINX, (), (80,)),
        (Workload.POSTGRESQL, (), (5432,)),
        (Workload.MARIADB, (tcp(22),), (3306,)),
        (Workload.NGINX, (tcp(8080, 8090), tcp(443), tcp(8080)), (8080, 443)),
        (Workload.NGINX, (Opening(protocol="udp", first=53, last=53),), (80,)),
        (Workload.NONE, (tcp(9000),), ()),
    ],
)
def test_ports(workload: Workload, openings: tuple[Opening, ...], expected: tuple[int, ...]) -> None:
    assert services.ports(guest(workload, *openings)) == expected


def test_every_workload_that_is_installed_can_be_asked_and_judged() -> None:
    installed = set(Workload) - {Workload.NONE}
    assert installed == set(services.DEFAULT_PORTS) == set(services.QUESTIONS)
    for workload in installed:
        assert services.check_answer(guest(workload), 1, b"", FACTS).status is CheckStatus.FAIL


def test_undeclared() -> None:
    assert services.undeclared([tcp(20, 30), tcp(111)], [23, 111, 2049]) == 2049
    assert services.undeclared([tcp(1, 65535)], [23, 111]) is None
    assert services.undeclared([Opening(protocol="udp", first=1, last=65535)], [23]) == 23


GREETING = b"\x59\x00\x00\x00\x0a10.11.19-MariaDB\x00rest"


@pytest.mark.parametrize(
    ("workload", "answer", "expected"),
    [
        (Workload.NGINX, b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n" + PAGE, "pass"),
        (Workload.NGINX, b"HTTP/1.1 200 OK\r\n\r\n<h1>Welcome to nginx!</h1>", "fail"),
        (Workload.NGINX, b"HTTP/1.1 200 OK\r\n\r\nlab-yt-web1 but of another system", "fail"),
        (Workload.NGINX, b"HTTP/1.1 404 Not Found\r\n\r\n" + PAGE, "fail"),
        (Workload.NGINX, b"HTTP/1.1\r\n\r\n" + PAGE, "fail"),
        (Workload.NGINX, b"SSH-2.0-OpenSSH_9.2\r\n\r\n" + PAGE, "fail"),
        (Workload.NGINX, None, "unknown"),
        (Workload.POSTGRESQL, b"S", "pass"),
        (Workload.POSTGRESQL, b"N", "pass"),
        (Workload.POSTGRESQL, b"E", "fail"),
        (Workload.POSTGRESQL, b"SSH-2.0", "fail"),
        (Workload.MARIADB, GREETING, "pass"),
        (Workload.MARIADB, b"\x47\x00\x00\x00\xff\x6a\x04Host is not allowed", "fail"),
        (Workload.MARIADB, b"SSH-2.0-OpenSSH_9.2\r\n", "fail"),
    ],
)
def test_answers(workload: Workload, answer: bytes | None, expected: str) -> None:
    facts: Mapping[str, str] = FACTS
    assert services.check_answer(guest(workload), 80, answer, facts).status.value == expected


@pytest.mark.parametrize(
    ("workload", "openings", "address", "found"),
    [
        (Workload.NGINX, (), "10.0.0.1", ("http://10.0.0.1/",)),
        (Workload.NGINX, ("tcp:8080",), "2001:db8::1", ("http://[2001:db8::1]:8080/",)),
        (Workload.NGINX, ("tcp:80", "tcp:8080"), "10.0.0.1", ("http://10.0.0.1/", "http://10.0.0.1:8080/")),
        (Workload.POSTGRESQL, (), "10.0.0.1", ("postgresql://10.0.0.1:5432/",)),
        (Workload.MARIADB, (), "10.0.0.1", ("mysql://10.0.0.1:3306/",)),
        (Workload.NONE, ("tcp:80",), "10.0.0.1", ()),
    ],
)
def test_links_say_where_a_workload_answers(
    workload: Workload, openings: tuple[str, ...], address: str, found: tuple[str, ...]
) -> None:
    opened = tuple(
        Opening(protocol=protocol, first=int(port), last=int(port), source="0.0.0.0/0")
        for protocol, port in (text.split(":") for text in openings)
    )
    assert services.links(workload, opened, address) == found
