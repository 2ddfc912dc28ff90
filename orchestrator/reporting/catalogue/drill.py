"""Texts of drills of recovery."""

TEXTS = {
    "drill.plan": (
        "A drill of {system}, on a copy of its standby ({replica}):",
        "{system} 的灾难恢复演练，在其备库（{replica}）的副本上进行：",
    ),
    "drill.never": (
        "The standby is read and never promoted, paused or configured; the source is only asked. Hashing reads every table of the standby once.",
        "备库只读，从不提升、暂停或改配置；源端只被询问。哈希比对会完整读取备库每张表一次。",
    ),
    "drill.column.no": ("no", "序号"),
    "drill.column.step": ("step", "步骤"),
    "drill.column.limit": ("limit", "时限"),
    "drill.step.claim": (
        "nobody else drills here; what a killed drill left goes",
        "确认无人同时演练，清除中断演练的残留",
    ),
    "drill.step.room": ("is there room for a copy", "是否容得下副本"),
    "drill.step.decide": ("the decision: source and standby tell how they stand", "决定时刻：记录源端与备库状态"),
    "drill.step.isolate": (
        "a place that nothing leads out of, proved from inside",
        "建立隔离环境，并从内部验证无法外连",
    ),
    "drill.step.copy": ("the standby is copied", "复制备库"),
    "drill.step.recover": ("the copy replays what it has and is promoted", "副本回放并提升"),
    "drill.step.answer": ("its first correct answer", "副本首次正确应答"),
    "drill.step.closed": ("the running copy reaches nothing", "核验运行中的副本内外隔离"),
    "drill.step.compare": ("rows are compared with the standby's", "与备库逐表比对"),
    "drill.step.untouched": ("source and standby are as they were", "确认源端与备库未变"),
    "drill.step.remove": ("everything is taken away", "全部清除"),
    "drill.part.isolate": ("server", "环境"),
    "drill.part.copy": ("restore", "还原"),
    "drill.part.recover": ("recovery", "恢复"),
    "drill.part.answer": ("service", "服务"),
    "drill.progress": ("drill: {step}", "演练：{step}"),
    "drill.cleaned": (
        "a drill that never ended ({drill}) was taken away on {address}",
        "已在 {address} 清除未结束的演练（{drill}）",
    ),
    "drill.passed": ("The drill of {system} passed ({drill})", "{system} 演练通过（{drill}）"),
    "drill.failed": ("The drill of {system} did not pass ({drill})", "{system} 演练未通过（{drill}）"),
    "drill.because": ("It ended at: {step}; {cause}", "止于：{step}；{cause}"),
    "drill.check": ("a check did not pass", "有检查项未通过"),
    "drill.remains": (
        "left behind: {left}. A person must look; then `migrate dr drill {system} --clean`",
        "残留：{left}。需人工处理，然后执行 `migrate dr drill {system} --clean`",
    ),
    "drill.time": (
        "Decision to first correct answer: {rto} s ({parts})",
        "从决定到首次正确应答：{rto} 秒（{parts}）",
    ),
    "drill.loss": (
        "Lost of what the source had written at the decision: {rpo} s of its heartbeat",
        "相对决定时刻源端已写内容的丢失：心跳 {rpo} 秒",
    ),
    "drill.loss-unknown": (
        "What was lost nobody can tell: a heartbeat that beats is needed",
        "丢失量无法判断：需要持续跳动的心跳表",
    ),
    "drill.proved": ("{count} check(s) passed", "{count} 项检查通过"),
    "drill.none-left": ("no drill has left anything of {system}", "{system} 没有演练残留"),
    "drill.taken": ("what drill {drill} of {system} left is taken away", "已清除 {system} 的演练 {drill} 的残留"),
    "drill.unended": (
        "a drill of {system} began and its end is not on record: `migrate dr drill {system} --clean` takes away what it left",
        "{system} 的演练已开始但无结束记录：`migrate dr drill {system} --clean` 可清除其残留",
    ),
    "drill.none": (
        "{system} has no standby to drill: only PostgreSQL standbys are drilled",
        "{system} 没有可演练的备库：仅支持 PostgreSQL 流复制备库",
    ),
    "drill.none.remedy": (
        "declare it under recovery.systems.{system}.postgresql",
        "请在 recovery.systems.{system}.postgresql 中声明",
    ),
    "drill.which": ("{system} has these standbys: {addresses}", "{system} 的备库有：{addresses}"),
    "drill.which.remedy": ("choose one with --replica", "请用 --replica 指定其一"),
    "drill.running": (
        "somebody drills {system} now ({drill}); nothing was touched",
        "{system} 正在演练中（{drill}）；未做任何改动",
    ),
    "drill.running.remedy": (
        "wait for its end; it is free as soon as the process that drills has ended",
        "请等待其结束；演练进程一结束即可再次演练",
    ),
    "drill.left": ("what an earlier drill left cannot be taken away: {left}", "无法清除先前演练的残留：{left}"),
    "drill.left.remedy": (
        "look at these processes and folders on the replica's machine",
        "请检查备库主机上的这些进程和目录",
    ),
    "drill.silent": ("{which} did not answer ({fault})", "{which} 无应答（{fault}）"),
    "drill.silent.unknown": ("{which} did not answer ({fault})", "{which} 无应答（{fault}）"),
    "drill.silent.remedy": (
        "see what `migrate dr check` says of it; a drill begins where both ends answer",
        "请查看 `migrate dr check` 的结果；两端均应答时才开始演练",
    ),
    "drill.standby": (
        "a standby of this source: cluster {source}, replica {replica}",
        "备库来源核对：源端集群 {source}，副本 {replica}",
    ),
    "drill.standby.remedy": (
        "what was declared is no standby of this source; `migrate dr check` tells why",
        "所声明的并非该源端的备库；原因见 `migrate dr check`",
    ),
    "drill.account": (
        "the account runs the standby; its data belongs to {owner}",
        "演练账户即备库运行账户；数据目录属主 {owner}",
    ),
    "drill.account.remedy": ("declare that account at the replica", "请在副本声明中填写该账户（account）"),
    "drill.door": (
        "{role} may copy the standby over its own socket: {said}",
        "{role} 可经本机套接字复制备库：{said}",
    ),
    "drill.door.remedy": (
        "let it in at the standby: `local replication {role} peer` in pg_hba.conf, with the attribute REPLICATION; a drill changes no standby",
        "请在备库 pg_hba.conf 中加入 `local replication {role} peer`，并授予 REPLICATION；演练不修改备库",
    ),
    "drill.disk": (
        "a copy needs {needed} bytes beside the standby's data; {free} are free",
        "副本需要备库数据所在磁盘 {needed} 字节，可用 {free} 字节",
    ),
    "drill.disk.remedy": ("make room on the standby's disk; nothing was begun", "请在备库磁盘腾出空间；演练尚未开始"),
    "drill.senders": (
        "{free} replication senders are free at the standby; a copy needs 2",
        "备库空闲的复制发送进程为 {free} 个，复制需要 2 个",
    ),
    "drill.senders.remedy": (
        "raise max_wal_senders at source and standby, or end what uses them",
        "请在源端和备库调大 max_wal_senders，或结束占用者",
    ),
    "drill.tablespaces": ("tablespaces outside the data folder: {count}", "数据目录之外的表空间：{count} 个"),
    "drill.tablespaces.remedy": (
        "a copy beside the data cannot hold them: drill by hand on another machine",
        "副本无法包含这些表空间：请在其他主机上人工演练",
    ),
    "drill.namespaces": (
        "namespaces for a copy, made as root on the standby's machine: {said}",
        "在备库主机上以 root 建立副本所需的命名空间：{said}",
    ),
    "drill.namespaces.remedy": (
        "let the login become root (sudo -n) and see that the machine has unshare (util-linux)",
        "请允许登录用户成为 root（sudo -n），并确认有 unshare（util-linux）",
    ),
    "drill.no-place": (
        "no process holds the networks of the copy: {said}",
        "没有进程持有副本的网络命名空间：{said}",
    ),
    "drill.no-place.remedy": (
        "see that root may use setsid, unshare and su on the standby's machine",
        "请确认 root 可在备库主机上使用 setsid、unshare 和 su",
    ),
    "drill.network": (
        "its own network has ways out, in IPv4 and IPv6, and ports listened to: {ways}",
        "独立网络中通往外部的路由（IPv4、IPv6）和监听端口：{ways}",
    ),
    "drill.network.remedy": (
        "no service was started in it; see whether the machine has network namespaces (unshare)",
        "未在其中启动任何服务；请确认主机支持网络命名空间（unshare）",
    ),
    "drill.ways": ("nothing was tried from inside", "未从内部做任何连接尝试"),
    "drill.ways.unknown": ("nothing was tried from inside", "未从内部做任何连接尝试"),
    "drill.ways.remedy": ("give the source's address", "请填写源端地址"),
    "drill.way": (
        "from inside, {what} {address} port {port} cannot be reached: {said}",
        "从内部无法连接 {what} {address} 端口 {port}：{said}",
    ),
    "drill.way.remedy": (
        "the drill ended before any service was started; find what leads out of the place that was made",
        "演练在启动任何服务之前已终止；请查明隔离环境为何能外连",
    ),
    "drill.sockets": (
        "it answers at {own} alone; of the machine's {count} other sockets it sees: {others}",
        "仅在 {own} 应答；主机其他 {count} 个套接字中可见的：{others}",
    ),
    "drill.sockets.remedy": (
        "the copy was taken away; see whether the machine has mount namespaces (unshare)",
        "副本已清除；请确认主机支持挂载命名空间（unshare）",
    ),
    "drill.settings": (
        "neither workers, archiving nor preloaded libraries; set otherwise: {wrong}",
        "无复制进程、无归档、无预加载库；不符的设置：{wrong}",
    ),
    "drill.settings.remedy": (
        "the copy was taken away; find what overrides the setting",
        "副本已清除；请查找覆盖该设置的来源",
    ),
    "drill.answer": (
        "the copy may be written to and is at heartbeat {n}; the standby was at {had} at the decision",
        "副本可写，心跳 {n}；决定时刻备库心跳 {had}",
    ),
    "drill.answer.remedy": (
        "what was recovered is not what the standby had: seed the standby anew, and find out why",
        "恢复出的并非备库当时的数据：请重建备库并查明原因",
    ),
    "drill.rows": (
        "{database}: {rows} row(s) in {tables} table(s); of those that stood still, missing in the copy: {missing} (first: {first})",
        "{database}：{tables} 张表共 {rows} 行；未变动的行中副本缺少 {missing} 行（首个：{first}）",
    ),
    "drill.rows.remedy": (
        "rows that the standby shows are not in a copy of it: look for damage of its disk or its memory",
        "备库可见的行不在其副本中：请排查磁盘或内存损坏",
    ),
    "drill.untouched": ("{which} is as it was; changed: {now}", "{which} 未变；变化：{now}"),
    "drill.untouched.unknown": ("{which} did not answer after the drill", "演练后 {which} 无应答"),
    "drill.untouched.remedy": (
        "find out what changed it while the drill went on; the drill itself only reads both",
        "请查明演练期间的变更来源；演练本身只读取两端",
    ),
    "drill.rto": ("recovery time {measured}, RTO {threshold}", "恢复用时 {measured}，RTO {threshold}"),
    "drill.rto.unknown": ("recovery time {measured}, RTO {threshold}", "恢复用时 {measured}，RTO {threshold}"),
    "drill.rto.remedy": (
        "set rto under recovery, or shorten the longest part",
        "请在 recovery 中设定 rto，或缩短最耗时的环节",
    ),
    "drill.rpo": ("loss {measured}, RPO {threshold}", "丢失 {measured}，RPO {threshold}"),
    "drill.rpo.unknown": ("loss {measured}, RPO {threshold}", "丢失 {measured}，RPO {threshold}"),
    "drill.rpo.remedy": (
        "set rpo under recovery and a heartbeat that beats; where it is too much, see why the standby is behind",
        "请在 recovery 中设定 rpo 并配置持续跳动的心跳；丢失过多时请查明备库滞后原因",
    ),
}
