"""`clouds.yaml` is read as the list is: every problem at once, with line and key, and never a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.adapters.intake.clouds import CloudsFile, read_clouds
from orchestrator.model.problem import Severity

GOOD = """\
clouds:
  a:
    auth:
      auth_url: https://keystone.example:5000/v3
      username: u
      password: s3cret
      project_name: p
      user_domain_name: Default
      project_domain_name: Default
"""
APPLICATION = """\
clouds:
  a:
    auth_type: v3applicationcredential
    auth:
      auth_url: https://keystone.example:5000/v3
      application_credential_id: "7"
      application_credential_secret: s3cret
"""


def read(folder: Path, text: str | bytes, *, mode: int = 0o600, secure: str = "") -> CloudsFile:
    path = folder / "clouds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    if secure:
        (folder / "secure.yaml").write_text(secure, encoding="utf-8")
        (folder / "secure.yaml").chmod(mode)
    return read_clouds(path, ["a"])


def told(found: CloudsFile) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in found.problems]


@pytest.mark.parametrize("text", [GOOD, APPLICATION])
def test_a_good_file_has_no_problem_and_an_address(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert told(found) == []
    assert found.addresses == {"a": "https://keystone.example:5000/v3"}


def test_a_missing_file_is_somebody_elses_to_tell(tmp_path: Path) -> None:
    assert read_clouds(tmp_path / "clouds.yaml", ["a"]) == CloudsFile()


@pytest.mark.parametrize(
    ("key", "line"),
    [("auth_url", 4), ("username", 5), ("password", 6), ("project_name", 7), ("user_domain_name", 8)],
)
@pytest.mark.parametrize("empty", [True, False])
def test_a_key_that_is_missing_or_empty_is_named(tmp_path: Path, key: str, line: int, empty: bool) -> None:
    lines = GOOD.splitlines()
    place = line if empty else 2
    lines[line - 1 : line] = [f"      {key}:"] if empty else []
    assert told(read(tmp_path, "\n".join(lines))) == [("clouds.missing-key", f"clouds.a.auth.{key} (line {place})")]


@pytest.mark.parametrize(
    ("before", "after", "code", "cell"),
    [
        ("  a:\n", "\ta:\n", "clouds.tab", "line 2, column 1"),
        ("username: u", "username: [u", "yaml.syntax", "line 6, column 15"),
        ("username: u", "username: u: v", "yaml.syntax", "line 5, column 18"),
        ("username: u", "username: u\n      username: v", "yaml.duplicate-key", "clouds.a.auth.username (line 6)"),
        ("username: u", "username: !x u", "yaml.tag", "line 5"),
        ("clouds:", "cloud:", "clouds.no-clouds", ""),
        ("  a:\n", "  b:\n", "clouds.no-cloud", ""),
        ("password: s3cret", "password: 123456", "clouds.not-text", "clouds.a.auth.password (line 6)"),
        ("password: s3cret", "password: yes", "clouds.not-text", "clouds.a.auth.password (line 6)"),
        ("https://", "ftp://", "clouds.bad-address", "clouds.a.auth.auth_url (line 4)"),
        ("https://", "https://u:s3cret@", "clouds.bad-address", "clouds.a.auth.auth_url (line 4)"),
        (":5000", ":500000", "clouds.bad-address", "clouds.a.auth.auth_url (line 4)"),
        ("  a:\n", "  a:\n    cacert: /no/ca.pem\n", "clouds.no-file", "clouds.a.cacert (line 3)"),
        ("  a:\n", "  a:\n    interface: pubic\n", "clouds.bad-interface", "clouds.a.interface (line 3)"),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, before: str, after: str, code: str, cell: str) -> None:
    assert before in GOOD
    found = read(tmp_path, GOOD.replace(before, after, 1))
    assert told(found) == [(code, cell)]
    assert found.errors == 1
    assert "s3cret" not in str(found.problems)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("      password: s3cret\n", "").replace("  a:\n", "  a:\n    cacert: /no\n    verify: false\n")
    found = read(tmp_path, text.replace("https", "http"), mode=0o644)
    assert {code for code, _ in told(found)} == {
        "clouds.open-file", "clouds.missing-key", "clouds.no-file", "clouds.not-verified", "clouds.plain-http",
    }  # fmt: skip
    assert found.errors == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "172.30.1.10", "keystone.example"])
def test_plain_http_and_no_verification_are_notes(tmp_path: Path, host: str) -> None:
    text = GOOD.replace("https://keystone.example", f"http://{host}").replace("  a:\n", "  a:\n    verify: no\n")
    found = read(tmp_path, text)
    assert {problem.severity for problem in found.problems} == {Severity.WARNING}
    assert (len(found.problems), found.errors) == (2, 0)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o622])
def test_a_file_that_is_not_ours_alone_is_refused(tmp_path: Path, mode: int) -> None:
    assert [code for code, _ in told(read(tmp_path, GOOD, mode=mode))] == ["clouds.open-file"]
    both = read(tmp_path, GOOD, mode=mode, secure="clouds: {a: {auth: {password: x}}}")
    assert [problem.file for problem in both.problems] == ["clouds.yaml", "secure.yaml"]


def test_a_secret_may_stand_in_secure_yaml(tmp_path: Path) -> None:
    text = GOOD.replace("      password: s3cret\n", "")
    assert told(read(tmp_path, text, secure="clouds:\n  a:\n    auth:\n      password: s3cret\n")) == []


@pytest.mark.parametrize("without", ["application_credential_id", "application_credential_secret"])
def test_an_application_credential_needs_id_and_secret(tmp_path: Path, without: str) -> None:
    lines = [line for line in APPLICATION.splitlines() if without not in line]
    assert [code for code, _ in told(read(tmp_path, "\n".join(lines)))] == ["clouds.missing-key"]


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"", b"- a", b"clouds: [a]", b"clouds: {a: 7}", b"{" * 5000, b"x" * 2**21]
)
def test_what_is_no_clouds_file_is_refused(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).errors > 0
