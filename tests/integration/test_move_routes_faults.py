"""Names and the old address with something in the way: a kill at each of their lines, servers that say other things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.named_site import NAME, TTL, NamedSite, an_hour_later, named_site
from tests.worlds.site import SYSTEM

pytestmark = [
    pytest.mark.integration,
    pytest.mark.nightly,
    pytest.mark.alone,
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamedSite]:
    with named_site(tmp_path_factory.mktemp("programme")) as made:
        made.onward("syncing")
        an_hour_later(made)
        yield made


def stands(site: NamedSite) -> tuple[Phase, list[str], str]:
    """Where the life is, where the name and the floating IP lead, and who answers at the old address."""
    return site.phase, sorted({*site.led(), site.cloud.at}), site.served_by(site.addresses[0])


def finish(site: NamedSite) -> None:
    """Say any command on the system: it finishes first. That nobody calls it was never confirmed."""
    site.migrate("callers", SYSTEM, "--look", expect=ExitCode.FAILED)


@pytest.mark.parametrize("stage", ["open", "opened", "pass-on", "prove-pass-on", "lead-address", "lead"])
def test_people_are_led_to_the_one_side_that_is_open_wherever_it_is_killed(site: NamedSite, stage: str) -> None:
    source, target = site.addresses
    site.killed(stage, "cutover", SYSTEM, "--yes", kind="section")
    assert site.phase is Phase.CUTOVER
    finish(site)
    assert stands(site) == ((Phase.OPEN, [target], "tgt") if stage != "open" else (Phase.SYNCING, [source], "src"))
    if stage == "open":
        return
    site.killed({"pass-on": "pass-back", "prove-pass-on": "prove-pass-back"}.get(stage, stage), "rollback", SYSTEM,
                "--yes", kind="section")  # fmt: skip
    finish(site)
    assert stands(site) == (Phase.SYNCING, [source], "src")


def test_a_name_that_cannot_be_led_now_is_led_by_the_next_command(site: NamedSite) -> None:
    source, target = site.addresses
    site.killed("opened", "cutover", SYSTEM, "--yes", kind="section")
    with site.silent("ns1"):
        told = site.migrate("callers", SYSTEM, "--look", expect=ExitCode.ROLLBACK_FAILED)
        assert "lead" in str(told)
        # Meanwhile the old address takes everybody.
        assert site.served_by(source) == "tgt"
    finish(site)
    assert stands(site) == (Phase.OPEN, [target], "tgt")
    site.migrate("rollback", SYSTEM, "--yes")


def test_a_cloud_that_is_silent_now_leads_its_address_at_the_next_command(site: NamedSite) -> None:
    source, target = site.addresses
    site.killed("opened", "cutover", SYSTEM, "--yes", kind="section")
    site.cloud.fake.refused = 503
    told = site.migrate("callers", SYSTEM, "--look", expect=ExitCode.ROLLBACK_FAILED)
    assert "lead-address" in str(told)
    # Whoever knows the name is led all the same.
    assert (site.led(), site.cloud.at) == ([target], source)
    site.cloud.fake.refused = 0
    finish(site)
    assert stands(site) == (Phase.OPEN, [target], "tgt")
    site.migrate("rollback", SYSTEM, "--yes")


def test_nobody_is_held_where_a_server_says_something_else_or_nothing(site: NamedSite) -> None:
    source, target = site.addresses

    def refused() -> None:
        told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
        assert "move.gate.name" in str(told), told
        assert site.phase is Phase.SYNCING

    with site.silent("ns2"):
        refused()
    for changed, back in (
        (f"add {NAME} 2 A 192.0.2.9", f"del {NAME} A 192.0.2.9"),
        (f"del {NAME} A\nadd {NAME} 2 A 192.0.2.9", f"del {NAME} A\nadd {NAME} 2 A {source}"),
        (f"del {NAME} A\nadd {NAME} 2 CNAME other", f"del {NAME} CNAME\nadd {NAME} 2 A {source}"),
        (f"del {NAME} A", f"add {NAME} 2 A {source}"),
        (f"del {NAME} A\nadd {NAME} 900 A {source}", f"del {NAME} A\nadd {NAME} 2 A {source}"),
    ):
        site.update(changed)
        refused()
        site.update(back)
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], site.led()) == ("open", [target])
    site.migrate("rollback", SYSTEM, "--yes")


def test_what_a_name_was_kept_for_is_known_though_whoever_lowered_it_was_killed(site: NamedSite) -> None:
    source, _ = site.addresses
    for _ in range(2):
        told = site.migrate("drop", SYSTEM, "--dry-run")
        assert {"removal": "name-ttl", "side": "target", "subject": NAME} in told["removals"]
        site.migrate("drop", SYSTEM, "--confirm", SYSTEM)
        assert (site.phase, site.says("ns1")) == (Phase.PROVISIONED, ([source], TTL))
        assert "forward-" not in site.files.sh("src", "ls /var/lib/migrate")
        site.onward("prepared", expect=-9, dies="after:ensure_prepared")
        assert (site.phase, site.says("ns1")[1]) == (Phase.PROVISIONED, 2)
        site.onward("syncing")
