"""The state folder is private, its key pair is made once, pins and plans are whole or not there."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import paramiko
import pytest

from orchestrator.adapters.state import PinnedHostKeys, StateFolder
from orchestrator.errors import MigrateError
from orchestrator.model.claim import Claim
from orchestrator.model.cloud import CloudIdentity


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    state = StateFolder(tmp_path)
    state.ensure()
    return state


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_looking_makes_nothing(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)

    assert (state.mode(), state.public_key()) == (None, "")
    assert list(tmp_path.iterdir()) == []


def test_others_rights_are_taken_back(state: StateFolder) -> None:
    state.path.chmod(0o755)

    state.ensure()

    assert state.mode() == 0o700
    assert mode(state.runs) == 0o700


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_link_or_a_file_in_its_place_is_refused(tmp_path: Path, kind: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / ".migrate"
    place.symlink_to(elsewhere) if kind == "link" else place.write_text("")

    with pytest.raises(MigrateError) as refused:
        StateFolder(tmp_path).ensure()

    assert refused.value.code == "state.not-a-folder"
    assert list(elsewhere.iterdir()) == []


def test_the_key_pair_is_made_once_and_fits(state: StateFolder) -> None:
    public = state.ensure_public_key()
    private = state.private_key.read_bytes()

    assert state.ensure_public_key() == state.public_key() == public
    assert state.private_key.read_bytes() == private
    assert mode(state.private_key) == 0o600
    key = paramiko.Ed25519Key.from_private_key_file(str(state.private_key))
    assert public.split()[:2] == [key.get_name(), key.get_base64()]


@pytest.mark.parametrize("lost", ["missing", "empty"])
def test_a_lost_public_key_is_derived_and_the_private_key_stays(state: StateFolder, lost: str) -> None:
    """The private key opens the servers that there are; another one would lock us out of all of them."""
    public, private = state.ensure_public_key(), state.private_key.read_bytes()
    path = state.private_key.with_suffix(".pub")
    path.unlink() if lost == "missing" else path.write_text("")

    assert state.ensure_public_key() == public
    assert state.private_key.read_bytes() == private


def test_a_private_key_that_is_none_is_told_and_not_replaced(state: StateFolder) -> None:
    state.private_key.write_text("")

    with pytest.raises(MigrateError) as told:
        state.ensure_public_key()

    assert told.value.code == "state.key-unreadable"
    assert state.private_key.read_text() == ""


def test_a_key_that_others_could_read_is_made_private_again(state: StateFolder) -> None:
    state.ensure_public_key()
    state.private_key.chmod(0o644)

    state.ensure_public_key()

    assert mode(state.private_key) == 0o600


def test_a_plan_is_kept_under_its_digest(state: StateFolder) -> None:
    path = state.save_plan("a" * 64, '{"batch": 1}')

    assert path == state.path / "plans" / f"{'a' * 64}.json"
    assert json.loads(path.read_text()) == {"batch": 1}
    assert mode(path) == 0o600


def test_pins_belong_to_a_server_id_and_outlive_the_process(state: StateFolder) -> None:
    path = state.path / "host-keys.json"
    PinnedHostKeys(path).pin("dr", "id-1", ("ssh-ed25519 AAAA",))
    PinnedHostKeys(path).pin("dr", "id-2", ("ssh-ed25519 BBBB",))

    pins = PinnedHostKeys(path)
    assert pins.known("dr", "id-1") == ("ssh-ed25519 AAAA",)
    assert pins.known("dr", "id-3") == ()
    assert pins.known("administrative", "id-1") == ()


def test_a_folder_has_one_id_that_stays_and_counts(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    assert state.id() == ""
    state.ensure()
    before = state.digest()
    made = state.ensure_id()
    assert len(made) == 32
    assert made == state.ensure_id() == StateFolder(tmp_path).id()
    assert (tmp_path / ".migrate" / "id").stat().st_mode & 0o777 == 0o600
    with_id = state.digest()
    state.clouds.keep([CloudIdentity(name="c", auth_url="u", project="p", region="r")])
    assert len({before, with_id, state.digest()}) == 3


@pytest.mark.parametrize("content", ["", "x" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n" + "0" * 40])
def test_an_id_that_is_none_is_told_and_not_replaced(tmp_path: Path, content: str) -> None:
    state = StateFolder(tmp_path)
    state.ensure()
    (state.path / "id").write_text(content)
    with pytest.raises(MigrateError) as caught:
        state.ensure_id()
    assert caught.value.code == "state.id-unreadable"
    assert (state.path / "id").read_text() == content


def test_an_id_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    state.ensure()
    (tmp_path / "elsewhere").write_text("0" * 32)
    (state.path / "id").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MigrateError) as caught:
        state.id()
    assert caught.value.code == "state.not-ours"


def test_claims_are_remembered_until_there_is_none(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    state.ensure()
    since = datetime(2026, 11, 27, tzinfo=UTC)
    claim = Claim(programme="lab", state="0" * 32, since=since, who="a@b", place="0" * 12, id="g")
    unreadable = Claim(programme="lab", id="h")
    assert state.claims.keep("one", claim)
    assert state.claims.keep("two", unreadable)
    assert not state.claims.keep("one", claim)
    assert state.claims.known() == {"one": claim, "two": unreadable}
    assert state.claims.keep("one", None)
    assert state.claims.known() == {"two": unreadable}
    for broken in ("[", "[]", '{"one": 1}', '{"one": ["a"]}'):
        (state.path / "claims.json").write_text(broken)
        with pytest.raises(MigrateError) as caught:
            state.claims.known()
        assert caught.value.code == "state.claims-unreadable"
