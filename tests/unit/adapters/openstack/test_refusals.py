"""A refusal that names what was asked for is the one object's; one that names nothing of it may be everybody's."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from openstack import exceptions as sdk

from orchestrator.adapters.openstack.faults import explained
from orchestrator.adapters.openstack.refusals import telling_whose
from orchestrator.errors import CloudError, CloudLost, CloudRefused
from orchestrator.model.plan import Owner, ServerSpec, VolumeSpec

OWNER = Owner(programme="p", system="s", key="k")
SERVER = ServerSpec(
    name="p-s-app", owner=OWNER, flavor="gov.small", image="debian-12", keypair="p-key", port="p-s-app-port"
)
SERVER_BODY = {
    "server": {
        "name": "p-s-app", "flavorRef": "42", "imageRef": "5f1c0000-aaaa", "key_name": "p-key",
        "networks": [{"port": "0d9e0000-bbbb"}], "metadata": {"migrate:system": "s"},
    }
}  # fmt: skip
VOLUME = VolumeSpec(name="p-s-data", owner=OWNER, size_gib=5, type="ssd")
VOLUME_BODY = {"volume": {"name": "p-s-data", "size": 5, "volume_type": "ssd", "project_id": "10"}}


def refused(status: int, message: str, spec: ServerSpec | VolumeSpec, body: Any, method: str = "POST") -> CloudError:
    response = requests.Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json"
    response._content = json.dumps({"error": {"code": status, "message": message}}).encode()
    response.request = requests.Request(method, "http://cloud/v2/things", json=body).prepare()
    with pytest.raises(CloudError) as raised, telling_whose(spec), explained("c", spec.name):
        sdk.raise_from_response(response)
    return raised.value


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "Policy doesn't allow os_compute_api:servers:create to be performed."),
        (403, "Forbidden"),
        (403, "Quota exceeded for cores: Requested 42, but already used 20 of 20 cores"),
        (409, "Quota exceeded for resources: ['port']."),
    ],
)
def test_a_rule_or_a_quota_may_be_everybodys(status: int, message: str) -> None:
    error = refused(status, message, SERVER, SERVER_BODY)
    assert isinstance(error, CloudRefused)
    assert error.code in {"cloud.forbidden", "cloud.quota"}
    assert error.values["cloud"] == "c"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "Flavor 42 is not allowed for this project"),
        (403, "flavor gov.small: access denied"),
        (403, "Not authorized for image 5f1c0000-aaaa."),
        (403, "debian-12 is private"),
        (403, "Port 0d9e0000-bbbb is not yours"),
        (400, "Policy doesn't allow it"),
        (404, "Flavor could not be found"),
    ],
)
def test_what_names_what_was_asked_for_is_the_systems(status: int, message: str) -> None:
    assert type(refused(status, message, SERVER, SERVER_BODY)) is CloudError


@pytest.mark.parametrize(
    ("message", "everybodys"),
    [
        ("Maximum number of volumes allowed (10) exceeded for quota 'volumes'.", True),
        ("Maximum number of volumes allowed (10) exceeded for quota 'volumes_ssd'.", False),
        ("Requested volume exceeds allowed gigabytes quota. Requested 5G, quota is 4G.", True),
        ("Requested volume exceeds allowed gigabytes_ssd quota.", False),
    ],
)
def test_the_quota_of_one_volume_type_is_not_everybodys(message: str, everybodys: bool) -> None:
    assert isinstance(refused(413, message, VOLUME, VOLUME_BODY), CloudRefused) is everybodys


@pytest.mark.parametrize("body", [b"\xff\xfe", b"not json", b"[" * 100_000], ids=["bytes", "text", "deep"])
def test_a_request_that_cannot_be_read_is_no_reason_to_close_a_cloud(body: bytes) -> None:
    response = requests.Response()
    response.status_code = 403
    response._content = b"{}"
    response.request = requests.Request("POST", "http://cloud/v2/things", data=body).prepare()
    with pytest.raises(CloudError) as raised, telling_whose(SERVER), explained("c", "s"):
        sdk.raise_from_response(response)
    assert type(raised.value) is CloudError


def test_a_question_that_is_refused_stays_the_clouds() -> None:
    assert isinstance(refused(403, "not you", SERVER, None, method="GET"), CloudLost)
