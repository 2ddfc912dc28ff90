"""One OpenStack cloud behind the `Cloud` port, by openstacksdk's proxy layer; it knows no batch and no playbook."""

from orchestrator.adapters.openstack.cloud import OpenStackCloud
from orchestrator.adapters.openstack.timing import Timeouts

__all__ = ["OpenStackCloud", "Timeouts"]
