"""Words of the ten verdicts on a replica."""

TEXTS = {
    "dr.existence.there": (
        "the replica at {address} is there, and its source answered",
        "副本 {address} 存在，源端已应答",
    ),
    "dr.existence.none": ("nobody made a replica ({kind})", "没有建立副本（{kind}）"),
    "dr.existence.none.remedy": (
        "make one, and declare it in programme.yaml under recovery.systems",
        "请建立副本，并在 programme.yaml 的 recovery.systems 中声明",
    ),
    "dr.existence.kind": ("no replica of the system's {kind} data", "该系统的 {kind} 数据没有副本"),
    "dr.existence.kind.remedy": (
        "the list has a server of this kind: replicate it too; the other replicas cannot stand for it",
        "清单中有此类服务器：请一并复制，其他副本不能代替",
    ),
    "dr.existence.absent": ("the {end} at {address} is not there: {said}", "{end} 端 {address} 不存在：{said}"),
    "dr.existence.absent.remedy": (
        "make it anew, or correct path and address under recovery.systems",
        "请重新建立，或更正 recovery.systems 中的路径和地址",
    ),
    "dr.existence.unseen": (
        "the {end} at {address} could not be asked: {evidence_words}",
        "{end} 端 {address} 无法询问：{evidence_words}",
    ),
    "dr.existence.unseen.remedy": (
        "check address, way, host key and account; until then nobody knows whether the replica is any good",
        "请检查地址、网络、主机密钥和账户；在此之前无法判断副本是否可用",
    ),
    "dr.existence.unseen.session.late": ("no answer in time", "未在时限内应答"),
    "dr.existence.unseen.session.ended": ("the session ended", "会话中断"),
    "dr.existence.unseen.session.error": ("it answered with an error", "应答为错误"),
    "dr.existence.unseen.session.too-much": ("it answered without end", "应答过长"),
    "dr.existence.unseen.dr.answer": ("its answer has another form", "应答格式不符"),
    "dr.existence.unseen.dr.too-old": ("its version tells too little", "版本过旧，信息不足"),
    "dr.existence.unseen.dr.unreadable": ("it could not be read to its end", "未能完整读取"),
    "dr.existence.broken": ("the check itself broke: {evidence}", "检查本身出错：{evidence}"),
    "dr.existence.broken.remedy": (
        "report it with `migrate --version` and what the replica is; nothing is known of it",
        "请连同 `migrate --version` 和副本类型一并反馈；该副本状况未知",
    ),
    "dr.identity.same": ("of this source ({measured})", "来源一致（{measured}）"),
    "dr.identity.unseen": ("nobody can tell whose replica it is", "无法判断副本的来源"),
    "dr.identity.unseen.remedy": ("make both ends answer", "请先使两端均可应答"),
    "dr.identity.another": (
        "a replica of another cluster: {measured}, the source is {threshold}",
        "是另一集群的副本：{measured}，源端为 {threshold}",
    ),
    "dr.identity.another.remedy": (
        "find out whose it is before anything is deleted, then seed it anew from this source",
        "先查明它属于谁，再删除；然后由本源端重新初始化",
    ),
    "dr.identity.another-server": (
        "it follows {measured}, which is not this source ({threshold})",
        "它跟随的是 {measured}，不是本源端（{threshold}）",
    ),
    "dr.identity.another-server.remedy": (
        "find out whose it is before anything is deleted, then seed it anew from this source",
        "先查明它属于谁，再删除；然后由本源端重新初始化",
    ),
    "dr.identity.unproved": (
        "nothing proves whose replica it is: it is not connected to the source ({threshold})",
        "无法证明其来源：它未与源端（{threshold}）连接",
    ),
    "dr.identity.unproved.remedy": (
        "let it follow the source again (START SLAVE), by the address under recovery.systems",
        "请让它按 recovery.systems 中的地址重新跟随源端（START SLAVE）",
    ),
    "dr.identity.no-log": ("the source keeps no log, so nothing can follow it", "源端未开启二进制日志，无法被跟随"),
    "dr.identity.no-log.remedy": (
        "set log_bin and restart the source, then seed the replica",
        "请设置 log_bin 并重启源端，然后初始化副本",
    ),
    "dr.identity.source-is-standby": ("what is declared as the source is itself a standby", "所声明的源端本身是备库"),
    "dr.identity.source-is-standby.remedy": (
        "declare the server that is written to; after a failover the ends have changed places",
        "请声明正在写入的服务器；故障切换后两端已互换",
    ),
    "dr.identity.empty": ("the source holds nothing, so nothing can be compared", "源端为空，无从比较"),
    "dr.identity.empty.remedy": (
        "correct the source's path, or mount what belongs there",
        "请更正源端路径，或挂载应有的存储",
    ),
    "dr.identity.empty-copy": ("the copy holds nothing, so nobody can tell whose it is", "副本为空，无法判断来源"),
    "dr.identity.empty-copy.remedy": (
        "see whether the replica's storage is mounted, then copy",
        "请检查副本存储是否已挂载，然后复制",
    ),
    "dr.identity.another-tree": (
        "a copy of another tree: {measured} names in common of {threshold}",
        "是另一目录的副本：相同名称 {measured} 个，源端共 {threshold} 个",
    ),
    "dr.identity.another-tree.remedy": (
        "correct the paths under recovery.systems, or copy this source",
        "请更正 recovery.systems 中的路径，或由本源端重新复制",
    ),
    "dr.freshness.fresh": (
        "at most {measured} would be lost, RPO {threshold} ({evidence})",
        "至多丢失 {measured}，RPO {threshold}（{evidence}）",
    ),
    "dr.freshness.stale": (
        "{measured} would be lost, RPO {threshold} ({evidence})",
        "将丢失 {measured}，RPO {threshold}（{evidence}）",
    ),
    "dr.freshness.stale.remedy": (
        "see whether it still follows; a replica that follows and is late needs bandwidth or a faster disk",
        "请先看是否仍在跟随；跟随但滞后的副本需要带宽或更快的磁盘",
    ),
    "dr.freshness.delayed": (
        "replay is held back by {measured}, RPO {threshold}",
        "回放按配置延迟 {measured}，RPO {threshold}",
    ),
    "dr.freshness.delayed.remedy": (
        "a delayed standby answers a wrong deletion; keep another one without delay for the RPO",
        "延迟备库用于挽回误删；请另设无延迟的备库以满足 RPO",
    ),
    "dr.freshness.no-threshold": ("{measured} would be lost; no RPO was set", "将丢失 {measured}；未设定 RPO"),
    "dr.freshness.no-threshold.remedy": (
        "fill in rpo_min in the list, or rpo with its basis under recovery",
        "请在清单中填写 RPO，或在 recovery 中填写 rpo 及其依据",
    ),
    "dr.freshness.unseen": (
        "one end did not answer: the loss is unknown, not zero",
        "有一端未应答：丢失量未知，而非零",
    ),
    "dr.freshness.unseen.remedy": ("make both ends answer", "请先使两端均可应答"),
    "dr.freshness.not-comparable": (
        "the ends cannot be compared: another origin, line or role",
        "两端不可比较：来源、时间线或角色不同",
    ),
    "dr.freshness.not-comparable.remedy": ("mend identity and continuity first", "请先解决来源和连续性问题"),
    "dr.freshness.clock": (
        "the stamps contradict the count of heartbeats ({evidence})",
        "时间戳与心跳计数矛盾（{evidence}）",
    ),
    "dr.freshness.clock.remedy": (
        "synchronise the source's clock, and check again after a minute",
        "请校准源端时钟，一分钟后再核查",
    ),
    "dr.freshness.heartbeat-stopped": (
        "the source's heartbeat stopped {since} ago ({evidence})",
        "源端心跳已停止 {since}（{evidence}）",
    ),
    "dr.freshness.heartbeat-stopped.remedy": (
        "start the timer that writes the row on the source",
        "请启动源端写心跳的定时器",
    ),
    "dr.freshness.no-heartbeat": (
        "behind ({evidence}), at most {measured}; without a heartbeat nobody can tell by how much",
        "已落后（{evidence}），上限 {measured}；没有心跳无法确定落后多少",
    ),
    "dr.freshness.no-heartbeat.remedy": (
        "declare a heartbeat: docs/dr.md has the table and the timer",
        "请声明心跳：表和定时器见 docs/dr.zh-CN.md",
    ),
    "dr.freshness.unread": ("some of the bytes could not be read", "有部分内容无法读取"),
    "dr.freshness.unread.remedy": (
        "give the account the right to read all of it, or more time: --deadline SECONDS",
        "请授予该账户读取全部内容的权限，或用 --deadline 秒数 延长时限",
    ),
    "dr.content.same": ("every byte is the source's ({evidence})", "逐字节与源端一致（{evidence}）"),
    "dr.content.drilled": (
        "page checksums find nothing, and a drill in time opened it",
        "页校验未见错误，且按期演练已打开使用",
    ),
    "dr.content.damaged": (
        "{measured} are not what the source has, though written later: {first}",
        "{measured} 项写入晚于源端却与源端不同：{first}",
    ),
    "dr.content.damaged.remedy": (
        "copy them anew by content (`rsync --checksum`), and find out what writes to the replica or its disk",
        "请按内容重新复制（`rsync --checksum`），并查明何物改动了副本或其磁盘",
    ),
    "dr.content.strangers": (
        "{measured} origin(s) of transactions that the source never had: {first}",
        "有 {measured} 个来源的事务是源端从未有过的：{first}",
    ),
    "dr.content.strangers.remedy": (
        "somebody wrote to the replica: find what, keep it, then seed it anew and set read_only = 1",
        "有人写过副本：请查明并保存所写内容，然后重新初始化并设 read_only = 1",
    ),
    "dr.content.not-compared": (
        "no row was compared; every transaction is the source's",
        "未比较任何行；全部事务均来自源端",
    ),
    "dr.content.not-compared.remedy": (
        "restore from it and compare; this release drills no MariaDB",
        "请由其恢复并比较；本版本尚不演练 MariaDB",
    ),
    "dr.content.unread": ("{measured} could not be read in time: {first}", "{measured} 项未能按时读取：{first}"),
    "dr.content.unread.remedy": (
        "give the account the right to read, or more time: --deadline SECONDS",
        "请授予读取权限，或用 --deadline 秒数 延长时限",
    ),
    "dr.content.nothing": ("nothing of the source is there", "源端的内容一项也没有"),
    "dr.content.nothing.remedy": (
        "copy it, and see whether the replica's storage is mounted",
        "请复制，并检查副本存储是否已挂载",
    ),
    "dr.content.unseen": ("no bytes were compared", "未比较任何内容"),
    "dr.content.unseen.remedy": ("make both ends answer, of the same origin", "请先使两端均可应答且来源一致"),
    "dr.content.pages-damaged": (
        "{measured} damaged page(s) were met at the replica",
        "副本已遇到 {measured} 个损坏的页",
    ),
    "dr.content.pages-damaged.remedy": ("test the disk, and seed it anew", "请检测磁盘并重新初始化"),
    "dr.content.no-checksums": (
        "the cluster has no page checksums: damage would not be seen",
        "集群未启用页校验：损坏无法发现",
    ),
    "dr.content.no-checksums.remedy": (
        "enable them (pg_checksums) at the next stop, and drill",
        "请在下次停机时启用（pg_checksums），并进行演练",
    ),
    "dr.content.not-read": ("the bytes were not read, and no drill in time opened it", "未读取内容，且无按期演练"),
    "dr.content.not-read.remedy": (
        "drill it: `migrate dr drill`",
        "请进行演练：`migrate dr drill`",
    ),
    "dr.drift.none": ("versions, settings and names agree ({evidence})", "版本、设置和名称一致（{evidence}）"),
    "dr.drift.differs": (
        "{measured} difference(s), source/replica: {first}",
        "{measured} 处不同（源端/副本）：{first}",
    ),
    "dr.drift.differs.remedy": (
        "make the replica as its source is; fewer connections or workers stop replay",
        "请使副本与源端一致；连接数或进程数更少会使回放停止",
    ),
    "dr.drift.extra": ("{measured} that the source no longer has: {first}", "{measured} 项源端已不存在：{first}"),
    "dr.drift.extra.remedy": (
        "copy with deletion (`rsync --delete`), or keep the old ones elsewhere",
        "请带删除同步（`rsync --delete`），或另处保存旧文件",
    ),
    "dr.drift.unseen": ("nothing to compare", "无从比较"),
    "dr.drift.unseen.remedy": ("make both ends answer", "请先使两端均可应答"),
    "dr.capacity.room": (
        "{measured} of the source's size is free, wanted {threshold}",
        "剩余空间为源端数据量的 {measured}，要求 {threshold}",
    ),
    "dr.capacity.full": (
        "only {measured} of the source's size is free, wanted {threshold}",
        "剩余空间仅为源端数据量的 {measured}，要求 {threshold}",
    ),
    "dr.capacity.full.remedy": ("enlarge the replica's disk", "请扩大副本磁盘"),
    "dr.capacity.no-threshold": (
        "{measured} of the source's size is free; no headroom was set",
        "剩余空间为源端数据量的 {measured}；未设定余量要求",
    ),
    "dr.capacity.no-threshold.remedy": (
        "set headroom (percent) under recovery",
        "请在 recovery 中设定 headroom（百分比）",
    ),
    "dr.capacity.unseen": ("nobody told how much is free", "剩余空间未知"),
    "dr.capacity.unseen.remedy": (
        "let the role read data_directory (pg_read_all_settings), or make both ends answer",
        "请允许该角色读取 data_directory（pg_read_all_settings），或先使两端均可应答",
    ),
    "dr.protection.enough": ("as the policy asks", "符合策略"),
    "dr.protection.plain": ("the replication is not encrypted", "复制链路未加密"),
    "dr.protection.plain.remedy": (
        "sslmode=verify-full in the standby's primary_conninfo; MASTER_SSL = 1 of a MariaDB",
        "请在备库 primary_conninfo 中设 sslmode=verify-full；MariaDB 设 MASTER_SSL = 1",
    ),
    "dr.protection.no-history": (
        "reaches back {measured}, wanted {threshold}: it repeats a wrong deletion at once",
        "可回溯 {measured}，要求 {threshold}：误删会立即同步",
    ),
    "dr.protection.no-history.remedy": (
        "keep backups beside it (barman, restic); this release does not check those",
        "请另行保留备份（barman、restic）；本版本尚不核查备份",
    ),
    "dr.protection.no-threshold": ("reaches back {measured}; no retention was set", "可回溯 {measured}；未设定保留期"),
    "dr.protection.no-threshold.remedy": (
        "set retention under recovery, 0d where a mirror is meant",
        "请在 recovery 中设定 retention；只要求镜像的填 0d",
    ),
    "dr.protection.unseen": ("nobody can tell whether the replication is encrypted", "无法判断复制链路是否加密"),
    "dr.protection.unseen.remedy": (
        "make both ends answer; demand TLS of a MariaDB's replicating account (REQUIRE SSL)",
        "请先使两端均可应答；MariaDB 的复制账户请要求 TLS（REQUIRE SSL）",
    ),
    "dr.independence.away": ("in another {measured_words} ({evidence})", "位于不同{measured_words}（{evidence}）"),
    "dr.independence.away.site": ("site", "场所"),
    "dr.independence.away.city": ("city", "城市"),
    "dr.independence.away.province": ("province", "省份"),
    "dr.independence.too-near.site": ("site", "场所"),
    "dr.independence.too-near.city": ("city", "城市"),
    "dr.independence.too-near.province": ("province", "省份"),
    "dr.independence.second": (
        "near ({evidence}), beside one that is far enough",
        "较近（{evidence}），另有足够远的副本",
    ),
    "dr.independence.same-machine": (
        "source and replica are one machine: {evidence}",
        "源端与副本是同一台机器：{evidence}",
    ),
    "dr.independence.same-machine.remedy": (
        "put the replica into the disaster-recovery centre",
        "请将副本放到灾备中心",
    ),
    "dr.independence.same-site": (
        "source and replica are in one site ({evidence})",
        "源端与副本在同一场所（{evidence}）",
    ),
    "dr.independence.same-site.remedy": ("put the replica into the disaster-recovery centre", "请将副本放到灾备中心"),
    "dr.independence.too-near": (
        "another {measured_words} only, wanted another {threshold_words} ({evidence})",
        "仅为不同{measured_words}，要求不同{threshold_words}（{evidence}）",
    ),
    "dr.independence.too-near.remedy": (
        "put one farther away, or set `away` as the plan has it",
        "请在更远处另设副本，或按方案设定 away",
    ),
    "dr.independence.no-site": ("nobody said where the two ends stand", "未说明两端所在场所"),
    "dr.independence.no-site.remedy": (
        "declare recovery.sites and each end's site",
        "请声明 recovery.sites 及两端的 site",
    ),
}
