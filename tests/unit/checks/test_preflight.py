"""Every rule of preflight, by cases; and that nothing is found without words or without a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight
from orchestrator.model.move import Method
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "postgresql.yaml").read_text(encoding="utf-8")
)
LISTS = (
    "keyless", "large_objects", "unlogged", "superuser_applications", "prepared", "materialised_views",
    "always_triggers", "event_triggers", "foreign_servers", "session_features", "direct_clients", "tablespaces",
    "own_replication", "scheduled_jobs", "unroutable", "occupied", "other_databases", "holding",
)  # fmt: skip
WELL: Mapping[str, object] = {
    "version": 150018, "architecture": "x86_64", "glibc": "2.36", "wal_level": "logical", "free_slots": 5,
    "free_senders": 5, "free_workers": 4, "wal_keep_bytes": 20 * 10**9, "free_bytes": 40 * 10**9,
    "wal_bytes_hour": 10**8, "database_bytes": 10**9,
    "extensions": ["plpgsql 1.0"], "extensions_available": {"plpgsql": ["1.0"]}, "collations": ["default"],
    "collations_available": ["default", "C"], "pool_mode": "transaction", "logins": ["app"],
    "blocks": "8192/8192/131072", "checksums": "off", "folder": "/var/lib/postgresql/15/main",
    "locales": ["C.UTF-8", "zh_CN.utf8"], "locales_available": ["C", "C.utf8", "POSIX", "zh_CN.utf8"],
    **{name: [] for name in LISTS},
}  # fmt: skip


def facts(changed: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**WELL, **changed}.items() if value is not None}


def codes(findings: tuple[preflight.Finding, ...]) -> dict[str, list[str]]:
    return {
        finding.result.code.removeprefix("move.preflight."): [str(method) for method in finding.against]
        for finding in findings
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_found_and_chosen(case: Mapping[str, Any]) -> None:
    findings = preflight.check(facts(case.get("source", {})), facts(case.get("target", {})))
    assert codes(findings) == case.get("against", {})
    override = Method(case["override"]) if "override" in case else None
    assert preflight.choose(findings, override) == case["method"]
    assert all(finding.result.status is not CheckStatus.PASS for finding in findings)


def test_every_finding_has_words_and_a_case() -> None:
    source = Path(preflight.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'(?:finding|listed)\("([a-z-]+)"', source), "no-slots", "no-senders", "unknown"}
    assert len(told) > 20, "the scan must find the rules"
    cased = {code for case in CASES for code in case.get("against", {})}
    assert told - cased == set()
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []
