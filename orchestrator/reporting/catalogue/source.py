"""Words of source machines and of what a probe finds there."""

TEXTS = {
    "source.reachable": ("{address} over SSH ({error})", "SSH 连接 {address}（{error}）"),
    "source.reachable.remedy": (
        "check address, port, the way there and that the programme's source key may log in",
        "请检查地址、端口、网络路径，以及项目的源端密钥是否允许登录",
    ),
    "source.host-key": (
        "the host key of {address} is not the pinned one: pinned {pinned}, seen {seen}",
        "{address} 的主机密钥与登记的不符：已登记 {pinned}，实际 {seen}",
    ),
    "source.host-key.remedy": (
        "compare the fingerprint with the machine's operators, by another way than this network; then put the key into known_hosts",
        "请通过其他途径与该机器的运维人员核对指纹，确认后再写入 known_hosts",
    ),
    "source.facts": ("not told by the machine: {missing}", "机器未给出的信息：{missing}"),
    "source.facts.remedy": (
        "what is missing must be taken by hand; the system is not Linux or hides /proc",
        "缺少的信息须人工采集；该系统可能不是 Linux，或限制了 /proc",
    ),
    "source.none": (
        "no source machine to look at (batch {batch}, system {system})",
        "没有可探查的源服务器（批次 {batch}，系统 {system}）",
    ),
    "source.none.remedy": (
        "the list's servers of migrating systems need a source address",
        "请在清单中为待迁移系统的服务器填写源地址",
    ),
    "source.no-identity": ("no private key for source machines: {path}", "缺少登录源服务器的私钥：{path}"),
    "source.no-identity.remedy": (
        "name the key file in programme.yaml under sources.identity",
        "请在 programme.yaml 的 sources.identity 中指明密钥文件",
    ),
    "source.column.status": ("status", "结果"),
    "source.column.server": ("server", "服务器"),
    "source.column.address": ("address", "地址"),
    "source.column.os": ("system", "操作系统"),
    "source.column.arch": ("arch", "架构"),
    "source.column.cpus": ("CPUs", "CPU 数"),
    "source.column.ram_mib": ("RAM MiB", "内存 MiB"),
    "source.column.disk_used_gib": ("disk used GiB", "已用磁盘 GiB"),
    "source.column.listening": ("listening TCP", "监听端口"),
    "source.summary": ("{passed} of {count} machines passed", "{count} 台中有 {passed} 台通过"),
    "status.pass": ("pass", "通过"),
    "status.fail": ("fail", "不通过"),
    "status.unknown": ("unknown", "未知"),
    "status.error": ("error", "出错"),
}
