"""A system's id changed on the list after it was built: told, held, kept by `gc`, and never built twice in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.adapters.evidence import read
from orchestrator.errors import ExitCode
from tests.command_site import CommandSite, command_site, server_of

pytestmark = pytest.mark.integration


def rename(site: CommandSite, old: str, new: str) -> None:
    """Change a system's id in both sheets of the list; its server keeps its own."""
    path = site.folder / "list.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"系统编号: {old}\n", f"系统编号: {new}\n"), encoding="utf-8")


def test_a_new_id_is_held_and_the_old_one_goes_on(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局", "S-2": "乙局"}) as site:
        site.run("batch", "1")
        built = [server_of("S-1"), server_of("S-2")]
        rename(site, "S-1", "S-9")

        plan = site.ask("batch", "1", "--dry-run", expect=ExitCode.FAILED)
        (system,) = (each for each in plan["systems"] if each["system"] == "S-9")
        assert (system["mark"], system["reasons"][0]["code"]) == ("!", "plan.looks-renamed")
        assert system["reasons"][0]["values"]["former"] == "S-1"
        out, err = site.run("batch", "1", "--yes", expect=ExitCode.FAILED)
        assert "it looks like S-1, which was built and is on the list no more (S-1-app)" in out
        assert "migrate batch 1 --not-renamed S-9" in out
        assert "[batch.looks-renamed]" in err
        _, err = site.run("retry", "1", "--system", "S-9", expect=ExitCode.REFUSED)
        assert "it looks like S-1" in err
        assert site.servers() == built
        kept = site.ask("gc")
        assert [each["system"] for each in kept["leftovers"]] == []
        assert [note["code"] for note in kept["notes"]] == ["gc.looks-renamed"]

        rename(site, "S-9", "S-1")
        site.run("batch", "1")
        assert site.servers() == built

        rename(site, "S-1", "S-9")
        for _ in range(2):  # the word is said again, and nothing is made again
            site.run("batch", "1", "--not-renamed", "S-9")
            assert site.servers() == sorted([*built, "bench-s-9-s-1-app"])
        entries = list(read(site.folder / ".migrate" / "evidence.jsonl"))
        (word,) = (entry.data for entry in entries if entry.kind == "batch.not-renamed")
        assert (word["system"], word["former"]) == ("S-9", "S-1")
