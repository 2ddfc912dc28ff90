"""Words of a night's turns and of its report."""

TEXTS = {
    "night.none": (
        "the record knows of no run in a window of {evening}",
        "执行记录中没有 {evening} 窗口内的执行",
    ),
    "night.none.remedy": (
        "name the day a window opened on which `migrate batch` ran; `migrate evidence verify` tells whether the record is whole",
        "请给出曾运行 `migrate batch` 的窗口的开启日期；`migrate evidence verify` 可核验记录是否完整",
    ),
    "night.other-options": (
        "--night reports a night from the record; it goes with --out, --format, --mode and -o only",
        "--night 依据执行记录生成当夜报告，只能与 --out、--format、--mode、-o 同用",
    ),
    "night.back.freeze": (
        "{system}: a freeze covers the window; its turn was given back",
        "{system}：窗口处于封网期内，已退回",
    ),
    "night.back.late": (
        "{system}: the rollback deadline of its turn was over; it was given back",
        "{system}：已过回退截止时间，窗口已退回",
    ),
    "night.back.short": (
        "{system}: the window could no longer hold its cutover; its turn was given back",
        "{system}：窗口剩余时间已容不下其割接，已退回",
    ),
    "night.back.whole": (
        "{system}: the window can no longer hold its dependency group as a whole ({by} would not end in time); its turn was given back",
        "{system}：窗口剩余时间已容不下整个依赖组（{by} 无法按时完成），窗口已退回",
    ),
    "night.hold.apart": (
        "{system}: {by} of its dependency group, which comes before it, is not open; it stays with it",
        "{system}：同一依赖组中排在其前的 {by} 未开放，故一并留在源端",
    ),
    "night.hold.member": (
        "{system}: {by} of its dependency group cannot be cut over; it stays with it",
        "{system}：同一依赖组中的 {by} 不能割接，故一并留在源端",
    ),
    "night.return": (
        "{system}: another of its dependency group is not open; it goes back with it",
        "{system}：同一依赖组中有系统未开放，按规则一并退回源端",
    ),
    "night.returned": (
        "{system} went back to its source with its dependency group",
        "{system} 已随其依赖组退回源端",
    ),
    "night.not-returned": (
        "{system} was to go back with its dependency group, and may not: {checks}",
        "{system} 应随其依赖组退回源端，但未获准许：{checks}",
    ),
    "night.not-returned.remedy": (
        "see what is missing: migrate rollback {system} --dry-run; then decide: migrate rollback {system}",
        "请查看缺少的条件：migrate rollback {system} --dry-run；然后决定：migrate rollback {system}",
    ),
    "night.start": ("{system}: its turn begins", "{system}：开始割接"),
    "night.wait.group": (
        "{system} waits for the systems of its dependency group before it",
        "{system} 等待同一依赖组中排在其前的系统",
    ),
    "night.wait.member": (
        "{system} waits for the copy of {by}, which is of its dependency group",
        "{system} 等待同一依赖组中 {by} 的数据复制完成",
    ),
    "night.wait.copy": ("{system} waits for its copy", "{system} 等待数据复制完成"),
    "night.wait.early": ("{system} waits for its planned time", "{system} 等待计划时间"),
    "night.wait.shared": (
        "{system} waits for a machine that it shares with another turn",
        "{system} 等待与其他系统共用的主机",
    ),
    "night.wait.crew": ("{system} waits for a crew", "{system} 等待空闲小组"),
    "night.title": (
        "Night of {evening}, {start} to {end}: batch {batches}, {crews} crews",
        "{evening} 夜间割接（{start} 至 {end}）：第 {batches} 批，{crews} 个小组",
    ),
    "night.summary": (
        "{count} turns: {open} open, {back} back at their sources, {returned} rolled back, {undecided} undecided, {held} held, {given_back} given back, {waiting} not begun",
        "共 {count} 个系统：已开放 {open}，自动退回源端 {back}，人工回退 {returned}，未决 {undecided}，受阻 {held}，退回窗口 {given_back}，未开始 {waiting}",
    ),
    "night.not-ended": (
        "The night's run has no end on record: it is at work, or was ended by force; `migrate batch N` goes on",
        "当夜执行尚无结束记录：正在执行，或被强制终止；`migrate batch N` 可继续",
    ),
    "night.interrupted": ("A person ended the run at {at}", "执行于 {at} 被人工中止"),
    "night.column.system": ("system", "系统"),
    "night.column.unit": ("unit", "单位"),
    "night.column.crew": ("crew", "小组"),
    "night.column.planned": ("planned", "计划"),
    "night.column.who": ("who", "操作人"),
    "night.column.began": ("began", "开始"),
    "night.column.end": ("result", "结果"),
    "night.column.gap": ("gap", "中断"),
    "night.column.rows": ("rows", "探针行数"),
    "night.column.verified": ("verified", "核验"),
    "night.column.by": ("back by", "回退截止"),
    "night.end.waiting": ("not begun", "未开始"),
    "night.end.held": ("held", "受阻"),
    "night.end.given-back": ("given back", "窗口已退回"),
    "night.end.undecided": ("undecided", "未决"),
    "night.end.open": ("open", "已开放"),
    "night.end.back": ("back at its source", "已退回源端"),
    "night.end.returned": ("rolled back", "已回退"),
    "night.gap": ("{milliseconds} ms", "{milliseconds} 毫秒"),
    "night.held": ("{milliseconds} ms held", "冻结 {milliseconds} 毫秒"),
    "night.rows": (
        "{rows}, lost {lost}, doubled {doubled}, errors {errors}",
        "{rows}，丢失 {lost}，重复 {doubled}，错误 {errors}",
    ),
    "night.verified.yes": ("yes", "一致"),
    "night.verified.no": ("no", "不一致"),
    "night.verified.unknown": ("not compared", "未比对"),
    "night.because": ("{system}: {cause}", "{system}：{cause}"),
    "night.unmeasured": ("{system}: the gap was not measured: {cause}", "{system}：中断时长未测得：{cause}"),
    "night.undecided": (
        "{system}: its cutover began and its end is not on record; any command on it decides first",
        "{system}：割接已开始但无结果记录；对其执行任何命令都会先裁定",
    ),
    "night.group.whole": (
        "dependency group {group}: whole, all of it is open ({systems})",
        "依赖组 {group}：完整，全部已开放（{systems}）",
    ),
    "night.group.back": (
        "dependency group {group}: all of it is at its sources ({systems})",
        "依赖组 {group}：全部在源端（{systems}）",
    ),
    "night.group.split": (
        "dependency group {group} is split: open {open}; at their sources {back}",
        "依赖组 {group} 被拆分：已开放 {open}；在源端 {back}",
    ),
    "night.group.split.remedy": (
        "while the window is open, `migrate batch N` tries the rest again; else decide: migrate cutover for each of {back}, or migrate rollback for each of {open}, the last one first",
        "窗口尚未结束时，`migrate batch N` 可再次割接其余系统；否则请决定：对 {back} 逐一执行 migrate cutover，或对 {open} 从后向前逐一执行 migrate rollback",
    ),
    "night.group.undecided": (
        "dependency group {group}: not decided yet ({systems}); the next command goes on",
        "依赖组 {group}：尚未裁定（{systems}）；下一条命令将继续处理",
    ),
    "night.file": ("wrote {path}", "已写入 {path}"),
    "night.document.title": ("Report of a Cutover Night", "夜间割接执行报告"),
    "night.document.turns": ("Systems", "各系统执行情况"),
    "night.document.groups": ("Dependency groups", "依赖组"),
    "night.document.causes": ("What was stopped, and why", "受阻与退回原因"),
    "night.document.no-causes": ("Nothing was stopped.", "无。"),
    "night.document.role": ("role", "角色"),
    "night.document.signed": ("signature", "签字"),
    "night.document.day": ("day", "日期"),
    "night.document.lead": ("person in charge", "负责人"),
    "night.document.operator": ("operator", "操作人"),
    "night.document.reviewer": ("reviewer", "复核人"),
}
