"""Words of steps: what each is called, and why it is done."""

TEXTS = {
    "step.crashed": ("the program itself failed ({error})", "程序自身出错（{error}）"),
    "step.crashed.remedy": (
        "the traceback is in .migrate/engine.log; please report it",
        "详细信息见 .migrate/engine.log；请反馈",
    ),
    "step.precheck": ("precheck", "预检"),
    "step.precheck.reason": (
        "a cloud that does not answer or lacks a flavor is found before anything is made",
        "在创建之前发现云无应答或缺少规格",
    ),
    "step.probe_sources": ("probe sources", "探查源服务器"),
    "step.probe_sources.reason": (
        "what is said on the list is compared with what is there, without changing it",
        "把清单所写与现场实际对照，且不改动源服务器",
    ),
    "step.ensure_access": ("key pair and security group", "密钥对与安全组"),
    "step.ensure_access.reason": ("a server opens exactly the declared ports", "云主机只开放申报的端口"),
    "step.ensure_storage": ("volumes", "云硬盘"),
    "step.ensure_storage.reason": ("data lives apart from the server that uses it", "数据与云主机分开存放"),
    "step.ensure_ports": ("ports", "网络端口"),
    "step.ensure_ports.reason": (
        "a server on a port of its own can never be made twice",
        "端口先行，同一云主机不会重复创建",
    ),
    "step.ensure_servers": ("servers", "云主机"),
    "step.ensure_servers.reason": ("the system needs machines to run on", "系统需要运行的机器"),
    "step.ensure_attachments": ("attach volumes", "挂载云硬盘"),
    "step.ensure_attachments.reason": ("the workload's data folder is on its volume", "业务数据目录位于云硬盘上"),
    "step.ensure_floating_ips": ("floating IPs", "浮动 IP"),
    "step.ensure_floating_ips.reason": ("the zone is reached from outside", "该分区需要对外访问"),
    "step.await_guests": ("wait for guests", "等待云主机就绪"),
    "step.await_guests.reason": (
        "only a guest whose own console told its host key is logged in to",
        "只登录由自身控制台给出主机密钥的云主机",
    ),
    "step.configure": ("configure", "配置"),
    "step.configure.reason": ("the workload is installed and set up", "安装并配置业务软件"),
    "step.verify": ("verify", "验证"),
    "step.verify.reason": ("what was promised is seen from outside", "从外部确认承诺的结果"),
    "step.record": ("record", "留证"),
    "step.record.reason": ("what the system is now can be proved later", "系统现状可供日后举证"),
}
