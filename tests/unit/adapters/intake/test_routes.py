"""What a programme may say of names and old addresses: a value that is not of its form never gets further."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.routes import forwarder
from orchestrator.errors import Refused
from orchestrator.model.machines import Reach
from orchestrator.model.moving import StaticRules
from orchestrator.model.routes import Forwarder

NAME = {"name": "www.example.test", "zone": "example.test", "servers": "192.0.2.53", "key": "dns.key"}


def declared(folder: Path, routes: object, probe: object = None) -> StaticRules:
    """Return the rules of a programme that declares this."""
    tree = {"path": "/srv/www"}
    site = {
        "server": "SV-1",
        "source": tree,
        "target": tree,
        "host": "www.example.test",
        "paths": "/",
        "routes": routes,
        **({"probe": probe} if probe else {}),
    }
    cloud = {
        "kind": "administrative",
        "lifecycle": "available",
        "user": "root",
        "images": {"": "i"},
        "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}},
        "zones": {"z": {"network": "n"}},
    }
    told = {
        "programme": "p",
        "title": "t",
        "list": "list.yaml",
        "sources": {"identity": "identity", "known_hosts": "known_hosts"},
        "clouds": {"c": cloud},
        "batches": {1: {"systems": ["S-1"]}},
        "moving": {"static": {"S-1": site}},
    }
    (folder / "programme.yaml").write_text(yaml.safe_dump(told))
    rules = load_programme(folder).moving.databases["S-1"]
    assert isinstance(rules, StaticRules)
    return rules


def problems(folder: Path, routes: object, probe: object = None) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        declared(folder, routes, probe)
    found = refused.value.values["problems"]
    assert isinstance(found, tuple)
    return [(each.code, each.cell.rpartition(".")[2]) for each in found]


def test_names_and_the_old_address_are_read(tmp_path: Path) -> None:
    routes = {"names": [{**NAME, "name": "WWW.Example.test"}], "forward": {"ports": [80, 443]}}
    rules = declared(tmp_path, routes, {"name": "www.example.test"})
    assert rules.routes
    assert rules.routes.forward
    (name,) = rules.routes.names
    assert (name.name, name.servers, name.ttl, name.source) == ("www.example.test", ("192.0.2.53",), 60, "")
    assert (rules.routes.forward.ports, rules.routes.forward.quiet_days) == ((80, 443), 7)
    assert rules.probe
    assert (rules.probe.address, rules.probe.name) == ("", "www.example.test")


@pytest.mark.parametrize(
    "name",
    [
        "www.example.test.", "*.example.test", "www example.test", "www.example.test\nother", "-x.example.test",
        "$(reboot).example.test", "www..example.test", f"{'a' * 64}.example.test", "www", "",
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    assert problems(tmp_path, {"names": [{**NAME, "name": name}]})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"zone": "other.test"}, "programme.bad-zone"),
        ({"zone": "ample.test"}, "programme.bad-zone"),
        ({"servers": "ns1.example.test"}, "programme.bad-address"),
        ({"servers": []}, "programme.too-few"),
        ({"key": "/etc/dns.key"}, "programme.path-outside"),
        ({"key": "../dns.key"}, "programme.path-outside"),
        ({"source": "here"}, "programme.bad-address"),
        ({"ttl": 86_400}, "programme.bad-number"),
    ],
)
def test_a_name_that_cannot_be_led_is_refused(tmp_path: Path, changed: dict[str, object], code: str) -> None:
    assert [found for found, _ in problems(tmp_path, {"names": [{**NAME, **changed}]})] == [code]


ADDRESS = {"address": "203.0.113.20", "cloud": "c"}


def test_a_floating_ip_is_read(tmp_path: Path) -> None:
    rules = declared(tmp_path, {"floating_ips": [{**ADDRESS, "target": "10.0.0.9"}]})
    assert rules.routes
    (found,) = rules.routes.floating_ips
    assert (found.address, found.cloud, found.source, found.target) == ("203.0.113.20", "c", "", "10.0.0.9")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"address": "203.0.113.20 x"}, "programme.bad-address"),
        ({"address": "www.example.test"}, "programme.bad-address"),
        ({"target": "p-2"}, "programme.bad-address"),
        ({"cloud": "d"}, "programme.floating-cloud"),
        ({"cloud": "c d"}, "programme.bad-name"),
        ({"port": "p-2"}, "programme.unknown-key"),
    ],
)
def test_a_floating_ip_that_cannot_be_led_is_refused(tmp_path: Path, changed: dict[str, object], code: str) -> None:
    assert [found for found, _ in problems(tmp_path, {"floating_ips": [{**ADDRESS, **changed}]})] == [code]


@pytest.mark.parametrize("ports", [[], [0], [65536], ["80; drop"]])
def test_what_is_no_port_is_refused(tmp_path: Path, ports: list[object]) -> None:
    assert problems(tmp_path, {"forward": {"ports": ports}})


@pytest.mark.parametrize(
    "probe", [{"name": "other.example.test"}, {"rate": 5}, {"name": NAME["name"], "address": "::1"}]
)
def test_a_probe_is_led_by_one_thing_that_is_known(tmp_path: Path, probe: object) -> None:
    assert [code for code, _ in problems(tmp_path, {"names": [NAME]}, probe)] == ["programme.bad-reader"]


def test_an_address_that_is_none_never_becomes_a_rule_of_the_kernel() -> None:
    good = Forwarder(
        slug="s-1",
        reach=Reach(address="192.0.2.1"),
        address="192.0.2.1",
        target="203.0.113.7",
        ports=(80,),
        quiet=timedelta(days=7),
    )
    assert "forward-s-1" in forwarder.said(good, "on")
    with pytest.raises(ValueError, match="drop"):
        forwarder.program(replace(good, target="1.2.3.4; drop"))
