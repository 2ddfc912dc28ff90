"""The declaration: every fault at its key, all at once; nothing becomes what it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.intake.programme import default_rules, load_programme
from orchestrator.errors import Refused
from orchestrator.model.machines import Reach
from orchestrator.model.move import (
    ExternalMove,
    FilesMove,
    Hash,
    Kind,
    MariaMove,
    Method,
    Pages,
    RehostMove,
    StaticMove,
    WebappMove,
    named,
    parts,
    routes_of,
)
from orchestrator.model.moving import ReaderRules
from orchestrator.model.problem import Problem
from orchestrator.model.programme import BootFrom, CloudKind, Op
from orchestrator.model.system import MigrationList, Row, Secrecy, Server, System
from orchestrator.planning.moving import plan_move
from orchestrator.reporting.texts import has

LAB = Path(__file__).parents[4] / "seeds/lab"
GOOD = """
programme: test
title: 测试
list: list.csv
clouds:
  one:
    kind: public-service
    lifecycle: available
    flavors: {s: {vcpus: 1, ram_mib: 512, disk_gib: 3}}
    zones: {common: {network: net}}
batches:
  1: {deadline: 2026-12-31, units: [甲局]}
"""
ROW = Row(file="l.yaml", sheet="systems", number=1)
MARIADB = "{server: SV-1, databases: [app], proxy: {address: 192.0.2.9, backend: b, maxconn: 9}}"
FILES = (
    "{server: SV-1, hash: sm3, source: {path: /srv/档案, stop: [systemctl, stop, app], start: [systemctl, start, app]},"
    " target: {path: /data}}"
)
REHOST = "{server: SV-1, disk: sda, keeper: {address: 192.0.2.9, folder: /srv/c}, answers: [22, 80]}"
STATIC = (
    "{server: SV-1, source: {path: /srv/www}, target: {path: /data}, host: www.example.test, tls: true,"
    " paths: [/, /%E6%96%B0/], probe: {address: 192.0.2.7}}"
)
POSTGRESQL = "{server: SV-1, databases: [app], pooler: {address: 192.0.2.9, file: /etc/pgbouncer/r.ini}}"
WEBAPP = f"{{files: {FILES}, postgresql: {POSTGRESQL}}}"


def refusal(folder: Path, text: str) -> list[str]:
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load_programme(folder)
    problems = caught.value.values["problems"]
    assert isinstance(problems, tuple)
    told = []
    for problem in problems:
        assert isinstance(problem, Problem)
        assert has(problem.code)
        assert has(f"{problem.code}.remedy")
        told.append(f"{problem.code} {problem.cell}".strip())
    return sorted(told)


def test_the_seed_is_a_good_programme() -> None:
    programme = load_programme(LAB)
    assert programme.slug == "lab"
    assert [cloud.kind for cloud in programme.clouds] == list(CloudKind)
    assert programme.clouds[0].flavors == programme.clouds[1].flavors
    assert programme.rules == default_rules()
    assert len(programme.digest) == 64


def test_no_programme_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        load_programme(tmp_path)
    assert caught.value.code == "programme.missing"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title:", "titel:", ["programme.missing-key title", "programme.unknown-key titel"]),
        ("programme: test", "programme: Te st", ["programme.bad-name programme"]),
        ("list: list.csv", "list: ../list.csv", ["programme.path-outside list[0]"]),
        ("list: list.csv", "list: /etc/passwd", ["programme.path-outside list[0]"]),
        ("kind: public-service", "kind: public", ["programme.value-domain clouds.one.kind"]),
        ("vcpus: 1", "vcpus: many", ["programme.bad-number clouds.one.flavors.s.vcpus"]),
        ("vcpus: 1", "vcpus: 0", ["programme.bad-number clouds.one.flavors.s.vcpus"]),
        ("2026-12-31", "2026-12", ["programme.bad-date batches.1.deadline"]),
        ("2026-12-31", "20261231", ["programme.bad-date batches.1.deadline"]),
        ("    kind:", "    ssh_from: 10.0.0.1/8\n    kind:", ["programme.bad-network clouds.one.ssh_from"]),
        ("title:", "database_url: postgresql://u:hunter2@h/d\ntitle:", ["programme.credential database_url"]),
        ("title:", "synthetic: maybe\ntitle:", ["programme.bad-flag synthetic"]),
        ("\nbatches:\n", "\nbatches:\n  2: {units: [甲局]}\n", ["programme.unit-in-two-batches batches.1.units[0]"]),
        ("title:", "rules: [{id: R1, stage: gate, when: {colour: {is: red}}, then: {hold: block}}]\ntitle:",
         ["programme.unknown-field rules[0].when.colour"]),
        ("title:", "rules: [{id: R1, stage: gate, when: {users: {at_most: few}}, then: {hold: block}}]\ntitle:",
         ["programme.bad-threshold rules[0].when.users.at_most"]),
        ("    kind:", "    boot_from: disk\n    kind:", ["programme.value-domain clouds.one.boot_from"]),
        ("    kind:", "    boot_volume_type: ssd\n    kind:",
         ["programme.no-boot-volumes clouds.one.boot_volume_type"]),
        ("disk_gib: 3", "disk_gib: 0", ["programme.flavor-without-disk clouds.one.flavors.s.disk_gib"]),
        ("disk_gib: 3", "disk_gib: -1", ["programme.bad-number clouds.one.flavors.s.disk_gib"]),
        ("title:", f"moving: {{mariadb: {{S-1: {MARIADB.replace('backend: b', 'backend: b c')}}}}}\ntitle:",
         ["programme.bad-name moving.mariadb.S-1.proxy.backend"]),
        ("title:", f"moving: {{mariadb: {{S-1: {MARIADB}}}, postgresql: {{S-1: {POSTGRESQL}}}}}\ntitle:",
         ["programme.two-kinds moving.mariadb.S-1"]),
        ("title:", f"moving: {{mariadb: {{S-1: {MARIADB}}}, files: {{S-1: {FILES}}}}}\ntitle:",
         ["programme.two-kinds moving.files.S-1"]),
        ("title:", f"moving: {{webapp: {{S-1: {WEBAPP}}}, files: {{S-1: {FILES}}}}}\ntitle:",
         ["programme.two-kinds moving.webapp.S-1"]),
        ("title:", f"moving: {{postgresql: {{S-1: {POSTGRESQL[:-1]}, routes: {{forward: {{}}}}}}}}}}\ntitle:",
         ["programme.unknown-key moving.postgresql.S-1.routes.forward"]),
        ("title:", f"moving: {{webapp: {{S-1: {WEBAPP[:-2]}, routes: {{}}}}}}}}}}\ntitle:",
         ["programme.unknown-key moving.webapp.S-1.postgresql.routes"]),
        ("title:", f"moving: {{webapp: {{S-1: {{files: {FILES}}}}}}}\ntitle:",
         ["programme.one-database moving.webapp.S-1"]),
        ("title:", f"moving: {{webapp: {{S-1: {WEBAPP[:-1]}, mariadb: {MARIADB}}}}}}}\ntitle:",
         ["programme.one-database moving.webapp.S-1"]),
        ("title:", f"moving: {{files: {{S-1: {FILES.replace('/data', '/da ta')}}}}}\ntitle:",
         ["programme.bad-name moving.files.S-1.target.path"]),
        ("title:", f"moving: {{static: {{S-1: {STATIC}}}, files: {{S-1: {FILES}}}}}\ntitle:",
         ["programme.two-kinds moving.static.S-1"]),
        ("title:", f"moving: {{static: {{S-1: {STATIC.replace('/%E6', '/a b')}}}}}\ntitle:",
         ["programme.bad-name moving.static.S-1.paths[1]"]),
        ("title:", f"moving: {{static: {{S-1: {STATIC.replace('www.', 'w w.')}}}}}\ntitle:",
         ["programme.bad-name moving.static.S-1.host"]),
        ("title:", "moving: {external: {S-1: {server: SV-1, tool: ../sh}}}\ntitle:",
         ["programme.bad-name moving.external.S-1.tool"]),
        ("title:", "moving: {external: {S-1: {server: SV-1, tool: t, options: {db_password: x}}}}\ntitle:",
         ["programme.credential moving.external.S-1.options"]),
        ("title:", f"moving: {{rehost: {{S-1: {REHOST.replace('sda', 'sda/../x')}}}}}\ntitle:",
         ["programme.bad-name moving.rehost.S-1.disk"]),
        ("title:", f"moving: {{rehost: {{S-1: {REHOST.replace('/srv/c', '/srv/$(id)')}}}}}\ntitle:",
         ["programme.bad-name moving.rehost.S-1.keeper.folder"]),
        ("title:", f"moving: {{rehost: {{S-1: {REHOST.replace('/srv/c', '/srv/../c')}}}}}\ntitle:",
         ["programme.bad-name moving.rehost.S-1.keeper.folder"]),
        ("title:", "title: a\ntitle:", ["yaml.duplicate-key line 4"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_key(old: str, new: str, expected: list[str], tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD.replace(old, new, 1)) == expected


def test_where_servers_boot_from_volumes_a_flavor_needs_no_disk(tmp_path: Path) -> None:
    boot = "    boot_from: volume\n    volume_type: hdd\n    boot_volume_type: ssd\n    kind:"
    text = GOOD.replace("    kind:", boot).replace("disk_gib: 3", "disk_gib: 0")
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    (cloud,) = load_programme(tmp_path).clouds
    assert (cloud.boot_from, cloud.boot_volume_type) == (BootFrom.VOLUME, "ssd")
    assert cloud.flavors[0].disk_gib == 0


def test_a_mariadb_is_planned_as_it_is_declared(tmp_path: Path) -> None:
    text = GOOD.replace("title:", f"moving: {{mariadb: {{S-1: {MARIADB}}}}}\ntitle:", 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    programme = load_programme(tmp_path)
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=(Server(id="SV-1", row=ROW, system_id="S-1", source_address="192.0.2.1"),),
    )
    move = plan_move(programme, listing, "S-1", {"test-s-1-sv-1": Reach(address="192.0.2.2", user="debian")})
    assert isinstance(move, MariaMove)
    assert (move.kind, move.databases, move.proxy.backend, move.proxy.port) == (Kind.MARIADB, ("app",), "b", 3306)
    assert (move.source.socket, move.source.data_port) == ("/run/mysqld/mysqld.sock", 3306)
    assert (move.source.superuser, move.target.reach.user) == ("root", "debian")


def test_a_whole_machine_is_planned_as_it_is_declared(tmp_path: Path) -> None:
    text = GOOD.replace("title:", f"moving: {{rehost: {{S-1: {REHOST}}}}}\ntitle:", 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=(Server(id="SV-1", row=ROW, system_id="S-1", source_address="192.0.2.1"),),
    )
    move = plan_move(load_programme(tmp_path), listing, "S-1", {"test-s-1-sv-1": Reach(address="192.0.2.2")})
    assert isinstance(move, RehostMove)
    assert (move.kind, move.databases, move.source.root) == (Kind.REHOST, ("/dev/sda",), "/")
    # Its copy is on the keeper, and not on the server that the cloud has for it.
    assert (move.target.address, move.target.folder, move.target.name) == ("192.0.2.9", "/srv/c", "s-1-keeper")
    assert move.answers == (22, 80)


def test_a_tool_is_planned_by_the_bytes_that_it_has_now(tmp_path: Path) -> None:
    declared = "{server: SV-1, tool: t, options: {password_file: t.secret, port: '1'}, limits: {frozen: 30}}"
    text = GOOD.replace("title:", f"moving: {{external: {{S-1: {declared}}}}}\ntitle:", 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=(Server(id="SV-1", row=ROW, system_id="S-1", source_address="192.0.2.1"),),
    )
    moves = []
    for content in ("", "#!/bin/sh\n", "#!/bin/sh\n\n"):
        (tmp_path / "move.d").mkdir(mode=0o755, exist_ok=True)
        if content:
            (tmp_path / "move.d" / "t").write_text(content)
            (tmp_path / "move.d" / "t").chmod(0o755)
        move = plan_move(load_programme(tmp_path), listing, "S-1", {"test-s-1-sv-1": Reach(address="192.0.2.2")})
        assert isinstance(move, ExternalMove)
        moves.append(move)
    move, digests = moves[-1], [each.tool.digest for each in moves]
    assert (move.kind, move.databases, move.limits.frozen.total_seconds()) == (Kind.EXTERNAL, ("t",), 30)
    assert move.options == {"password_file": "t.secret", "port": "1"}
    # A programme is read all the same where its tool is not there: others of its systems go on.
    assert (digests[0], len(set(digests))) == ("", 3)


def test_files_are_planned_as_they_are_declared(tmp_path: Path) -> None:
    text = GOOD.replace("title:", f"moving: {{files: {{S-1: {FILES}}}}}\ntitle:", 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=(Server(id="SV-1", row=ROW, system_id="S-1", source_address="192.0.2.1"),),
    )
    move = plan_move(
        load_programme(tmp_path), listing, "S-1", {"test-s-1-sv-1": Reach(address="192.0.2.2", user="debian")}
    )
    assert isinstance(move, FilesMove)
    assert (move.kind, move.method, move.hash, move.databases) == (Kind.FILES, Method.RSYNC, Hash.SM3, ("/srv/档案",))
    assert (move.source.stop, move.source.start[1], move.target.stop) == (("systemctl", "stop", "app"), "start", ())
    assert (move.target.path, move.target.reach.user, move.limits.frozen.total_seconds()) == ("/data", "debian", 60)


def test_a_static_site_is_planned_as_it_is_declared(tmp_path: Path) -> None:
    text = GOOD.replace("title:", f"moving: {{static: {{S-1: {STATIC}}}}}\ntitle:", 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=(Server(id="SV-1", row=ROW, system_id="S-1", source_address="192.0.2.1"),),
    )
    programme = load_programme(tmp_path)
    move = plan_move(programme, listing, "S-1", {"test-s-1-sv-1": Reach(address="192.0.2.2", user="debian")})
    assert isinstance(move, StaticMove)
    pages = Pages(host="www.example.test", port=443, tls=True, paths=("/", "/%E6%96%B0/"))
    assert (move.kind, move.method, move.pages) == (Kind.STATIC, Method.RSYNC, pages)
    assert programme.moving.databases["S-1"].probe == ReaderRules(address="192.0.2.7", port=443, path="/")


def test_a_webapp_is_planned_of_parts_on_servers_of_their_own(tmp_path: Path) -> None:
    declared = WEBAPP.replace("SV-1", "SV-2", 1).replace("databases:", "method: dump, databases:")
    timer = "others: [{stop: [systemctl, stop, t], start: [systemctl, start, t]}], "
    declared = declared.replace("target: {", f"target: {{{timer}", 1)
    text = GOOD.replace("title:", f"moving: {{webapp: {{S-1: {declared}}}}}\ntitle:", 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=tuple(
            Server(id=f"SV-{each}", row=ROW, system_id="S-1", source_address=f"192.0.2.{each}") for each in (1, 2)
        ),
    )
    targets = {f"test-s-1-sv-{each}": Reach(address=f"192.0.2.1{each}") for each in (1, 2)}
    programme = load_programme(tmp_path)
    move = plan_move(programme, listing, "S-1", targets)
    assert isinstance(move, WebappMove)
    assert (move.kind, move.method, move.chosen) == (Kind.WEBAPP, Method.TOGETHER, Method.DUMP)
    assert programme.moving.databases["S-1"].method is None
    assert (move.files.source.address, move.files.target.address) == ("192.0.2.2", "192.0.2.12")
    assert (move.database.source.address, move.database.target.address) == ("192.0.2.1", "192.0.2.11")
    assert named(move, target=True) == "test-s-1-sv-2 + test-s-1-sv-1"
    assert move.files.target.starts == (("systemctl", "start", "t"),)
    # Each keeps what it keeps for as long as the whole section lasts.
    assert {part.limits.frozen.total_seconds() for part in parts(move)} == {65}


@pytest.mark.parametrize(("kind", "declared"), [("postgresql", POSTGRESQL), ("mariadb", MARIADB)])
def test_who_comes_to_a_database_by_no_pooler_is_led_by_a_name_or_a_floating_ip(
    tmp_path: Path, kind: str, declared: str
) -> None:
    name = "{name: DB.example.test, zone: example.test, servers: 192.0.2.53, key: dns.key}"
    routes = f"{{names: [{name}], floating_ips: [{{address: 203.0.113.20, cloud: one, source: 10.0.0.5}}]}}"
    text = f"moving: {{{kind}: {{S-1: {declared[:-1]}, routes: {routes}}}}}}}\ntitle:"
    (tmp_path / "programme.yaml").write_text(GOOD.replace("title:", text, 1), encoding="utf-8")
    listing = MigrationList(
        systems=(System(id="S-1", row=ROW, unit="甲局", name="甲", secrecy=Secrecy.UNCLASSIFIED),),
        servers=(Server(id="SV-1", row=ROW, system_id="S-1", source_address="192.0.2.1"),),
    )
    move = plan_move(load_programme(tmp_path), listing, "S-1", {"test-s-1-sv-1": Reach(address="192.0.2.2")})
    (led,), (floating,) = routes_of(move).names, routes_of(move).floating
    assert (led.name, led.source, led.target) == ("db.example.test", "192.0.2.1", "192.0.2.2")
    assert (floating.cloud, floating.clouds, floating.source, floating.target) == (
        "one", "clouds.yaml", "10.0.0.5", "192.0.2.2",
    )  # fmt: skip


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("vcpus: 1", "vcpus: x").replace("2026-12-31", "soon").replace("kind:", "kynd:")
    assert refusal(tmp_path, text) == [
        "programme.bad-date batches.1.deadline",
        "programme.bad-number clouds.one.flavors.s.vcpus",
        "programme.missing-key clouds.one.kind",
        "programme.unknown-key clouds.one.kynd",
    ]


def test_a_password_is_never_told(tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text(GOOD + "database_url: postgresql://u:hunter2@h/d\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load_programme(tmp_path)
    assert "hunter2" not in repr(caught.value.values)
    assert "hunter2" not in str(caught.value)


def test_rules_of_its_own_replace_the_shipped_ones(tmp_path: Path) -> None:
    rules = (
        "rules: [{id: R1, stage: gate, when: {users: {at_most: 10}, audience.2: {any: public}}, then: {hold: block}}]\n"
    )
    (tmp_path / "programme.yaml").write_text(GOOD + rules, encoding="utf-8")
    (rule,) = load_programme(tmp_path).rules
    assert [(one.field, one.op, one.values) for one in rule.when] == [
        ("users", Op.AT_MOST, ("10",)),
        ("audience", Op.ANY, ("public",)),
    ]


@pytest.mark.parametrize("spelling", ["{deadline: 2026-12-31, units: [甲局]}", "{units: 甲局, deadline: '2026-12-31'}"])
def test_the_digest_is_of_what_is_declared(spelling: str, tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text(GOOD, encoding="utf-8")
    first = load_programme(tmp_path).digest
    (tmp_path / "programme.yaml").write_text(
        "# a comment\n" + GOOD.replace("{deadline: 2026-12-31, units: [甲局]}", spelling), encoding="utf-8"
    )
    assert load_programme(tmp_path).digest == first


def test_another_declaration_has_another_digest(tmp_path: Path) -> None:
    digests: set[Any] = set()
    for text in (GOOD, GOOD.replace("512", "1024"), GOOD.replace("甲局", "乙局")):
        (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
        digests.add(load_programme(tmp_path).digest)
    assert len(digests) == 3
