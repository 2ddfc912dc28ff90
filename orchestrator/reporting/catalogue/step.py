"""Words of steps: what each is called."""

TEXTS = {
    "step.crashed": ("the program itself failed ({error})", "程序自身出错（{error}）"),
    "step.crashed.remedy": (
        "the traceback is in .migrate/engine.log; please report it",
        "详细信息见 .migrate/engine.log；请反馈",
    ),
    "step.precheck": ("precheck", "预检"),
    "step.probe_sources": ("probe sources", "探查源服务器"),
    "step.ensure_access": ("key pair and security group", "密钥对与安全组"),
    "step.ensure_storage": ("volumes", "云硬盘"),
    "step.ensure_ports": ("ports", "网络端口"),
    "step.ensure_servers": ("servers", "云主机"),
    "step.ensure_attachments": ("attach volumes", "挂载云硬盘"),
    "step.ensure_floating_ips": ("floating IPs", "浮动 IP"),
    "step.await_guests": ("wait for guests", "等待云主机就绪"),
    "step.configure": ("configure", "配置"),
    "step.verify": ("verify", "验证"),
    "step.record": ("record", "留证"),
}
