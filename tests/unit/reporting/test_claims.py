"""Who has a programme is told with what helps; a cloud that did not say is no cloud that is free."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.reporting.claims import claim_lines
from orchestrator.reporting.texts import Say


def test_another_folders_claim_and_a_cloud_that_did_not_say() -> None:
    claims: list[Mapping[str, object]] = [
        {
            "cloud": "a", "ours": False, "code": "claim.unreadable",
            "id": "g-1", "state": "?", "since": "?", "who": "?",
        },
        {"cloud": "b", "ours": None, "code": "claim.not-possible", "message": "-"},
        {"cloud": "c", "ours": None, "code": "cloud.unknown-code"},
    ]  # fmt: skip
    for say in (Say("en"), Say("zh")):
        lines = list(claim_lines(claims, say))
        assert [line.split("\uff1a")[0].split(":")[0][:1] for line in lines if "→" not in line] == ["a", "b", "c"]
        assert sum("→" in line for line in lines) == 2
        assert "openstack server group show g-1" in lines[1]
