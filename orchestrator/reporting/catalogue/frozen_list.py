"""Words of the frozen section in the cutover plan's document."""

TEXTS = {
    "frozen-list.heading": ("The frozen section, line by line", "冻结阶段逐项步骤"),
    "frozen-list.about": (
        "For the systems named below the tool moves the data and does the lines below, in this order; they are those that `migrate cutover SYSTEM --dry-run` prints and that an approval names by the digest. A line that is not answered within its deadline, or otherwise than expected, takes back all before it; once it is decided, the rest is finished. Lines said to several databases at once stand here once.",
        "下列系统由工具迁移数据，并按此顺序执行下列步骤；内容与 `migrate cutover 系统 --dry-run` 的输出一致，批准时以摘要为准。任一步骤超时或结果与预期不符，即撤销此前全部步骤；一经判定，其余步骤必须完成。同时对多个数据库执行的步骤只列一次。",
    ),
    "frozen-list.lines": (
        "Clients wait {seconds} s at most, from line {first} on:",
        "自第 {first} 项起客户端等待，最长 {seconds} 秒：",
    ),
    "frozen-list.column.deadline": ("deadline", "时限"),
    "frozen-list.column.undo": ("taken back by", "撤销方式"),
    "frozen-list.column.way": ("from → to", "原址 → 新址"),
    "frozen-list.column.digest": ("digest, as approved", "摘要（批准依据）"),
}
