"""Every rule of a MariaDB's preflight, by cases; and that nothing is found without words or without a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight, preflight_mariadb
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "mariadb.yaml").read_text(encoding="utf-8")
)
LISTS = (
    "schemas", "filled", "replicates_from", "prober_taken", "undeclared", "absent", "not_transactional", "unnamable",
    "old_secrets", "prepared", "keyless", "unbound", "absent_definers", "events", "zero_dates", "old_charset",
    "short_rows", "direct_clients", "domains",
)  # fmt: skip
WELL: Mapping[str, object] = {
    "version": "10.11.6-MariaDB-log", "log_bin": 1, "log_slave_updates": 1, "gtid_strict_mode": 1,
    "binlog_format": "ROW", "binlog_row_image": "FULL", "gtid_domain_id": 0, "read_only": 0, "sql_mode": "",
    "character_set_server": "utf8mb4", "time_zone": "SYSTEM", "event_scheduler": "ON", "lower_case_table_names": 0,
    "time_zones": 1800, "free_bytes": 40 * 10**9, "log_bytes_hour": 10**8, "database_bytes": 10**9,
    "have_ssl": "YES", "dump_client": True, "proxy_declared": "100", "proxy_maxconn": ["100", "100"],
    "proxy_route": True, "proxy_target": "192.0.2.8 3306", "proxy_wanted": "192.0.2.8 3306",
    **{name: [] for name in LISTS},
}  # fmt: skip


def facts(server_id: int, changed: Mapping[str, object]) -> dict[str, object]:
    told = {**WELL, "server_id": server_id, **changed}
    return {name: value for name, value in told.items() if value is not None}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_found_and_chosen(case: Mapping[str, Any]) -> None:
    source, target = facts(1, case.get("source", {})), facts(2, case.get("target", {}))
    findings = preflight.check(source, target, preflight_mariadb.RULES)
    told = {
        each.result.code.removeprefix("move.preflight."): [str(method) for method in each.against] for each in findings
    }
    assert told == case.get("against", {})
    assert preflight.choose(findings) == case["method"]
    assert all(each.result.status is not CheckStatus.PASS for each in findings)


def test_every_finding_has_words_and_a_case() -> None:
    source = Path(preflight_mariadb.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'(?:finding|listed)\("([a-z-]+)"', source), "unknown"}
    assert len(told) > 30, "the scan must find the rules"
    cased = {code for case in CASES for code in case.get("against", {})}
    assert told - cased == set()
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []
