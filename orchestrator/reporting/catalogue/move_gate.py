"""Words of the gates before a cutover."""

TEXTS = {
    "move.gate.copied": ("{count} tables are not copied yet: {tables}", "{count} 张表尚未复制完成：{tables}"),
    "move.gate.copied.remedy": (
        "wait; `migrate status` shows bytes and time left",
        "请等待；`migrate status` 显示字节数和剩余时间",
    ),
    "move.gate.prepared": ("{count} prepared transactions", "{count} 个两阶段事务未结束"),
    "move.gate.prepared.remedy": (
        "COMMIT PREPARED or ROLLBACK PREPARED them; see pg_prepared_xacts",
        "请执行 COMMIT PREPARED 或 ROLLBACK PREPARED；见 pg_prepared_xacts",
    ),
    "move.gate.transaction": (
        "the oldest transaction is {seconds} s old (limit {limit} s)",
        "最早的事务已持续 {seconds} 秒（上限 {limit} 秒）",
    ),
    "move.gate.transaction.remedy": (
        "end it, or wait: everybody would wait for it while frozen; see pg_stat_activity",
        "请结束该事务或等待：冻结期间所有人都会等它；见 pg_stat_activity",
    ),
    "move.gate.following": ("nothing follows: no fresh answer from the other side", "没有跟随：另一侧没有新的应答"),
    "move.gate.following.remedy": (
        "see the subscription's errors in the log of the side that follows; a network in between?",
        "请查看跟随一侧日志中订阅的错误，并检查两侧之间的网络",
    ),
    "move.gate.tried": ("the trial of dump and restore has succeeded", "导出导入试运行已成功"),
    "move.gate.tried.remedy": (
        "`migrate batch N` tries it; `migrate status` says how far it is",
        "`migrate batch N` 会执行试运行；`migrate status` 显示进度",
    ),
    "move.gate.copy": (
        "the trial took {seconds} s for what may take {limit} s while clients wait",
        "试运行用时 {seconds} 秒；客户端等待期间的上限为 {limit} 秒",
    ),
    "move.gate.copy.remedy": (
        "raise moving.postgresql.SYSTEM.limits.copy, if the window has room for it, or give the target a faster disk",
        "若窗口允许，请调大 moving.postgresql.系统编号.limits.copy，或为目标端更换更快的磁盘",
    ),
    "move.gate.room": (
        "dump and restore need {needed} bytes on the target; {free} are free",
        "导出导入需要目标端 {needed} 字节，可用 {free} 字节",
    ),
    "move.gate.room.remedy": ("give the target a larger volume", "请为目标分配更大的卷"),
    "move.one-way": (
        "Nothing follows back once the other side is open: a rollback then loses what is written there.",
        "另一侧开放后没有反向复制：此后回退会丢失新写入的内容。",
    ),
    "move.gate.one-way": (
        "this method leaves nothing that follows back: what is written on the target is lost by a rollback",
        "该方式没有反向复制：回退会丢失目标端新写入的数据",
    ),
    "move.gate.one-way.remedy": (
        "`migrate rollback SYSTEM --dry-run` counts the rows; `--lose NUMBER` accepts them",
        "`migrate rollback 系统编号 --dry-run` 给出行数；`--lose 行数` 表示接受",
    ),
    "move.gate.behind": ("{count} transactions behind (limit {limit})", "落后 {count} 个事务（上限 {limit}）"),
    "move.gate.behind.remedy": ("wait until it has caught up", "请等待追平"),
    "move.gate.lag": ("{bytes} bytes behind (limit {limit})", "落后 {bytes} 字节（上限 {limit}）"),
    "move.gate.lag.remedy": ("wait until it has caught up", "请等待追平"),
    "move.gate.secrets": (
        "the stored secrets of {count} roles differ between the two sides: {roles}",
        "{count} 个角色在两侧的口令密文不一致：{roles}",
    ),
    "move.gate.secrets.remedy": (
        "ALTER ROLE … PASSWORD on the side that opens, with rolpassword of pg_authid from the side that is left",
        "请在将开放的一侧用原侧 pg_authid 中的 rolpassword 执行 ALTER ROLE … PASSWORD",
    ),
    "move.gate.logins": (
        "{count} roles may log in that were not there when the system was prepared: {roles}",
        "{count} 个可登录角色在准备之后才出现：{roles}",
    ),
    "move.gate.logins.remedy": (
        "they would not be fenced: NOLOGIN, or prepare anew (`migrate drop`)",
        "这些角色不会被隔离：请设为 NOLOGIN，或重新准备（`migrate drop`）",
    ),
    "move.gate.pass": ("the last pass ended {seconds} s ago", "上一轮复制在 {seconds} 秒前结束"),
    "move.gate.pass.remedy": (
        "run the command again: it begins with passes; `migrate status` says what they took",
        "请重新运行该命令：会先进行复制；`migrate status` 显示用时",
    ),
    "move.gate.pass-time": (
        "the last pass took {seconds} s; the one that people wait for may take {limit} s",
        "上一轮复制用时 {seconds} 秒；冻结期间的一轮上限为 {limit} 秒",
    ),
    "move.gate.pass-time.remedy": (
        "wait until less is changed, or raise limits.catch_up and limits.frozen, if the window has room for it",
        "请在变更较少时进行；若窗口允许，可调大 limits.catch_up 与 limits.frozen",
    ),
    "move.gate.closed": (
        "{subject} is closed to all but the passes (mount options: {found})",
        "{subject} 仅允许复制写入（挂载选项：{found}）",
    ),
    "move.gate.closed.remedy": (
        "see who mounted it to be written to; `migrate drop` and begin anew if anything was written there",
        "请查明谁以读写方式挂载；若已有写入，请 `migrate drop` 后重新开始",
    ),
    "move.gate.mounted": (
        "{subject} is in use, to be written to (mount options: {found})",
        "{subject} 处于读写状态（挂载选项：{found}）",
    ),
    "move.gate.mounted.remedy": (
        "mount it there as it was; a file system that fell back to read-only has a fault of its disk",
        "请按原方式挂载；自动转为只读通常表示磁盘故障",
    ),
    "move.gate.writers": (
        "nobody has files of {subject} open for writing: {who}",
        "{subject} 没有正在写入的文件：{who}",
    ),
    "move.gate.writers.remedy": (
        "end them, or declare what ends and begins them as `stop` and `start`",
        "请结束这些进程，或用 `stop` 和 `start` 声明停止与启动命令",
    ),
    "move.gate.pages": (
        "{subject} answers every declared page; else {path}: {said}",
        "{subject} 能正常应答所有声明的页面；否则 {path}：{said}",
    ),
    "move.gate.pages.remedy": (
        "see its nginx, and what that may read",
        "请检查该侧的 nginx 及其读取权限",
    ),
}
