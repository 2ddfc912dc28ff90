"""Words of `migrate gc`."""

TEXTS = {
    "gc.looks-renamed": (
        "{system} of the list looks like {former}, which is on it no more ({by}); what {former} has is kept",
        "清单中的 {system} 疑为 {former} 改了编号，后者已不在清单中（{by}）；{former} 的资源予以保留",
    ),
    "gc.looks-renamed.remedy": (
        "give {system} the id {former} back on the list, or have it built as another system "
        "(`migrate batch N --not-renamed {system}`)",
        "在清单中将 {system} 恢复为编号 {former}，或确认其为另一系统（`migrate batch N --not-renamed {system}`）",
    ),
    "help.gc.dry-run": (
        "list only (the default), or delete what is listed, except what may hold data",
        "仅列出（默认），或删除所列资源（可能存有数据的除外）",
    ),
    "help.gc.data": (
        "with --yes: also delete volumes and servers that have run, with the data on them",
        "与 --yes 同用：连同数据删除遗留的云硬盘和曾运行过的云服务器",
    ),
    "help.gc.cloud": ("look at this cloud only (repeatable)", "只检查该云（可重复指定）"),
    "gc.column.fate": ("fate", "处理"),
    "gc.column.cloud": ("cloud", "云"),
    "gc.column.kind": ("kind", "类型"),
    "gc.column.name": ("name", "名称"),
    "gc.column.system": ("system", "系统"),
    "gc.column.status": ("status", "状态"),
    "gc.column.reason": ("belongs to nothing because", "遗留原因"),
    "gc.fate.would-be-deleted": ("to be deleted", "将删除"),
    "gc.fate.would-be-spared": ("to be kept", "将保留"),
    "gc.fate.deleted": ("deleted", "已删除"),
    "gc.fate.spared": ("kept", "保留"),
    "gc.fate.failed": ("not deleted", "未能删除"),
    "gc.fate.left": ("not reached", "未处理"),
    "gc.fate.unknown": ("cut short, not known", "中断，结果不明"),
    "gc.stopping": (
        "stopping after the object that is being deleted (once more stops at once; what is left, a rerun finds)",
        "删完当前资源后停止（再次中断则立即停止；剩余资源再次运行时会重新列出）",
    ),
    "gc.rest": (
        "Not reached: {count}; `migrate gc --yes` goes on with them.",
        "未处理 {count} 项；再次运行 `migrate gc --yes` 继续。",
    ),
    "gc.interrupted": (
        "interrupted between two objects: {deleted} deleted, {left} not reached; each is in the evidence",
        "已在两项资源之间中断：已删除 {deleted} 项，未处理 {left} 项；逐项已记入证据",
    ),
    "gc.interrupted.remedy": ("`migrate gc --yes` goes on with the rest", "再次运行 `migrate gc --yes` 处理其余资源"),
    "gc.system-gone": ("its system is not on the migration list", "所属系统不在迁移清单中"),
    "gc.not-on-plan": ("its system's plan does not have it on this cloud", "所属系统的方案中，该云上没有此资源"),
    "gc.server-failed": ("the server failed before it ever ran", "云服务器创建失败，从未运行"),
    "gc.port-without-server": ("the port has no server", "端口未连接云服务器"),
    "gc.floating-ip-without-port": ("the floating IP has no port", "浮动 IP 未绑定端口"),
    "gc.key-unused": ("nothing else of the programme is on this cloud", "该云上已无本迁移项目的其他资源"),
    "gc.summary": (
        "Left over: {deleted} deleted, {spared} kept, {failed} not deleted. Clouds asked: {clouds}.",
        "遗留资源：已删除 {deleted} 项，保留 {spared} 项，未能删除 {failed} 项。已检查的云：{clouds}。",
    ),
    "gc.would-be": (
        "Left over: {deleted} to be deleted, {spared} to be kept. Clouds asked: {clouds}.",
        "遗留资源：将删除 {deleted} 项，将保留 {spared} 项。已检查的云：{clouds}。",
    ),
    "gc.silent": ("Nothing is known of: {clouds}.", "以下云未应答，情况不明：{clouds}。"),
    "gc.how-to-delete": (
        "Nothing was deleted; `migrate gc --yes` deletes.",
        "未删除任何资源；删除请运行 `migrate gc --yes`。",
    ),
    "gc.how-to-delete-data": (
        "Volumes, servers that have run and what these need are kept, for they may hold data;"
        " `migrate gc --yes --data` deletes them too.",
        "云硬盘、曾运行过的云服务器及其所用资源可能存有数据，予以保留；如需一并删除，请运行 `migrate gc --yes --data`。",
    ),
    "gc.no-cloud": ("the programme has no available cloud {name}", "迁移项目中没有可用的云 {name}"),
    "gc.no-cloud.remedy": ("available: {known}", "可用的云：{known}"),
}
