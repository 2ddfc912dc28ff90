"""A service that is there and answers nobody: `status` calls it deaf, `up` starts it again. On the real cloud `dr`."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from migrate_lab import cloud as clouds
from migrate_lab import listening
from migrate_lab.box import identity
from migrate_lab.cloud import Cloud
from migrate_lab.errors import LabError
from migrate_lab.main import main

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

UP = ["up", "dr", "--no-sources"]
# What a stuck service is like from outside: it says who it is, and nothing else to anybody.
IMPOSTOR = """
import http.server, sys, time
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/": time.sleep(1e6)
        self.send_response(300); self.send_header("Content-Length", "0"); self.end_headers()
    def do_POST(self): time.sleep(1e6)
http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Answer).serve_forever()
"""
PORTS = {"keystone": "5000", "glance": "9292"}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not give the deaf as long as a busy machine would need."""
    monkeypatch.setattr(clouds, "_FOUND_S", 15.0)
    monkeypatch.setattr(listening, "_ANSWER_S", 10.0)
    monkeypatch.setattr(listening, "_WIRED_S", 20.0)


def status(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return what `lab status` says of the cloud."""
    capsys.readouterr()
    main(["status", "-o", "json"])
    return json.loads(capsys.readouterr().out)["dr"]


def processes(cloud: Cloud, services: Sequence[str]) -> dict[str, set[int]]:
    return {name: set(cloud.box._members(name)) for name in services}


def signal_inside(cloud: Cloud, services: Sequence[str], number: signal.Signals) -> None:
    for pids in processes(cloud, services).values():
        cloud.box.succeeds("/bin/kill", f"-{number.value}", "--", *map(str, pids))  # some end meanwhile


def test_services_that_a_signal_holds(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    held = ["cinder-scheduler", "mariadb", "neutron-dhcp", "nova-conductor", "rabbitmq"]
    before = cloud.status()
    signal_inside(cloud, held, signal.SIGSTOP)
    told = status(capsys)
    assert (told["ready"], told["deaf"]) == (False, held)
    assert main(UP) == 0
    after = cloud.status()
    renewed = {name for name in after if after[name] != before[name]}
    assert renewed >= set(held)
    assert not renewed & {"keystone", "glance", "libvirtd", "memcached"}, "whoever was not deaf is left alone"
    assert (status(capsys)["ready"], status(capsys)["deaf"]) == (True, [])


@pytest.mark.nightly
def test_services_that_take_connections_and_answer_nothing(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    for name, port in PORTS.items():
        cloud.stop(name)
        cloud.box.spawn(name, ["python3", "-c", IMPOSTOR, cloud.address, port])
    wait_until_served(cloud)
    told = status(capsys)
    assert (told["ready"], told["deaf"]) == (False, ["keystone"]), "what needs Keystone cannot be judged without it"
    assert main(UP) == 0
    assert status(capsys)["deaf"] == []


def wait_until_served(cloud: Cloud) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if all(cloud.box.succeeds("bash", "-c", f"</dev/tcp/{cloud.address}/{port}") for port in PORTS.values()):
            return
        time.sleep(0.3)
    raise AssertionError("the impostors do not listen")


@pytest.mark.nightly
def test_an_agent_that_wires_nothing_while_it_is_told_alive(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.stop("neutron-linuxbridge")
    cloud.box.spawn("neutron-linuxbridge", ["sleep", "infinity"])
    assert cloud.ready(), "its last report is fresh for a minute"
    assert status(capsys)["deaf"] == ["neutron-linuxbridge"]
    assert main(["start", "dr", "neutron-linuxbridge"]) == 0
    assert main(UP) == 0
    assert status(capsys)["deaf"] == []


@pytest.mark.nightly
def test_what_a_killed_service_leaves_does_not_hold_its_successor_up(cloud: Cloud) -> None:
    """The first process of each dies; its workers, and the broker under its shell, live on."""
    proc = cloud.box.path("/proc")
    for name in ("keystone", "placement", "rabbitmq"):
        leader = cloud.box.service_pid(name)
        assert leader
        rest = processes(cloud, [name])[name] - {leader}
        assert rest or name != "rabbitmq"
        cloud.box.run("/bin/kill", "-KILL", "--", str(leader))
        deadline = time.monotonic() + 10
        while identity(leader, proc) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert main(UP) == 0
    assert cloud.ready()


def test_a_service_that_cannot_be_helped_ends_in_a_sentence_with_its_log(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clouds, "_STARTED_S", 5.0)
    with pytest.raises(LabError) as caught:
        cloud._hear("glance", lambda: False, 1.0)
    assert "glance" in str(caught.value)
    assert str(cloud.folder / "var/log") in str(caught.value)
    assert Path(str(caught.value).rpartition("its log is ")[2]).is_file()
    monkeypatch.undo()
    assert main(UP) == 0


@pytest.fixture
def guests(cloud: Cloud) -> Iterator[list[str]]:
    """Collect the servers a test makes, and delete them after it."""
    made: list[str] = []
    yield made
    api = cloud.api("migrate")
    for server in made:
        api.call("compute", "DELETE", f"/servers/{server}")
    assert main(["clean", "dr"]) == 0


def boot(cloud: Cloud, guests: list[str]) -> None:
    """Make a server and wait until it is active: its port is wired then, or Nova would have given up."""
    api = cloud.api("migrate")
    image = api.get("image", "/images?name=debian-12")["images"][0]["id"]
    flavor = next(one["id"] for one in api.get("compute", "/flavors")["flavors"] if one["name"] == "gov.tiny")
    network = api.get("network", "/networks?name=provider")["networks"][0]["id"]
    body = {"name": f"live-{len(guests)}", "imageRef": image, "flavorRef": flavor, "networks": [{"uuid": network}]}
    server = api.call("compute", "POST", "/servers", {"server": body})["server"]["id"]
    guests.append(server)
    deadline = time.monotonic() + 240
    while (state := api.get("compute", f"/servers/{server}")["server"])["status"] == "BUILD":
        assert time.monotonic() < deadline, "still building"
        time.sleep(1)
    assert state["status"] == "ACTIVE", state.get("fault")


@pytest.mark.nightly
def test_with_live_guests_the_bridge_agent_starts_again_and_wires_new_ones(
    cloud: Cloud, guests: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    boot(cloud, guests)
    for _ in range(2):
        assert main(["stop", "dr", "neutron-linuxbridge"]) == 0
        assert main(["start", "dr", "neutron-linuxbridge"]) == 0
        boot(cloud, guests)
    assert "failed (Invalid argument)" not in cloud.log("neutron-linuxbridge").read_text(errors="replace")
    assert listening.wires(cloud)
    assert status(capsys)["deaf"] == []
