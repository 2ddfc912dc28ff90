"""Rendered files: the same bytes for the same input, list text as data only, names only when they are names."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.rendering import PlaybookRenderer, write_index
from orchestrator.errors import Refused
from orchestrator.model.plan import CloudPart, GuestSpec, SystemSpec
from orchestrator.model.result import Guest
from orchestrator.model.system import Opening, Workload
from tests.hostile import NO_ADDRESSES, payloads

GOLDEN = Path(__file__).parents[3] / "golden" / "render"
HOSTILE = payloads("/tmp/canary")
SLUGS = {"number", "boolean"}  # hostile to YAML 1.1, and yet good names: they are always quoted
COLUMNS = ("system", "name", "unit", "role")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6jdS5wXafPFQzTLnYhqm9CTcnKJhU3o6kUanlctpI0"


class Loader(yaml.CSafeLoader):
    """Shows which values are tagged."""


Loader.add_constructor("!unsafe", lambda loader, node: ("unsafe", node.value))


def guest(host: str, workload: Workload, port: int = 0, *, disk: int = 0, role: str = "") -> GuestSpec:
    openings = (Opening(protocol="tcp", first=port, last=port, source="10.0.0.0/8"),) if port else ()
    return GuestSpec(
        server=f"lab-yt-001-{host}",
        host=host,
        workload=workload,
        user="debian",
        openings=openings,
        data_disk_gib=disk,
        role=role,
    )


def system(*guests: GuestSpec, **changes: Any) -> SystemSpec:
    chosen = guests or (
        guest("web1", Workload.NGINX, 8080, role="前端"),
        guest("db1", Workload.POSTGRESQL, 5432, disk=2),
        guest("db2", Workload.MARIADB),
        guest("bare", Workload.NONE, 9000),
    )
    part = CloudPart(cloud="public-service", zone="common", objects=(), guests=chosen, configuration_digest="0" * 64)
    spec = SystemSpec(
        programme="lab",
        batch=1,
        system="YT-001",
        slug="yt-001",
        department="某局",
        parts=(part,),
        facts={"id": "YT-001", "name": "档案查询系统", "unit": "某局"},
        digest="1" * 64,
    )
    return replace(spec, **changes)


def with_text(column: str, text: str) -> SystemSpec:
    if column == "role":
        return system(guest("web1", Workload.NGINX, 8080, role=text))
    if column == "system":
        return system(guest("web1", Workload.NGINX, 8080), system=text)
    return system(guest("web1", Workload.NGINX, 8080), facts={column: text})


def reached(*hosts: str) -> dict[str, Guest]:
    servers = [f"lab-yt-001-{host}" for host in hosts]
    return {
        server: Guest(server=server, address=f"10.1.0.{number}", host_keys=(KEY,))
        for number, server in enumerate(servers, 1)
    }


@pytest.fixture(scope="module")
def renderer() -> PlaybookRenderer:
    return PlaybookRenderer(Path("/srv/mirror"))


def read_vars(folder: Path) -> Any:
    return yaml.load((folder / "vars.yml").read_bytes(), Loader)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("case", ["everything", "without-addresses"])
def test_a_system_looks_as_the_golden_files_say(renderer: PlaybookRenderer, tmp_path: Path, case: str) -> None:
    guests = reached("web1", "db1", "db2", "bare") if case == "everything" else {}
    folder = renderer.render(system(), tmp_path, guests=guests)
    if os.environ.get("MIGRATE_GOLDEN") == "write":
        renderer.render(system(), GOLDEN / case, guests=guests)
    assert files(folder) == files(GOLDEN / case / "yt-001")
    assert b"\r" not in b"".join(files(folder).values())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = PlaybookRenderer(Path("/srv/mirror")).render(system(), tmp_path / "a", guests=reached("web1", "db1"))
    turned = system(facts=dict(reversed(list(system().facts.items()))))
    second = PlaybookRenderer(Path("/srv/mirror")).render(turned, tmp_path / "b", guests=reached("web1", "db1"))
    assert files(first) == files(second)


def test_a_bare_server_is_in_no_file_and_changes_nothing_for_the_others(
    renderer: PlaybookRenderer, tmp_path: Path
) -> None:
    web, bare = guest("web1", Workload.NGINX, 8080), guest("bare", Workload.NONE, 9000)
    mixed = files(renderer.render(system(web, bare), tmp_path / "mixed", guests=reached("web1")))
    assert mixed == files(renderer.render(system(web), tmp_path / "alone", guests=reached("web1")))

    alone = renderer.render(system(bare), tmp_path / "bare", guests={})
    assert yaml.safe_load(files(alone)["inventory.yml"]) == {"all": {"hosts": None, "children": None}}
    assert read_vars(alone)["migrate_guests"] == {}


def test_rendering_again_replaces_what_was_there(renderer: PlaybookRenderer, tmp_path: Path) -> None:
    folder = renderer.render(system(), tmp_path, guests=reached("web1"))
    assert (folder / "known_hosts").read_text() == f"10.1.0.1 {KEY}\n"
    renderer.render(system(), tmp_path, guests={})
    assert (folder / "known_hosts").read_text() == ""
    assert sorted(files(folder)) == ["inventory.yml", "known_hosts", "playbook.yml", "vars.yml"]


@pytest.mark.parametrize("column", COLUMNS)
def test_list_text_is_data_in_vars_and_nowhere_else(renderer: PlaybookRenderer, tmp_path: Path, column: str) -> None:
    harmless = files(renderer.render(with_text(column, "x"), tmp_path, guests={}))
    for attack, text in HOSTILE.items():
        folder = renderer.render(with_text(column, text), tmp_path, guests={})
        values = read_vars(folder)
        system_values = values["migrate_system"]
        found = {"system": system_values["id"], "role": values["migrate_guests"]["web1"]["role"]}
        assert (found | system_values["facts"])[column] == ("unsafe", text), attack
        assert list(values) == ["migrate_system", "migrate_guests", "migrate_mirror"], attack
        assert files(folder) | {"vars.yml": b""} == harmless | {"vars.yml": b""}, attack


def test_a_mirror_path_is_data_too(tmp_path: Path) -> None:
    folder = PlaybookRenderer(Path("/srv/{{ 7 }}")).render(system(), tmp_path, guests={})
    assert read_vars(folder)["migrate_mirror"]["nginx"] == {"archive": ("unsafe", "/srv/{{ 7 }}/nginx.tar")}


def test_half_a_character_is_replaced(renderer: PlaybookRenderer, tmp_path: Path) -> None:
    folder = renderer.render(with_text("name", "a\ud800b"), tmp_path, guests={})
    assert read_vars(folder)["migrate_system"]["facts"]["name"] == ("unsafe", "a\ufffdb")


@pytest.mark.parametrize("name", ["slug", "host", "server", "user", "fact", "address", "host-key", "source"])
def test_a_name_that_is_none_is_refused(renderer: PlaybookRenderer, tmp_path: Path, name: str) -> None:
    good = {text for attack, text in HOSTILE.items() if attack in SLUGS}
    one = guest("web1", Workload.NGINX, 80)
    for attack in {*HOSTILE.values(), "", "A", "a b", "all", "-a", "a" * 64, "a\n"} - good:
        opening = Opening(protocol="tcp", first=80, last=80, source=f"{attack}/99")
        specs = {
            "slug": system(one, slug=attack),
            "host": system(replace(one, host=attack)),
            "server": system(replace(one, server=attack)),
            "user": system(replace(one, user=f"{attack}!")),
            "fact": system(one, facts={f"{attack}-": "x"}),
            "source": system(replace(one, openings=(opening,))),
        }
        reaching = {
            "address": Guest(server=one.server, address=attack, host_keys=()),
            "host-key": Guest(server=one.server, address="10.1.0.1", host_keys=(attack,)),
        }
        guests = {one.server: reaching[name]} if name in reaching else {}
        with pytest.raises(Refused):
            renderer.render(specs.get(name, system(one)), tmp_path, guests=guests)
    assert list(tmp_path.iterdir()) == []


def test_two_servers_of_one_name_are_refused(renderer: PlaybookRenderer, tmp_path: Path) -> None:
    twice = (guest("web1", Workload.NGINX), guest("web1", Workload.MARIADB))
    with pytest.raises(Refused):
        renderer.render(system(*twice), tmp_path, guests={})


def test_the_index_lists_every_file_with_its_digest(renderer: PlaybookRenderer, tmp_path: Path) -> None:
    written = renderer.write(system(), tmp_path, guests={}, beside={"ansible.cfg": "# ours\n"})
    index = yaml.safe_load(write_index(tmp_path, 1, [(system(), written)]).read_bytes())
    assert index["batch"] == 1
    assert [entry["folder"] for entry in index["systems"]] == ["yt-001"]
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in written.folder.iterdir()}
    assert index["systems"][0]["files"] == found
    assert "ansible.cfg" in found


@pytest.mark.parametrize("address", NO_ADDRESSES, ids=ascii)
def test_what_is_no_address_is_refused_and_nothing_is_written(
    renderer: PlaybookRenderer, tmp_path: Path, address: str
) -> None:
    one = guest("web1", Workload.NGINX, 80)
    with pytest.raises(Refused) as refused:
        renderer.render(
            system(one), tmp_path, guests={one.server: Guest(server=one.server, address=address, host_keys=(KEY,))}
        )
    assert refused.value.code == "render.address"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", ["fe80::%e'/64", "fe80::%1/64", "::%\n/0", "10.0.0.0/33"])
def test_a_network_with_a_zone_is_none(renderer: PlaybookRenderer, tmp_path: Path, source: str) -> None:
    opening = Opening(protocol="tcp", first=80, last=80, source=source)
    with pytest.raises(Refused) as refused:
        renderer.render(system(replace(guest("web1", Workload.NGINX), openings=(opening,))), tmp_path, guests={})
    assert refused.value.code == "render.address"


def test_an_address_is_written_in_its_canonical_form(renderer: PlaybookRenderer, tmp_path: Path) -> None:
    one = guest("web1", Workload.NGINX, 80)
    reaching = {one.server: Guest(server=one.server, address="2001:DB8:0::1", host_keys=(KEY,))}
    folder = renderer.render(system(one), tmp_path, guests=reaching)
    assert (folder / "known_hosts").read_text() == f"2001:db8::1 {KEY}\n"
    inventory = yaml.safe_load((folder / "inventory.yml").read_bytes())
    assert inventory["all"]["hosts"]["web1"] == {"ansible_user": "debian", "ansible_host": "2001:db8::1"}


@pytest.mark.parametrize("login", ["null", "yes", "on", "n"])
def test_a_login_that_yaml_takes_for_something_else_is_refused(
    renderer: PlaybookRenderer, tmp_path: Path, login: str
) -> None:
    with pytest.raises(Refused):
        renderer.render(system(replace(guest("web1", Workload.NGINX), user=login)), tmp_path, guests={})
