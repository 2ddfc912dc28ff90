"""A mark that was written is read back; what is not ours reads as nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.openstack.marks import (
    marked_key,
    read_key,
    read_mark,
    read_metadata,
    rule_text,
    same_key,
    tags,
)
from orchestrator.model.plan import Owner
from orchestrator.model.system import Opening
from orchestrator.planning.specs import opening_text

SLUGS = st.text("abcxyz019-", min_size=1, max_size=31)
OWNERS = st.builds(Owner, programme=SLUGS, system=SLUGS | st.just(""), key=st.lists(SLUGS, min_size=1).map("/".join))


@given(OWNERS)
def test_every_mark_is_read_back(owner: Owner) -> None:
    assert read_mark(owner.mark()) == owner
    assert read_metadata({**owner.tags(), "role": "db"}) == owner
    assert read_key(marked_key("ssh-ed25519 AAAA me at home", owner)) == owner


@given(OWNERS)
def test_tags_are_what_nova_and_neutron_accept(owner: Owner) -> None:
    assert all(len(tag) <= 60 and not {",", "/"} & set(tag) for tag in tags(owner))


@pytest.mark.parametrize(
    "text", [None, "", "web server", "migrate:", "migrate:lab", "migrate:lab/x", "a migrate:l/s/k"]
)
def test_other_descriptions_are_nobodys(text: str | None) -> None:
    assert read_mark(text) is None


@pytest.mark.parametrize(
    "metadata", [None, {}, {"migrate:programme": "lab"}, {"programme": "lab", "system": "s", "key": "k"}]
)
def test_other_metadata_is_nobodys(metadata: dict[str, str] | None) -> None:
    assert read_metadata(metadata) is None


@pytest.mark.parametrize("key", [None, "", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 AAAA root@web1"])
def test_other_keys_are_nobodys(key: str | None) -> None:
    assert read_key(key) is None


def test_keys_are_compared_without_their_comments() -> None:
    assert same_key("ssh-ed25519 AAAA one", "ssh-ed25519 AAAA two")
    assert not same_key("ssh-ed25519 AAAA", "ssh-ed25519 BBBB")


ANY = {"protocol": None, "port_range_min": None, "port_range_max": None}
WEB = {"protocol": "tcp", "port_range_min": 80, "port_range_max": 90}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (WEB | {"remote_ip_prefix": "10.0.0.0/8"}, "tcp:80-90:10.0.0.0/8"),
        (WEB | {"remote_ip_prefix": None, "ethertype": "IPv4"}, "tcp:80-90:0.0.0.0/0"),
        (WEB | {"remote_ip_prefix": None, "ethertype": "IPv6"}, "tcp:80-90:::/0"),
        (WEB | {"remote_group_id": "g"}, "tcp:80-90:group-g"),
        (ANY, "any:any-any:0.0.0.0/0"),
    ],
)
def test_rules_read_as_openings(rule: dict[str, object], text: str) -> None:
    assert rule_text(rule) == text


def test_a_rule_made_from_an_opening_reads_as_that_opening() -> None:
    opening = Opening(protocol="tcp", first=22, last=22, source="172.30.1.7/24")
    rule = {"protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "172.30.1.0/24"}
    assert opening_text(opening) == rule_text(rule)
