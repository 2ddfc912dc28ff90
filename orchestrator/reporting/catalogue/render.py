"""Words of rendering."""

TEXTS = {
    "render.progress": ("rendering", "正在生成"),
    "render.progress-line": ("rendered {done} of {count} systems", "已生成 {done}/{count} 个系统"),
    "render.column.system": ("system", "系统"),
    "render.column.folder": ("folder", "目录"),
    "render.column.servers": ("servers", "服务器数"),
    "render.column.workloads": ("workloads", "部署内容"),
    "render.more": ("… and {count} more", "……另有 {count} 个"),
    "render.held": ("{count} systems are held back and not written", "{count} 个系统暂不执行，未生成剧本"),
    "render.done": (
        "{count} systems written to {out}; every file with its digest is in {index}",
        "已为 {count} 个系统生成剧本，目录 {out}；文件及摘要清单见 {index}",
    ),
    "render.name": ("not usable as the name of a {what}: {value}", "不能用作名称（{what}）：{value}"),
    "render.name.remedy": (
        "names are made of a–z, 0–9 and hyphens, are unique within a system, and are not all, ungrouped or localhost; change the id on the list",
        "名称只能由 a–z、0–9 和连字符组成，在同一系统内不得重复，且不能是 all、ungrouped、localhost；请修改清单中的编号",
    ),
    "render.host-key": ("not an SSH host key: {value}", "不是有效的 SSH 主机密钥：{value}"),
    "render.host-key.remedy": (
        "a server's host keys come from its console log; look there for what it has printed",
        "服务器的主机密钥取自其控制台日志，请查看日志中的实际输出",
    ),
    "render.address": ("not an IP address or network: {value}", "不是有效的 IP 地址或网段：{value}"),
    "render.address.remedy": (
        "correct the opening's source on the list; an address of a server comes from its cloud",
        "请更正清单中端口开放的来源地址；服务器自身的地址由云平台给出",
    ),
}
