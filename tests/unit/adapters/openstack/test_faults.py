"""What the services' refusals are called here; the texts are those the real services send."""

from __future__ import annotations

import json

import pytest
import requests
from keystoneauth1 import exceptions as auth
from openstack import exceptions as sdk

from orchestrator.adapters.openstack.faults import conflicting, explain, unanswered
from orchestrator.errors import CloudLost
from orchestrator.reporting.texts import has


def answer(status: int, body: dict[str, object]) -> Exception:
    response = requests.Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json"
    response.headers["x-openstack-request-id"] = "req-1"
    response._content = json.dumps(body).encode()
    with pytest.raises(sdk.HttpException) as raised:
        sdk.raise_from_response(response)
    return raised.value


def nova(status: int, message: str) -> Exception:
    return answer(status, {"error": {"code": status, "message": message}})


def neutron(kind: str, message: str) -> Exception:
    return answer(409, {"NeutronError": {"type": kind, "message": message, "detail": ""}})


CORES = "Quota exceeded for cores, ram: Requested 8, 4096, but already used 16, 0 of 20, 100 cores, ram"
SIZE = (
    "Requested volume or snapshot exceeds allowed gigabytes quota. Requested 9G, quota is 4G and 2G has been consumed."
)
QUOTAS = [
    (nova(403, CORES), "cores, ram_mib"),
    (nova(403, "Quota exceeded, too many key pairs."), "key_pairs"),
    (nova(413, f"VolumeSizeExceedsAvailableQuota: {SIZE}"), "gigabytes"),
    (nova(413, "Requested volume or snapshot exceeds allowed gigabytes_nfs quota."), "gigabytes"),
    (nova(413, "Maximum number of volumes allowed (10) exceeded for quota 'volumes'."), "volumes"),
    (neutron("OverQuota", "Quota exceeded for resources: ['port']."), "ports"),
    (neutron("OverQuota", "Quota exceeded for resources: ['security_group_rule']."), "security_group_rules"),
    (neutron("OverQuota", "Quota exceeded for resources: ['security_group']."), "security_groups"),
    (neutron("OverQuota", "Quota exceeded for resources: ['floatingip']."), "floating_ips"),
    (nova(413, "Something new"), "?"),
]


@pytest.mark.parametrize(("error", "resource"), QUOTAS, ids=[resource for _, resource in QUOTAS])
def test_a_quota_is_named_in_the_plans_words(error: Exception, resource: str) -> None:
    told = explain("c", "web1", error)
    assert (told.code, told.values["resource"]) == ("cloud.quota", resource)
    assert not unanswered(error)
    assert not conflicting(error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (nova(400, "Invalid key_name provided."), "cloud.bad-request"),
        (nova(401, "no"), "cloud.credentials"),
        (auth.Unauthorized("no"), "cloud.credentials"),
        (nova(403, "Policy doesn't allow os_compute_api:servers:create to be performed."), "cloud.forbidden"),
        (nova(404, "Flavor x could not be found."), "cloud.not-found"),
        (neutron("IpAddressGenerationFailure", "No more IP addresses available on network n."), "cloud.conflict"),
        (nova(503, "busy"), "cloud.unavailable"),
        (nova(429, "slower"), "cloud.unavailable"),
        (auth.ConnectFailure("reset"), "cloud.unreachable"),
        (auth.ConnectTimeout("late"), "cloud.unreachable"),
        (auth.EndpointNotFound("no volumev3"), "cloud.not-usable"),
    ],
)
def test_refusals_have_codes_with_words(error: Exception, code: str) -> None:
    told = explain("c", "web1", error)
    assert told.code == code
    assert has(code)
    assert has(f"{code}.remedy")


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (auth.ConnectTimeout("late"), "cloud.unreachable"),
        (auth.SSLError("self-signed"), "cloud.unreachable"),
        (auth.ServiceUnavailable("busy"), "cloud.unavailable"),
        (auth.Unauthorized("no"), "cloud.credentials"),
    ],
)
def test_versions_that_cannot_be_asked_for_are_told_by_what_stood_in_the_way(why: Exception, code: str) -> None:
    """keystoneauth blames the auth_url, unless its path begins with /v3."""
    with pytest.raises(auth.DiscoveryFailure) as raised:
        try:
            raise why
        except auth.ClientException as error:
            raise auth.DiscoveryFailure(f"Please check that your auth_url is correct. {error}")  # noqa: B904
    told = explain("c", "web1", raised.value)
    assert told.code == code
    assert isinstance(told, CloudLost)


def test_an_address_without_an_identity_service_is_a_cloud_that_cannot_be_used() -> None:
    assert explain("c", "web1", auth.DiscoveryFailure("no versions")).code == "cloud.not-usable"


@pytest.mark.parametrize(
    "error", [nova(500, "?"), nova(502, "?"), nova(504, "?"), auth.ConnectFailure("?"), auth.ConnectTimeout("?")]
)
def test_no_answer_is_not_a_no(error: Exception) -> None:
    assert unanswered(error)


@pytest.mark.parametrize("error", [nova(400, "?"), nova(403, "?"), nova(404, "?"), nova(409, "?"), nova(429, "?")])
def test_a_no_is_an_answer(error: Exception) -> None:
    assert not unanswered(error)
