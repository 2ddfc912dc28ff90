"""What a programme wants of its replicas: every figure with its document, every fault told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.intake.recovery import grade_tables
from orchestrator.errors import Refused
from orchestrator.model.machines import Reach
from orchestrator.model.problem import Problem
from orchestrator.model.recovering import Wanted
from orchestrator.model.replica import Away, End, Recovery, Replica, ReplicaKind
from orchestrator.model.standby import Make
from orchestrator.model.system import MigrationList, Row, Secrecy, Server, Status, System, Workload
from orchestrator.planning.recovering import count_unasked, plan_recovery
from orchestrator.reporting.texts import has

HEAD = """
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
  1: {units: [甲局]}
recovery:
"""


def load(folder: Path, text: str) -> Recovery:
    (folder / "programme.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_programme(folder).recovery


def refusal(folder: Path, text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        load(folder, text)
    problems: tuple[Problem, ...] = caught.value.values["problems"]  # type: ignore[assignment]
    assert all(has(problem.code) and has(f"{problem.code}.remedy") for problem in problems)
    return sorted(f"{problem.code} {problem.cell}" for problem in problems)


def test_what_is_left_out_is_the_standards_own_figure(tmp_path: Path) -> None:
    found = load(tmp_path, "  levels: {5: {basis: GB/T 20988-2007, drill: 180d}, 3: {basis: GB/T 20988-2007}}\n")
    assert found.levels[5].rpo == timedelta(minutes=30)
    assert found.levels[5].rto == timedelta(days=2)
    assert found.levels[5].drill == timedelta(days=180)
    assert found.levels[3].rpo == timedelta(days=1)
    assert found.levels[3].rto is None  # "12 小时以上" is no upper limit


@pytest.mark.parametrize(
    "basis",
    ["等保三级", "GB/T 22239-2019", "网络安全等级保护三级要求", "MLPS level 3", "GB/T 28448", "mlps 3 / 省方案"],
)
def test_the_myth_that_mlps_sets_an_rpo_is_refused(tmp_path: Path, basis: str) -> None:
    text = f"  levels: {{3: {{rpo: 4h, basis: {basis}}}}}\n"
    assert refusal(tmp_path, text) == ["programme.recovery-myth recovery.levels.3.basis"]


def test_level_3_of_the_standard_does_not_mean_four_hours(tmp_path: Path) -> None:
    text = "  levels: {3: {rpo: 4h, rto: 4h, basis: GB/T 20988—2007}}\n"
    assert refusal(tmp_path, text) == [
        "programme.recovery-not-in-standard recovery.levels.3.rpo",
        "programme.recovery-not-in-standard recovery.levels.3.rto",
    ]
    assert load(tmp_path, "  levels: {3: {rpo: 4h, basis: 省灾备规划第 4 条}}\n").levels[3].rpo == timedelta(hours=4)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = """
  sites: {room: {city: 烟台, province: 山东}}
  levels:
    2: {rpo: 1d}
    4: {basis: GB/T 20988-2025}
    5: {basis: GB/T 20988}
  systems:
    S-1:
      basis: GB/T 20988-2007
      files:
        - source: {address: 10.0.0.1, site: room, path: /srv}
          replica: {address: 10.0.0.2, site: elsewhere, path: /srv}
"""
    assert refusal(tmp_path, text) == [
        "programme.recovery-edition recovery.levels.5.basis",
        "programme.recovery-no-basis recovery.levels.2.rpo",
        "programme.recovery-no-level recovery.systems.S-1.basis",
        "programme.recovery-site recovery.systems.S-1.files[0].replica.site",
        "programme.recovery-unverified recovery.levels.4.basis",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{rpo: 4 hours, basis: x}", "programme.bad-span recovery.levels.4.rpo"),
        ("{rpo: 240, basis: x}", "programme.bad-span recovery.levels.4.rpo"),
        ("{rpo: -1h, basis: x}", "programme.bad-span recovery.levels.4.rpo"),
        ("{headroom: -5}", "programme.bad-number recovery.levels.4.headroom"),
        ("{away: moon}", "programme.value-domain recovery.levels.4.away"),
        ("{rpa: 4h}", "programme.unknown-key recovery.levels.4.rpa"),
    ],
)
def test_a_value_of_another_form_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert refusal(tmp_path, f"  levels: {{4: {text}}}\n") == [told]


def test_what_clouds_keep_is_declared_by_clouds_of_the_programme(tmp_path: Path) -> None:
    text = """
  sites: {room: {city: 烟台, province: 山东}, centre: {city: 济南, province: 山东}}
  systems:
    S-1:
      volume:
        - source: {cloud: one, volume: data, site: room}
          replica: {cloud: %s, site: centre, name: nightly, records: dr/records}
          every: 1d
      image: [{source: {cloud: one, image: base 镜像}, replica: {cloud: one}}]
