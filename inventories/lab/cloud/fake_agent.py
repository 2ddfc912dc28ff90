"""Runs inside a cloud: reports a network agent for the fake compute service, so that its servers' ports bind.

A second real linuxbridge agent would fight with the first over the same bridges and rules.
"""

import logging
import time

from neutron.agent import rpc
from neutron.common import config
from neutron.conf.agent import common as agent_common
from neutron_lib import context
from oslo_config import cfg

agent_common.register_agent_state_opts_helper(cfg.CONF)
config.register_common_config_options()
config.init(["--config-file", "/etc/neutron/neutron.conf", "--config-file", "/etc/neutron/fake_agent.ini"])
config.setup_logging()

state = {
    "binary": "neutron-linuxbridge-agent",
    "host": cfg.CONF.host,
    "topic": "N/A",
    "agent_type": "Linux bridge agent",
    "start_flag": True,
    "configurations": {
        "interface_mappings": {"provider": "prov0"},
        "bridge_mappings": {},
        "tunnel_types": ["vxlan"],
        "tunneling_ip": "127.0.0.9",
        "l2_population": False,
        "devices": 0,
        "extensions": [],
    },
}
reports = rpc.PluginReportStateAPI("q-reports-plugin")
while True:
    try:
        reports.report_state(context.get_admin_context_without_session(), state, use_call=True)
        state.pop("start_flag", None)
    except Exception:
        logging.exception("the report was not taken")
    time.sleep(15)
