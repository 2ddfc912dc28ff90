"""Help texts of the commands on the disaster-recovery centre."""

TEXTS = {
    "help.dr.check": (
        "look at the replicas of systems, read-only: ten checks each (exit 8 on a finding; with -o nagios 0, 2 or 3)",
        "只读核查系统的副本，每个十项检查（有发现时退出码 8；-o nagios 时为 0、2 或 3）",
    ),
    "help.dr.prepare": (
        "make a declared PostgreSQL standby or MariaDB replica from nothing, or do what is left of it, until it is seen to follow (exit 4 refused, 1 not proved)",
        "从零建立已声明的 PostgreSQL 备库或 MariaDB 从库，或完成剩余步骤，直至确认其在跟随（退出码 4 为拒绝，1 为未证实）",
    ),
    "help.dr.prepare.dry-run": (
        "ask both machines; show every finding and the steps left; change nothing",
        "只询问两端，显示全部问题与剩余步骤，不做改动",
    ),
    "help.dr.drop": (
        "take away exactly what prepare made: standby, data, slot, role, line, heartbeat",
        "清除 prepare 所建的全部内容：备库、数据、复制槽、角色、放行行、心跳",
    ),
    "help.dr.drop.dry-run": ("show what is there and what forbids it", "显示现有内容与阻止原因"),
    "help.dr.drop.home": (
        "the old primary that `dr failback` made a standby, instead of the declared one",
        "清除 `dr failback` 建为备库的旧主库，而非声明的备库",
    ),
    "help.dr.drop.without": (
        "one side is gone for good: take away what the other has",
        "一端已永久失去：只清除另一端的内容",
    ),
    "help.dr.failback": (
        "after a failover: the old primary follows the new one; where a second person agreed, it takes its place again and nothing is lost (exit 4 forbidden, 5 taken back, 8 not proved)",
        "故障切换之后：旧主库先跟随新主库；经第二人同意后切回，不丢数据（退出码 4 为禁止，5 为已撤回，8 为未证实）",
    ),
    "help.dr.failback.dry-run": (
        "look at both ends: what forbids it, the steps left; change nothing",
        "查看两端：阻碍与剩余步骤，不做改动",
    ),
    "help.dr.failback.agreed-by": (
        "a second person's statement (`migrate dr agree`); without it the old primary only follows",
        "第二人的声明（`migrate dr agree`）；没有则旧主库只跟随",
    ),
    "help.dr.agree": (
        "sign that a system may be led back to its old primary",
        "签署同意系统切回旧主库",
    ),
    "help.dr.agree.why": ("why, and when, in one line", "一行说明原因与时间"),
    "help.dr.drill": (
        "recover one system's PostgreSQL standby from a copy of it, isolated, timed, compared, taken away (exit 8 unless it passed)",
        "在隔离环境中由 PostgreSQL 备库的副本恢复服务：计时、比对、清除（未通过时退出码 8）",
    ),
    "help.dr.drill.replica": (
        "which standby, where there are several: ADDRESS or ADDRESS:PORT",
        "有多个备库时指定其一：地址 或 地址:端口",
    ),
    "help.dr.drill.dry-run": ("show the steps with their limits; ask nobody", "只显示步骤与时限，不连接任何主机"),
    "help.dr.drill.clean": ("only take away what a drill that was killed has left", "仅清除中断演练的残留"),
    "help.dr.drill.which": ("--dry-run or --clean, not both", "--dry-run 与 --clean 只能选其一"),
    "help.dr.failover": (
        "make a PostgreSQL standby the primary in place of one that is gone and fenced (exit 4 where it is forbidden, 1 where the same command must go on, 8 where both may be written to)",
        "将 PostgreSQL 备库提升为主库，以替代已失效且已隔离的主库（不允许时退出码 4，需重复执行时 1，两端均可写时 8）",
    ),
    "help.dr.failover.dry-run": (
        "look, show the steps, what forbids it and what it would lose; change nothing",
        "只查看：显示步骤、阻碍及可能的丢失，不做改动",
    ),
    "help.dr.failover.fenced-by": (
        "a second person's signed statement that the primary can no longer be written to (`migrate dr fenced`)",
        "由第二人签署的主库已不可写的声明（`migrate dr fenced`）",
    ),
    "help.dr.failover.accept-loss": (
        "so many heartbeats may be lost at most; `unknown` where nobody can tell",
        "最多可接受丢失的心跳数；无法判断时填 `unknown`",
    ),
    "help.dr.fenced": (
        "sign, as a second person, that a system's primary can no longer be written to; starts nothing",
        "由第二人签署系统主库已不可写的声明；不启动任何操作",
    ),
    "help.dr.fenced.did": ("what was done to it, in one line", "所采取的隔离措施，一行文字"),
    "help.dr.fenced.since": (
        "since when, such as 2026-11-28T10:02+0800; now if left out",
        "自何时起，如 2026-11-28T10:02+0800；缺省为现在",
    ),
    "help.dr.failover.loss": ("N|unknown", "N|unknown"),
    "help.dr.fenced.moment": ("MOMENT", "时刻"),
    "help.dr.fenced.hours": ("how long the statement counts", "声明的有效小时数"),
    "help.dr.fenced.out": ("the file for the statement", "声明的输出文件"),
    "help.dr.record": (
        "write the record of a system's newest kept drill, from the evidence, to be signed (exit 8 where that is contradicted)",
        "依据证据生成系统最近一次留存演练的灾备演练记录，供签字（证据有矛盾时退出码 8）",
    ),
    "help.dr.record.drill": ("this drill and not the newest", "指定演练编号，而非最近一次"),
    "help.dr.record.out": (
        "the folder for the record; without it the record is only shown",
        "记录的输出目录；不指定则只显示",
    ),
    "help.dr.record.format": ("html, docx or both, with a comma between", "html、docx 或两者，以逗号分隔"),
    "help.dr.grade": (
        "state the GB/T 20988 level that the last checks show, and the element that holds it back (exit 8 below it)",
        "按最近的核查说明达到的 GB/T 20988 等级及受限要素（未达到时退出码 8）",
    ),
    "help.dr.edition": (
        "the table's edition; one whose figures were not read in the standard itself grades nobody",
        "所用等级表的版本；数字未经标准原文核实的版本不作评定",
    ),
    "help.dr.watch": (
        "look again and again until Ctrl-C or SIGTERM; without a terminal, lines of what changed",
        "反复核查，直至 Ctrl-C 或 SIGTERM；非终端时逐行输出变化",
    ),
    "help.dr.every": (
        "with --watch: seconds between the beginnings of two looks",
        "配合 --watch：两次核查开始的间隔秒数",
    ),
    "help.dr.watch-output": (
        "--watch has no -o: it shows tables or lines",
        "--watch 不能与 -o 并用：只显示表格或逐行输出",
    ),
    "help.dr.batch": ("the systems of this batch", "该批次的系统"),
    "help.dr.all": ("every system that needs a replica", "所有需要副本的系统"),
    "help.dr.at-a-time": ("so many systems side by side", "同时核查的系统数"),
    "help.dr.deadline": (
        "seconds for listing and for hashing one tree of files, each",
        "列出和校验一个目录各自的时限（秒）",
    ),
    "help.dr.prometheus": (
        "write metrics for node_exporter's textfile collector",
        "写出供 node_exporter textfile 采集的指标",
    ),
    "help.dr.output": (
        "table for people, json for programs, nagios for one line",
        "table 供人阅读，json 供程序读取，nagios 输出一行",
    ),
    "help.dr.which": ("name systems, or --batch, or --all: one of the three", "请指定系统、--batch 或 --all 之一"),
}
