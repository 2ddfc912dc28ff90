"""`migrate preflight` on two real servers: the method, what speaks against the others, a page; nothing is changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.errors import ExitCode
from tests.worlds.postgresql import world
from tests.worlds.site import SYSTEM, Site

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

HOSTILE = "<script>alert(1)</script>\x1b]0;x\x07\u202e"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with world(big=200) as running:
        made = Site(running, tmp_path_factory.mktemp("programme"))
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none", windows="any")
        made.list()
        yield made


def preflight(site: Site, address: str = "", *, expect: int = 0, lang: str = "en") -> tuple[Any, str]:
    """Return the answer for programs and the page."""
    page = site.folder / "preflight.html"
    key = " ".join((site.world.folder / "host_key.pub").read_text().split()[:2])
    done = subprocess.run(
        [*site.world.net.inside("ctl"), sys.executable, "-m", "tests.worlds.preflight", str(site.folder),
         address or site.world.move.target.address, key, str(page)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "MIGRATE_LANG": lang, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert f"1/1  {SYSTEM}" in done.stderr
    return json.loads(done.stdout), page.read_text(encoding="utf-8")


def codes(told: Any, method: str = "") -> set[str]:
    (system,) = told["systems"]
    return {each["code"] for each in system["findings"] if not method or method in each["against"]}


def test_what_can_be_moved_says_how(site: Site) -> None:
    told, page = preflight(site)
    (system,) = told["systems"]
    assert (system["kind"], system["method"], system["declared"], system["status"]) == (
        "postgresql", "logical", None, "pass",
    )  # fmt: skip
    assert told["counts"] == {"pass": 1, "fail": 0, "unknown": 0}
    assert "by logical replication" in page
    assert site.lives.of(SYSTEM) is None
    assert Path(told["page"]).stat().st_mode & 0o777 == 0o640


def test_what_speaks_against_a_method_is_told_with_what_helps(site: Site) -> None:
    site.world.sql("src", "select lo_from_bytea(77, 'large'); create unlogged table cache(n int)")
    quoted = HOSTILE.replace('"', '""').replace("'", "''")
    site.world.sql("src", f'create table "{quoted}"(n int)')
    try:
        told, page = preflight(site)
        _, chinese = preflight(site, lang="zh")
        site.declare(approvals="none", windows="any")
        text = (site.folder / "programme.yaml").read_text()
        (site.folder / "programme.yaml").write_text(text.replace("server: SV-1", "server: SV-1\n      method: logical"))
        refused, no = preflight(site, expect=ExitCode.REFUSED)
    finally:
        site.declare(approvals="none", windows="any")
        site.world.sql("src", "select lo_unlink(77); drop table cache")
        site.world.sql("src", f'drop table "{quoted}"')
    assert told["systems"][0]["method"] == "dump"
    assert "move.preflight.large-objects" in codes(told, "logical")
    assert any(HOSTILE in each["subject"] for each in told["systems"][0]["findings"])
    for text in (page, chinese):
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "导出导入" in chinese
    assert "by dump and restore" in page
    assert (refused["systems"][0]["method"], refused["systems"][0]["status"]) == (None, "fail")
    assert "cannot be moved as it is" in no


def test_who_cannot_be_asked_is_unknown(site: Site) -> None:
    told, page = preflight(site, "192.0.2.1", expect=ExitCode.FAILED)
    (system,) = told["systems"]
    assert (system["status"], system["error"]["code"].split(".")[0]) == ("unknown", "session")
    assert "could not be asked" in page


def test_a_move_that_has_begun_is_not_asked_again(site: Site) -> None:
    site.onward("syncing")
    told, page = preflight(site)
    (system,) = told["systems"]
    assert (system["phase"], system["method"], system["status"]) == ("syncing", "logical", "pass")
    assert "begun by logical replication" in page
