"""What belongs to nothing, and what must never be taken for it."""

from __future__ import annotations

import pytest

from orchestrator.checks.leftovers import leftovers
from orchestrator.model.plan import Kind
from orchestrator.model.result import Observed

WANTED = frozenset({("pub", "planned", "web1/server"), ("pub", "planned", "web1/port"), ("pub", "", "keypair")})
KEPT = frozenset({"held"})


def one(kind: Kind, system: str, key: str = "k", cloud: str = "pub", status: str = "", **detail: str) -> Observed:
    return Observed(
        kind=kind,
        id=f"{system}/{key}/{kind}",
        name=key,
        cloud=cloud,
        system=system,
        key=key,
        status=status,
        detail=detail,
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (one(Kind.SERVER, "planned", "web1/server", status="ACTIVE"), ""),
        (one(Kind.SERVER, "planned", "web1/server", status="ERROR", never_ran="yes"), "gc.server-failed"),
        (one(Kind.SERVER, "planned", "web1/server", status="ERROR", never_ran=""), ""),
        (one(Kind.PORT, "planned", "web1/port"), ""),
        (one(Kind.PORT, "planned", "web9/port", server="web9"), "gc.not-on-plan"),
        (one(Kind.SERVER, "planned", "web1/server", cloud="adm", status="ACTIVE"), "gc.not-on-plan"),
        (one(Kind.SERVER, "gone", status="ACTIVE"), "gc.system-gone"),
        (one(Kind.SERVER, "held", status="ACTIVE"), ""),
        (one(Kind.VOLUME, "held"), ""),
        (one(Kind.PORT, "held", server="web1"), ""),
        (one(Kind.PORT, "held"), "gc.port-without-server"),
        (one(Kind.FLOATING_IP, "held", port="p"), ""),
        (one(Kind.FLOATING_IP, "held"), "gc.floating-ip-without-port"),
        (one(Kind.KEYPAIR, "", "keypair"), ""),
        (one(Kind.KEYPAIR, "", "keypair", cloud="adm"), "gc.key-unused"),
    ],
    ids=lambda value: (
        f"{value.kind}-{value.system}-{value.status}" if isinstance(value, Observed) else value or "belongs"
    ),
)
def test_each_object_alone(found: Observed, reason: str) -> None:
    assert [each.reason for each in leftovers([found], wanted=WANTED, kept=KEPT)] == ([reason] if reason else [])


def test_a_key_pair_stays_while_anything_of_ours_does() -> None:
    key = one(Kind.KEYPAIR, "", "keypair", cloud="adm")
    server = one(Kind.SERVER, "held", cloud="adm", status="ACTIVE")
    assert leftovers([key, server], wanted=WANTED, kept=KEPT) == ()


def test_users_go_before_what_they_use() -> None:
    kinds = [Kind.KEYPAIR, Kind.SECURITY_GROUP, Kind.VOLUME, Kind.PORT, Kind.SERVER, Kind.FLOATING_IP]
    told = leftovers([one(kind, "gone") for kind in kinds], wanted=frozenset(), kept=frozenset())
    assert [each.found.kind for each in told] == [
        Kind.FLOATING_IP, Kind.SERVER, Kind.VOLUME, Kind.PORT, Kind.SECURITY_GROUP, Kind.KEYPAIR,
    ]  # fmt: skip


def test_what_may_hold_data_is_told_with_all_that_a_server_which_has_run_needs() -> None:
    kinds = [Kind.SECURITY_GROUP, Kind.VOLUME, Kind.PORT, Kind.FLOATING_IP]
    ran = [one(Kind.SERVER, "gone", status="SHUTOFF"), *(one(kind, "gone") for kind in kinds)]
    failed = [one(Kind.SERVER, "lost", status="ERROR", never_ran="yes"), *(one(kind, "lost") for kind in kinds)]
    keys = [one(Kind.KEYPAIR, ""), one(Kind.KEYPAIR, "", cloud="adm")]
    told = leftovers([*ran, *failed, *keys], wanted=frozenset(), kept=frozenset())
    held = {(each.found.cloud, each.found.system, Kind(each.found.kind)) for each in told if each.guarded}
    assert held == {("pub", "gone", kind) for kind in (Kind.SERVER, *kinds)} | {
        ("pub", "lost", Kind.VOLUME),
        ("pub", "", Kind.KEYPAIR),
    }
