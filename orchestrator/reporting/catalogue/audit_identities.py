"""What audits say where one sheet contradicts another, or one cell another of its row."""

TEXTS = {
    "audit.excluded.twice": ("the same room as {room}", "与 {room} 为同一机房"),
    "audit.uncounted.in-use": ("{systems} still stand in it", "{systems} 仍部署在内"),
    "audit.uncounted.closed-later": ("closed on {day}, after the audit's day", "关停日期 {day} 晚于统计截止日"),
    # --- rooms
    "audit.room-in-use": ("filed as closed, and {systems} still stand in it", "已报关停，但 {systems} 仍部署在内"),
    "audit.room-in-use.remedy": (
        "it is not counted as closed: move the systems out, or correct 所在机房 or 机房状态",
        "不计为关停：迁出系统，或更正所在机房、机房状态",
    ),
    "audit.room-twice": ("filed before as {room}: one unit, one name", "与 {room} 单位、名称相同，疑为重复填报"),
    "audit.room-twice.remedy": (
        "delete one of the rows, or give each room a name of its own",
        "删除其一，或为每个机房填写各自名称",
    ),
    "audit.room-proof-shared": (
        "its proof {proof} is also that of {others}: at least one has none of its own",
        "佐证 {proof} 同时用于 {others}，其中至少一个没有自己的佐证",
    ),
    "audit.room-proof-shared.remedy": ("file a proof for each room", "逐个机房补充佐证材料"),
    "audit.room-order": (
        "the days of {field} are {first} and {then}: in the wrong order",
        "{field}：{first} 与 {then} 先后颠倒",
    ),
    "audit.room-order.remedy": ("correct the day that is wrong", "更正有误的日期"),
    "audit.room-closed-later": (
        "closed on {day}, and the list knows of nothing after {known}",
        "关停日期 {day} 晚于数据日期 {known}",
    ),
    "audit.room-closed-later.remedy": (
        "it counts as closed from that day on; a plan belongs into 计划关停日期",
        "自该日起计为关停；如为计划，请填入计划关停日期",
    ),
    "audit.room-day-no-state": (
        "it has a day of closing, {day}, and is not filed as closed",
        "已填关停日期 {day}，但机房状态不是关停",
    ),
    "audit.room-day-no-state.remedy": ("correct 机房状态 or 关停日期", "更正机房状态或关停日期"),
    "audit.room-overdue": ("was to be closed by {day}, {days} days ago", "计划于 {day} 关停，已逾期 {days} 天"),
    "audit.room-overdue.remedy": ("close it, or have another day approved", "尽快关停，或报批调整时限"),
    "audit.room-more-racks": ("{more} of its {racks} racks are filed", "机柜共 {racks} 个，却填报 {more} 个"),
    "audit.room-more-racks.remedy": ("correct the number that is wrong", "更正有误的数量"),
    "audit.room-more-area": ("{more} of its {area} m² are filed", "面积共 {area} 平方米，却填报 {more} 平方米"),
    "audit.room-more-area.remedy": ("correct the number that is wrong", "更正有误的数量"),
    "audit.room-no-racks": ("nobody wrote down how many racks it has", "未填机柜数"),
    "audit.room-no-racks.remedy": (
        "fill in 机柜数: the rates by racks leave it out, and may be too high for it",
        "填写机柜数；按机柜计的比率未含该机房，可能偏高",
    ),
    "audit.unit-level": (
        "{unit} is filed as {level} here, and is {other}",
        "{unit} 此处填为{level}，应为{other}",
    ),
    "audit.unit-level.remedy": ("correct 层级, or the unit's name", "更正层级或单位名称"),
    # --- systems
    "audit.server-no-system": ("its system {system} is not on the list", "所属系统 {system} 不在清单中"),
    "audit.server-no-system.remedy": (
        "list the system, correct 系统编号, or give the server back",
        "补报系统、更正系统编号，或退回云主机",
    ),
    "audit.server-of-ended": ("its system {system} is {status}", "所属系统 {system} {status}"),
    "audit.server-of-ended.remedy": (
        "give the server back, or correct the system's 状态",
        "退回服务器，或更正系统状态",
    ),
    "audit.server-other-unit": ("its system {system} is that of {unit}", "所属系统 {system} 的单位为 {unit}"),
    "audit.server-other-unit.remedy": ("correct the unit, or 系统编号", "更正单位或系统编号"),
    "audit.cloud-no-evidence": ("on the cloud, without proof filed", "已上云但无佐证材料"),
    "audit.cloud-no-evidence.remedy": ("file the proof", "补充佐证材料"),
    "audit.cloud-stopped": ("stopped, and {status} all the same", "已叫停，但状态为{status}"),
    "audit.cloud-stopped.remedy": ("correct 是否叫停 or 状态", "更正是否叫停或状态"),
    "audit.verdict-later": (
        "confirmed on {day}, and the list knows of nothing after {known}",
        "认定日期 {day} 晚于数据日期 {known}",
    ),
    "audit.verdict-later.remedy": ("correct 认定日期", "更正认定日期"),
    "audit.system-later": (
        "it states {day}, and the list knows of nothing after {known}",
        "所填日期 {day} 晚于数据日期 {known}",
    ),
    "audit.system-later.remedy": ("correct the day", "更正日期"),
    "audit.verdict-disposition": (
        "{verdict}, and its disposition is {disposition}",
        "{verdict}，处置方式却为{disposition}",
    ),
    "audit.verdict-disposition.remedy": (
        "correct 系统状况 or 处置方式: a zombie is shut down, a shadow merged",
        "更正系统状况或处置方式：僵尸系统应关停，影子系统应整合",
    ),
    "audit.cleanup-overdue": (
        "was to be cleaned up by {day}, {days} days ago",
        "应于 {day} 前完成清理，已逾期 {days} 天",
    ),
    "audit.cleanup-overdue.remedy": (
        "shut it down or merge it and file the proof, or have another day approved",
        "关停或整合并补充佐证，或报批调整时限",
    ),
    "audit.merged-into-ended": (
        "merged into {system}, which is itself shut down or merged",
        "并入的 {system} 本身已关停或整合",
    ),
    "audit.merged-into-ended.remedy": ("name the system that serves now", "填写现行使用的系统"),
    # --- DR
    "audit.dr-office": (
        "its replica is at {site}, an office's own device: that is no replica",
        "副本位于 {site}，属办公设备，不能作为灾备副本",
    ),
    "audit.dr-office.remedy": ("keep the replica in the DR centre", "将副本存放于灾备中心"),
    "audit.dr-same-cloud": ("its replica is at {site}, on its own cloud", "副本位于 {site}，与系统同在一片云"),
    "audit.dr-same-cloud.remedy": ("a replica protects only from elsewhere", "副本应存放于另一地点"),
    "audit.dr-not-in-centre": ("its replica is at {site}, not in {centre}", "副本位于 {site}，不在 {centre}"),
    "audit.dr-not-in-centre.remedy": (
        "keep the replica in the DR centre, or correct 灾备中心 or 副本所在地",
        "将副本存放于灾备中心，或更正灾备中心、副本所在地",
    ),
    # --- networks, egresses
    "audit.network-later": (
        "done on {day}, and the list knows of nothing after {known}",
        "完成日期 {day} 晚于数据日期 {known}",
    ),
    "audit.network-later.remedy": ("correct 完成日期", "更正完成日期"),
    "audit.network-proof-shared": (
        "its proof {proof} is also that of {others}: at least one has none of its own",
        "佐证 {proof} 同时用于 {others}，其中至少一张没有自己的佐证",
    ),
    "audit.network-proof-shared.remedy": ("file a proof for each network", "逐张专网补充佐证材料"),
    "audit.network-no-day": ("proof filed, without the day", "有佐证材料但无完成日期"),
    "audit.network-no-day.remedy": ("fill in 完成日期; until then it is not counted", "填写完成日期；填写前不计入"),
    "audit.network-two-states": (
        "done on {day}, and its disposition is neither to cancel nor to migrate it",
        "已填完成日期 {day}，但处置不是取消或迁移",
    ),
    "audit.network-two-states.remedy": ("correct 专网处置 or 完成日期", "更正专网处置或完成日期"),
    "audit.network-no-saving": (
        "gone, and no O&M cost ended (filed: {cost})",
        "已取消或迁移，但未见节约运维费用（填报：{cost}）",
    ),
    "audit.network-no-saving.remedy": ("fill in what its O&M cost", "填写原运维金额"),
    "audit.egress-later": (
        "closed on {day}, and the list knows of nothing after {known}",
        "关闭日期 {day} 晚于数据日期 {known}",
    ),
    "audit.egress-later.remedy": ("correct 关闭日期", "更正关闭日期"),
    "audit.egress-proof-shared": (
        "its proof {proof} is also that of {others}: at least one has none of its own",
        "佐证 {proof} 同时用于 {others}，其中至少一个没有自己的佐证",
    ),
    "audit.egress-proof-shared.remedy": ("file a proof for each egress", "逐个出口补充佐证材料"),
    "audit.egress-no-day": ("proof filed, without the day", "有佐证材料但无关闭日期"),
    "audit.egress-no-day.remedy": ("fill in 关闭日期; until then it is not counted", "填写关闭日期；填写前不计入"),
    # --- tasks
    "audit.task-later": (
        "done on {day}, and the list knows of nothing after {known}",
        "完成日期 {day} 晚于数据日期 {known}",
    ),
    "audit.task-later.remedy": ("correct 完成日期", "更正完成日期"),
    "audit.task-no-done-day": ("“{progress}”, without the day", "进展为“{progress}”，但无完成日期"),
    "audit.task-no-done-day.remedy": ("fill in 完成日期; until then it is open", "填写完成日期；填写前按未完成计"),
    "audit.task-no-evidence": ("done, without proof filed", "已完成但无佐证材料"),
    "audit.task-no-evidence.remedy": ("file the proof", "补充佐证材料"),
    # --- spend
    "audit.room-no-saving": (
        "closed, and no O&M cost ended (filed: {cost})",
        "已关停，但未见节约运维费用（填报：{cost}）",
    ),
    "audit.room-no-saving.remedy": ("fill in what its O&M cost a year", "填写原年运维金额"),
    "audit.project-order": (
        "completed on {first}, audited before that, on {then}",
        "竣工 {first}，审计却在此前（{then}）",
    ),
    "audit.project-order.remedy": ("correct the day that is wrong", "更正有误的日期"),
    "audit.project-later": (
        "it states {day}, and the list knows of nothing after {known}",
        "所填日期 {day} 晚于数据日期 {known}",
    ),
    "audit.project-later.remedy": ("correct the day", "更正日期"),
    "audit.project-two-states": ("{state}, and completed on {day}", "项目状态为{state}，却有竣工日期 {day}"),
    "audit.project-two-states.remedy": ("correct 项目状态 or 竣工日期", "更正项目状态或竣工日期"),
    "audit.project-no-day": ("completed or audited, without the day of completion", "已完成或已审计，但无竣工日期"),
    "audit.project-no-day.remedy": ("fill in 竣工日期", "填写竣工日期"),
    # --- beside a ratio
    "audit.unknown-beside": ("{fraction} (+{count} unknown)", "{fraction}（另有 {count} 项缺数据）"),
    "audit.at-cells": ("{told} ({cells})", "{told}（{cells}）"),
    "audit.told-above": ("  told above: {count}", "  同上所列: {count}"),
}
