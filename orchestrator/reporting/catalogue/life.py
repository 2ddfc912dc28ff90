"""Words of a system's life."""

TEXTS = {
    "life.not-now": (
        "{system} is {phase}: {move} may not happen to it now",
        "{system} 处于 {phase}：现在不能执行 {move}",
    ),
    "life.not-now.remedy": (
        "possible now: {moves}; `migrate status` shows where every system stands",
        "现在可执行：{moves}；`migrate status` 显示各系统所处阶段",
    ),
    "life.changed": (
        "{system} was changed by somebody else while this command was at work (version {version})",
        "本命令执行期间，{system} 被他人改动（版本 {version}）",
    ),
    "life.changed.remedy": (
        "look with `migrate status`, then give the command again",
        "先用 `migrate status` 查看，再重新执行命令",
    ),
    "life.unreadable": (
        "the record of {system} in the state's database is not one that this program writes",
        "状态数据库中 {system} 的记录不是本程序所写的内容",
    ),
    "life.unreadable.remedy": (
        "`migrate doctor` looks at the state; `migrate state restore FILE` puts a backup back",
        "`migrate doctor` 检查状态；`migrate state restore 文件` 恢复备份",
    ),
    "life.provisioned": ("provisioned", "已开通"),
    "life.prepared": ("prepared", "已准备"),
    "life.syncing": ("syncing", "同步中"),
    "life.rehearsed": ("rehearsed", "已演练"),
    "life.cutover": ("cutover, undecided", "割接中，未决"),
    "life.open": ("open on the target", "已在目标端开放"),
    "life.rollback": ("rollback, undecided", "回退中，未决"),
    "life.soaked": ("soaked", "观察期满"),
    "life.retired": ("source retired", "源端已下线"),
    "life.none": ("{system} has no life yet: nothing of it was provisioned", "{system} 尚未开通，没有阶段记录"),
    "life.none.remedy": ("`migrate batch N` begins it", "`migrate batch N` 使其开始"),
    "life.none-yet": ("no data moves yet", "尚无数据迁移"),
    "life.waits": ("{system} waits: {cause}", "{system} 等待：{cause}"),
    "life.column.system": ("system", "系统"),
    "life.column.phase": ("phase", "阶段"),
    "life.column.since": ("since", "起始"),
    "life.column.method": ("method", "方式"),
    "life.column.copied": ("copied", "已复制"),
    "life.column.rate": ("rate", "速率"),
    "life.column.left": ("left", "剩余时间"),
    "life.column.lag": ("behind", "落后"),
    "life.column.last": ("last gap", "上次中断"),
    "retire.not-confirmed": ("the retirement of {system} was not confirmed", "{system} 的下线未确认"),
    "retire.not-confirmed.remedy": ("say --confirm {system}", "请加 --confirm {system}"),
}