"""
    volume, image = load(tmp_path, text % "one").replicas["S-1"]
    assert volume == Replica(
        system="S-1",
        kind=ReplicaKind.VOLUME,
        source=End(cloud="one", item="data", site="room", port=0),
        replica=End(cloud="one", item="nightly", site="centre", port=0, records="dr/records"),
        every=timedelta(days=1),
    )
    assert (volume.key, image.key) == ("volume one/nightly 0", "image one/base 镜像 0")
    assert refusal(tmp_path, text % "two") == ["programme.recovery-cloud recovery.systems.S-1.volume[0].replica.cloud"]


@pytest.mark.parametrize(
    "wrong",
    [
        '{cloud: one, name: "a\\eb"}', "{cloud: ../one}", "{cloud: one, records: /etc}",
        "{cloud: one, records: ../x}", "{cloud: one, path: /srv}", f"{{cloud: one, name: {'x' * 256}}}",
    ],
)  # fmt: skip
def test_an_end_in_a_cloud_has_no_other_form(tmp_path: Path, wrong: str) -> None:
    text = f"  systems: {{S-1: {{volume: [{{source: {{cloud: one, volume: data}}, replica: {wrong}}}]}}}}\n"
    assert len(refusal(tmp_path, text)) == 1


@pytest.mark.parametrize(
    "end",
    ["path: ../etc", 'path: "/srv; id"', "path: /srv, address: example.org", "path: /srv, user: -oProxyCommand=id"],
)
def test_an_end_holds_nothing_that_a_shell_or_ssh_could_take_for_its_own(tmp_path: Path, end: str) -> None:
    good = "{address: 10.0.0.1, path: /srv}"
    bad = f"{{{end}}}" if "address" in end else f"{{address: 10.0.0.2, {end}}}"
    assert refusal(tmp_path, f"  systems: {{S-1: {{files: [{{source: {good}, replica: {bad}}}]}}}}\n")


@pytest.mark.parametrize("table", ["heartbeat", 'a."b"', "a.b; DROP TABLE x", "a.b--", "A.b"])
def test_a_heartbeats_table_is_a_plain_name(tmp_path: Path, table: str) -> None:
    end = "{address: 10.0.0.1}"
    text = f"{{source: {end}, replica: {end}, heartbeat: {{table: '{table}'}}}}"
    place = "programme.bad-name recovery.systems.S-1.postgresql[0].heartbeat.table"
    assert refusal(tmp_path, f"  systems: {{S-1: {{postgresql: [{text}]}}}}\n") == [place]


def test_the_tables_say_what_was_verified() -> None:
    tables = grade_tables()
    assert {year: table.verified for year, table in tables.items()} == {2007: True, 2025: False}
    for table in tables.values():
        assert sorted(table.levels) == [1, 2, 3, 4, 5, 6]
        assert table.source
        tightening = [table.levels[level].rpo.most for level in range(1, 7)]
        assert tightening == sorted(tightening, reverse=True)  # type: ignore[type-var]


def given(**changed: object) -> System:
    row = Row(file="f", sheet="s", number=2)
    system = System(id="S-1", row=row, unit="甲局", name="x", secrecy=Secrecy.UNCLASSIFIED)
    return replace(system, **changed)  # type: ignore[arg-type]


def wanted(recovery: Recovery, system: System, *servers: Server, chosen: tuple[str, ...] = ()) -> tuple[Wanted, ...]:
    return plan_recovery(MigrationList(systems=(system,), servers=servers), recovery, chosen)


def test_the_programmes_word_goes_before_the_lists_and_that_before_the_levels(tmp_path: Path) -> None:
    text = """
  levels: {5: {basis: GB/T 20988-2007, drill: 90d, away: province}}
  systems: {S-1: {rto: 1h, basis: 批复 12 号}}
