"""Words of the verdicts on whether a replica goes on following."""

TEXTS = {
    "dr.continuity.follows": ("follows its source ({evidence})", "正在跟随源端（{evidence}）"),
    "dr.continuity.unseen": ("nobody can tell whether it still follows", "无法判断是否仍在跟随"),
    "dr.continuity.unseen.remedy": ("make both ends answer", "请先使两端均可应答"),
    "dr.continuity.split": (
        "split: the source and the replica, which was promoted, may both be written to",
        "脑裂：源端与已被提升的副本均可写",
    ),
    "dr.continuity.split.remedy": (
        "keep every client from one of them and stop it; find what was written to it, then seed it anew",
        "请阻断其中一端的所有客户端并停止该端，查明其上写入的数据，再重新初始化",
    ),
    "dr.continuity.closing": (
        "the {measured} may be written to now and is a standby once it is started again: then no side may be written to",
        "{measured}（源端或副本）现在可写，但重新启动后将成为备库：届时无可写的一侧",
    ),
    "dr.continuity.closing.remedy": (
        "a failback was killed while it closed that side: `migrate dr failback {subject}` opens it for good again; where nobody did one, remove standby.signal from its data folder",
        "切回在关闭该侧时中断：`migrate dr failback {subject}` 会重新打开它；若无人执行过切回，请删除其数据目录中的 standby.signal",
    ),
    "dr.continuity.promoted": (
        "it was promoted: a second writable server, following nobody",
        "已被提升：成为第二个可写库，不再跟随",
    ),
    "dr.continuity.promoted.remedy": (
        "keep clients from it, find what was written to it, then seed it anew (pg_rewind after a check)",
        "请阻断客户端，查明其上写入的数据，再重新初始化（或检查后用 pg_rewind）",
    ),
    "dr.continuity.paused": ("replay is {measured}", "回放状态：{measured}"),
    "dr.continuity.paused.remedy": (
        "find out who paused it, then SELECT pg_wal_replay_resume() or START SLAVE SQL_THREAD",
        "查明暂停原因后执行 SELECT pg_wal_replay_resume() 或 START SLAVE SQL_THREAD",
    ),
    "dr.continuity.unproved": (
        "both threads say that they run, which they also say for a minute after the link was cut",
        "两个线程均称在运行，但链路中断后一分钟内它们也会这样说",
    ),
    "dr.continuity.unproved.remedy": (
        "declare a heartbeat that beats: only what arrives proves that something arrives",
        "请声明持续跳动的心跳表：只有到达的数据才能证明仍在接收",
    ),
    "dr.continuity.stopped": (
        "it receives nothing (Slave_IO_Running: {measured}; {said})",
        "未在接收（Slave_IO_Running：{measured}；{said}）",
    ),
    "dr.continuity.stopped.remedy": (
        "mend what it says (way, account, certificate, purged log), then START SLAVE",
        "请按其提示处理（网络、账户、证书、日志已清除），然后 START SLAVE",
    ),
    "dr.continuity.not-applying": (
        "it applies nothing since an error: {measured}",
        "因错误已停止应用：{measured}",
    ),
    "dr.continuity.not-applying.remedy": (
        "never skip what failed: find out why the rows differ, then seed it anew",
        "不要跳过失败的事务：请查明数据不同的原因，然后重新初始化",
    ),
    "dr.continuity.no-receiver": (
        "it receives nothing (receiver: {measured})",
        "未在接收（接收进程：{measured}）",
    ),
    "dr.continuity.no-receiver.remedy": (
        "see the standby's log: way, password, slot or a lost segment",
        "请查看备库日志：网络、口令、复制槽或缺失的日志段",
    ),
    "dr.continuity.silent-source": (
        "nothing heard from the source for {measured} (limit {threshold})",
        "已 {measured} 未收到源端消息（上限 {threshold}）",
    ),
    "dr.continuity.silent-source.remedy": (
        "the link is cut whatever the state columns say: check the way between the two",
        "无论状态列如何显示，链路已断：请检查两端之间的网络",
    ),
    "dr.continuity.silent-replica": (
        "the replica has not answered its source for {measured} (limit {threshold})",
        "副本已 {measured} 未回应源端（上限 {threshold}）",
    ),
    "dr.continuity.silent-replica.remedy": (
        "the link is cut whatever the state columns say: check the way between the two",
        "无论状态列如何显示，链路已断：请检查两端之间的网络",
    ),
    "dr.continuity.timeline": (
        "on timeline {measured}, the source on {threshold}",
        "时间线 {measured}，源端 {threshold}",
    ),
    "dr.continuity.timeline.remedy": ("it followed another server: seed it anew", "它跟随过另一台服务器：请重新初始化"),
    "dr.continuity.slot-missing": (
        "its {evidence} is not on the source",
        "源端没有 {evidence}",
    ),
    "dr.continuity.slot-missing.remedy": (
        "make the slot, then see whether it catches up; else seed it anew",
        "请建立复制槽并观察能否追上；否则重新初始化",
    ),
    "dr.continuity.slot-lost": (
        "its {evidence} has lost WAL ({measured}): it can never catch up",
        "{evidence} 的日志已丢失（{measured}）：不可能再追上",
    ),
    "dr.continuity.slot-lost.remedy": (
        "seed it anew, and give max_slot_wal_keep_size more room",
        "请重新初始化，并放宽 max_slot_wal_keep_size",
    ),
    "dr.continuity.slot-idle": ("nobody reads its {evidence}", "{evidence} 无人读取"),
    "dr.continuity.slot-idle.remedy": (
        "see the standby's log; the source keeps WAL for it until its disk is full",
        "请查看备库日志；源端会为其保留日志直到磁盘写满",
    ),
    "dr.continuity.no-sender": ("the source streams nothing to it", "源端没有向它发送"),
    "dr.continuity.no-sender.remedy": (
        "it follows somebody else, or nobody: look at primary_conninfo of the standby, or SHOW ALL SLAVES STATUS",
        "它跟随的是别的服务器，或没有跟随：请查看备库的 primary_conninfo 或 SHOW ALL SLAVES STATUS",
    ),
    "dr.continuity.catching-up": (
        "the source's connection to it is in state {measured}",
        "源端与它的连接状态为 {measured}",
    ),
    "dr.continuity.catching-up.remedy": ("check again when it has caught up", "追上后再核查"),
}
