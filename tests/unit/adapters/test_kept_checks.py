"""What the evidence keeps of a check is read as it was written, and nothing of what has another form."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from orchestrator.adapters.replicas.kept import read, read_source, told
from orchestrator.checks.replicas.system import broken, is_healthy
from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.recovering import CheckedReplica, CheckedSystem, KeptCheck, SeenSource, Wanted
from orchestrator.model.replica import Aspect, Policy, Recovery, ReplicaKind, Told
from orchestrator.model.result import CheckStatus
from orchestrator.model.system import MigrationList, Row, Secrecy, System
from orchestrator.planning.recovering import believe

AT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
WANTED = Wanted(system="S-2", policy=Policy(), told=Told(), needed=frozenset())


def checked() -> CheckedSystem:
    results = (
        verdict(Aspect.EXISTENCE, "there", CheckStatus.PASS, "S-1", evidence="what a machine said"),
        verdict(Aspect.FRESHNESS, "fresh", CheckStatus.PASS, "S-1", seconds="1.5"),
    )
    replica = CheckedReplica(kind=ReplicaKind.POSTGRESQL, address="10.0.0.1", results=results, seconds=1.5)
    missing = (verdict(Aspect.EXISTENCE, "kind", CheckStatus.FAIL, "S-1", kind="mariadb"),)
    return CheckedSystem(system="S-1", policy=Policy(), status=CheckStatus.FAIL, missing=missing, replicas=(replica,))


def kept(**changed: Any) -> list[KeptCheck]:
    data = {"began": AT.isoformat(), "seen": json.loads(json.dumps(told([checked(), broken(WANTED, "E")])))}
    return list(read({**data, **changed}, datetime.date))


def test_every_verdict_is_kept_and_no_word_of_a_machine() -> None:
    assert "machine" not in json.dumps(told([checked()]))
    first, second = kept()
    assert (first.system, first.at, first.missing) == ("S-1", AT, ("mariadb",))
    assert first.verdicts == (
        (Aspect.EXISTENCE, CheckStatus.FAIL, "none"),
        (Aspect.EXISTENCE, CheckStatus.PASS, "there"),
        (Aspect.FRESHNESS, CheckStatus.PASS, "fresh"),
    )
    assert first.replicas[0].seconds == 1.5
    assert second.verdicts == ((Aspect.EXISTENCE, CheckStatus.ERROR, "broken"),)


@pytest.mark.parametrize(
    "changed",
    [
        {"began": "yesterday"},
        {"began": "2026-03-01T00:00:00"},
        {"seen": None},
        {"seen": {"S-1": {}}},
        {"seen": {"S-1": {"missing": [], "broken": False, "replicas": [{"kind": "x"}]}}},
        {
            "seen": {
                "S-1": {
                    "missing": [],
                    "broken": False,
                    "replicas": [
                        {"kind": "files", "address": "a", "seconds": None, "verdicts": {"existence": "good there"}}
                    ],
                }
            }
        },
    ],
)
def test_what_has_another_form_is_no_check(changed: dict[str, Any]) -> None:
    assert kept(**changed) == []


def test_what_was_seen_of_a_primary_is_kept_for_a_failover() -> None:
    seen = SeenSource(identifier="7", lsn=1000, ahead=-0.2, n=9, ts=1.5)
    one = checked()
    one = replace(one, replicas=(replace(one.replicas[0], source=seen),))
    data = {"began": AT.isoformat(), "seen": json.loads(json.dumps(told([one])))}
    assert read_source(data, "S-1", "postgresql 10.0.0.1 0") == replace(seen, at=AT)
    assert read_source(data, "S-1", "postgresql 10.0.0.2 0") is None
    assert read_source(data, "S-2", "postgresql 10.0.0.1 0") is None
    assert read_source({"began": "x"}, "S-1", "postgresql 10.0.0.1 0") is None
    silent = {"began": AT.isoformat(), "seen": json.loads(json.dumps(told([checked()])))}
    assert read_source(silent, "S-1", "postgresql 10.0.0.1 0") is None


def test_nothing_that_nobody_looked_at_is_healthy() -> None:
    found = [(aspect, status) for aspect, status, _ in kept()[0].verdicts if status is CheckStatus.PASS]
    assert not is_healthy(found)
    assert is_healthy([*found, (Aspect.IDENTITY, CheckStatus.PASS), (Aspect.INDEPENDENCE, CheckStatus.PASS)])


def test_a_check_counts_through_the_day_on_which_its_time_ends() -> None:
    east = timezone(timedelta(hours=8))
    listing = MigrationList(
        systems=(
            System(
                id="S-1",
                unit="u",
                name="n",
                secrecy=Secrecy.UNCLASSIFIED,
                row=Row(file="x", sheet="", number=2),
                dr_level=4,
            ),
        )
    )
    for span, until in ((timedelta(hours=1), "2026-03-02"), (timedelta(days=2), "2026-03-04"), (None, "None")):
        recovery = Recovery(levels={4: Policy(check=span)})
        found = believe(listing, recovery, kept(), lambda moment: moment.astimezone(east).date())
        assert [(one.system, str(one.until)) for one in found] == [("S-1", until)]