"""
    recovery = load(tmp_path, text)
    policy = wanted(recovery, given(dr_level=5, rpo_min=10, rto_min=999))[0].policy
    assert policy.rto == timedelta(hours=1)
    assert policy.rpo == timedelta(minutes=10)
    assert policy.drill == timedelta(days=90)
    assert policy.away is Away.PROVINCE
    assert policy.basis == {"rto": "批复 12 号", "rpo": "list", "drill": "GB/T 20988-2007"}
    assert wanted(Recovery(), given(dr_level=5))[0].policy.rpo is None


def test_who_needs_a_replica_and_of_what() -> None:
    row = Row(file="f", sheet="s", number=2)
    assert wanted(Recovery(), given()) == ()
    assert wanted(Recovery(), given(dr_level=4, status=Status.RETIRED)) == ()
    assert wanted(Recovery(), given(dr_level=4))[0].needed == {"files"}
    servers = [
        Server(id=str(kind), system_id="S-1", row=row, workload=kind)
        for kind in (Workload.NGINX, Workload.POSTGRESQL, Workload.MARIADB)
    ]
    assert wanted(Recovery(), given(dr_level=4), *servers)[0].needed == {"postgresql", "mariadb"}
    end = End(reach=Reach(address="10.0.0.1"))
    made = Recovery(replicas={"S-1": (Replica(system="S-1", kind=ReplicaKind.POSTGRESQL, source=end, replica=end),)})
    assert wanted(made, given(dr_level=4))[0].needed == frozenset()
    assert wanted(made, given(dr_level=4), servers[2])[0].needed == {"mariadb"}
    unasked = [given(), given(status=Status.MERGED), given(dr_level=4)]
    assert [count_unasked(MigrationList(systems=(system,)), Recovery()) for system in unasked] == [1, 0, 0]
    for chosen, code in (("S-9", "dr.unknown-system"), ("S-1", "dr.not-needed")):
        with pytest.raises(Refused) as caught:
            wanted(Recovery(), given(), chosen=(chosen,))
        assert caught.value.code == code


STANDBY = "{source: {address: 10.0.0.1}, replica: {address: 10.0.0.2}, failover: "


def test_what_a_failover_opens_is_read_with_its_pooler(tmp_path: Path) -> None:
    pooler = "{address: 10.0.0.3, file: /etc/pgbouncer/route.ini}"
    text = f"{STANDBY}{{databases: [app], roles: [app, 报表], pooler: {pooler}}}}}"
    (found,) = load(tmp_path, f"  systems: {{S-1: {{postgresql: [{text}]}}}}\n").replicas["S-1"]
    assert (found.failover.databases, found.failover.roles) == (("app",), ("app", "报表"))
    assert found.failover.pooler is not None
    assert (found.failover.pooler.reach.address, found.failover.pooler.port) == ("10.0.0.3", 6432)


@pytest.mark.parametrize(
    "told",
    ["{databases: ['a b'], roles: [app]}", "{databases: [\"a'\"], roles: [app]}", "{databases: [], roles: [app]}",
     "{databases: [app], roles: []}", "{databases: [app], roles: [app], pooler: {address: 10.0.0.3, file: 'x; id'}}"],
)  # fmt: skip
def test_what_a_poolers_file_or_a_shell_could_take_for_its_own_is_refused(tmp_path: Path, told: str) -> None:
    assert refusal(tmp_path, f"  systems: {{S-1: {{postgresql: [{STANDBY}{told}}}]}}}}\n")


MADE = "{source: {address: 10.0.0.1}, replica: {address: 10.0.0.2}, make: "


def test_how_each_side_is_made_a_standby_is_read(tmp_path: Path) -> None:
    text = f"{MADE}{{data: /srv/pg/dr, rate: 50M, stop: [a, b c]}}, failback: {{data: /srv/pg/main}}}}"
    (found,) = load(tmp_path, f"  systems: {{S-1: {{postgresql: [{text}]}}}}\n").replicas["S-1"]
    assert found.make == Make(data="/srv/pg/dr", rate_kib=50 * 1024, stop=("a", "b c"))
    home = found.homeward
    assert (home.source, home.replica, home.make) == (found.replica, found.source, Make(data="/srv/pg/main"))
    assert home.homeward == found


def test_how_a_mariadb_replica_is_made_is_read(tmp_path: Path) -> None:
    text = f"{MADE}{{data: /srv/my/dr, owner: maria, config: /etc/mysql/dr.cnf}}}}"
    (found,) = load(tmp_path, f"  systems: {{S-1: {{mariadb: [{text}]}}}}\n").replicas["S-1"]
    assert found.make == Make(data="/srv/my/dr", superuser="root", user="maria", config="/etc/mysql/dr.cnf")
    assert refusal(tmp_path, f"  systems: {{S-1: {{mariadb: [{MADE}{{data: /srv/my/dr, owner: '-rf'}}}}]}}}}\n")


@pytest.mark.parametrize(
    "told",
    ["{data: /srv}", "{data: /srv/../etc}", "{data: /srv/pg/}", "{data: 'srv/pg'}", "{data: '/srv/pg; id'}",
     "{data: /srv/pg, rate: 31k}", "{data: /srv/pg, rate: 2000M}", "{data: /srv/pg, rate: 50}",
     "{data: /srv/pg, start: systemctl start pg}", "{data: /srv/pg, config: 'a b'}"],
)  # fmt: skip
def test_what_could_be_taken_for_another_folder_or_rate_is_refused(tmp_path: Path, told: str) -> None:
    assert refusal(tmp_path, f"  systems: {{S-1: {{postgresql: [{MADE}{told}}}]}}}}\n")
