"""Which programs make a cloud, and with which words each is started; the order of starting is `cloud.py`'s."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

# One thread a process: oslo.log takes eventlet's locks as soon as eventlet is imported, and between native threads
# these wait for ever ("cannot switch to a different thread", https://github.com/eventlet/eventlet/issues/432).
_WSGI = shlex.split(
    "/usr/bin/uwsgi_python3 --master --processes 2 --threads 1 --enable-threads --die-on-term --no-orphans --need-app"
    " --buffer-size 65535 --add-header Connection:close --harakiri 120"
)
_NOVA = "--config-file=/etc/nova/nova.conf"
_NEUTRON = "--config-file=/etc/neutron/neutron.conf"
_ML2 = "--config-file=/etc/neutron/plugins/ml2"
RABBIT_HOME = {
    "HOME": "/var/lib/rabbitmq",
    "RABBITMQ_NODENAME": "rabbit@localhost",
    "ERL_EPMD_ADDRESS": "127.0.0.1",
}


@dataclass(frozen=True, slots=True)
class Service:
    """One program and the environment it needs."""

    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)


def services(address: str) -> dict[str, Service]:
    """Return every service of a cloud whose APIs listen on `address`."""
    rabbit = RABBIT_HOME | {
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONFIG_FILE": "/etc/rabbitmq/lab",
        "RABBITMQ_PID_FILE": "/run/rabbitmq/pid",
        # one scheduler that does not spin while idle: many nodes share few cores
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
    }
    table = {
        "mariadb": Service(["/usr/sbin/mariadbd", "--defaults-file=/etc/mysql/lab.cnf"]),
        "rabbitmq": Service(["/usr/lib/rabbitmq/bin/rabbitmq-server"], rabbit),
        "memcached": Service(shlex.split("/usr/bin/memcached -u memcache -l 127.0.0.1 -m 64 -c 1024")),
        "keystone": Service(
            [*_WSGI, "--http-socket", f"{address}:5000", "--wsgi-file", "/usr/bin/keystone-wsgi-public"]
        ),
        "placement": Service([*_WSGI, "--http-socket", f"{address}:8778", "--wsgi-file", "/usr/bin/placement-api"]),
        "glance": Service(["/usr/bin/glance-api", "--config-file=/etc/glance/glance-api.conf"]),
        "virtlogd": Service(["/usr/sbin/virtlogd"]),
        "libvirtd": Service(["/usr/sbin/libvirtd"]),
        "nova-compute": Service(["/usr/bin/nova-compute", _NOVA, "--config-file=/etc/nova/nova-compute.conf"]),
        "nova-fake": Service(["/usr/bin/nova-compute", _NOVA, "--config-file=/etc/nova/nova-fake.conf"]),
        "fake-agent": Service(["/usr/bin/python3", "/etc/migrate-lab/fake_agent.py"]),
        "neutron-server": Service(["/usr/bin/neutron-server", _NEUTRON, f"{_ML2}/ml2_conf.ini"]),
        "neutron-linuxbridge": Service(
            ["/usr/bin/neutron-linuxbridge-agent", _NEUTRON, f"{_ML2}/linuxbridge_agent.ini"]
        ),
    }
    for name in ("nova-api", "nova-conductor", "nova-scheduler"):
        table[name] = Service([f"/usr/bin/{name}", _NOVA])
    for name in ("dhcp", "l3", "metadata"):
        config = f"--config-file=/etc/neutron/{name}_agent.ini"
        table[f"neutron-{name}"] = Service([f"/usr/bin/neutron-{name}-agent", _NEUTRON, config])
    for name in ("cinder-api", "cinder-scheduler", "cinder-volume", "cinder-backup"):
        table[name] = Service([f"/usr/bin/{name}", "--config-file=/etc/cinder/cinder.conf"])
    return table


ON_DEMAND = frozenset({"cinder-backup", "nova-fake", "fake-agent"})
"""Started only where asked for: each costs memory that most runs do not need."""
