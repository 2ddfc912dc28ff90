"""Batch planning: the plan, what moved, why there is none."""

TEXTS = {
    "schedule.title": (
        "{programme}: {systems} systems in {nights} nights",
        "{programme}：{systems} 个系统，安排在 {nights} 个夜间窗口",
    ),
    "schedule.batches": ("Batches", "批次"),
    "schedule.nights": ("Nights", "割接窗口"),
    "schedule.column.batch": ("batch", "批次"),
    "schedule.column.systems": ("systems", "系统数"),
    "schedule.column.units": ("units", "单位数"),
    "schedule.column.deadline": ("deadline", "完成期限"),
    "schedule.column.nights": ("first … last night", "首个…末个窗口"),
    "schedule.column.trial-out": ("trial after the deadline", "期限不含试运行"),
    "schedule.column.trial-in": ("{days} days' trial before it", "期限含 {days} 天试运行"),
    "schedule.column.evening": ("evening", "日期（当晚）"),
    "schedule.column.window": ("window", "窗口"),
    "schedule.column.groups": ("groups", "依赖组"),
    "schedule.column.crews": ("crews", "割接小组"),
    "schedule.column.servers": ("servers", "服务器"),
    "schedule.column.data_gib": ("GiB", "数据量 GiB"),
    "schedule.column.last_end": ("last one ends", "最晚结束"),
    "schedule.column.system": ("system", "系统编号"),
    "schedule.column.name": ("name", "系统名称"),
    "schedule.column.before": ("before", "原日期"),
    "schedule.column.after": ("now", "现日期"),
    "schedule.column.why": ("why", "原因"),
    "schedule.binding": (" (binding)", "（按此排期）"),
    "schedule.reading": (
        "last cutover ends by {last_day}: {nights} nights, {spare} to spare",
        "最迟 {last_day} 割接完毕：可用 {nights} 晚，余 {spare} 晚",
    ),
    "schedule.reading.missed": (
        "last cutover would have to end by {last_day} ({nights} nights): this plan is later",
        "须在 {last_day} 前割接完毕（可用 {nights} 晚）：本方案晚于此日",
    ),
    "schedule.units-chosen": ("{units} ({chosen} chosen here)", "{units}（其中 {chosen} 个由本方案划入）"),
    "schedule.goal.batches": (
        "Goal 1, choice of batches: {value} (dependencies cut between batches + fullness of the fullest open batch, a percent of either weighing the same); no choice is below {bound} ({proof}); gap {gap}",
        "目标一 批次划分：{value}（跨批次依赖数＋最满批次的占用率，两者各以百分之一同权）；下界 {bound}（{proof}）；差距 {gap}",
    ),
    "schedule.goal.waiting": (
        "Goal 2, early nights: all systems together wait {value} nights from their batch's first; no plan of these batches is below {bound} ({proof}); gap {gap}",
        "目标二 尽早割接：各系统自本批首个窗口起合计等待 {value} 晚；此划分下的下界 {bound}（{proof}）；差距 {gap}",
    ),
    "schedule.proof.greedy": ("by counting", "按容量推算"),
    "schedule.proof.cpsat": ("proved by CP-SAT", "由 CP-SAT 证明"),
    "schedule.no-gap": ("none", "无"),
    "schedule.solved-by": (
        "All deadlines and limits hold. Nights by: {solver}; goal 1 comes before goal 2.",
        "全部期限与容量限制均满足。窗口安排方法：{solver}；先求目标一，再求目标二。",
    ),
    "schedule.more-nights": (
        "… and {count} more nights; the file and -o json have them all",
        "……另有 {count} 个窗口，见方案文件或 -o json",
    ),
    "schedule.more-moves": ("… and {count} more; -o json has them all", "……另有 {count} 项，见 -o json"),
    "schedule.links": (
        "! {count} dependencies join systems of different batches and need a temporary connection: {first} …",
        "! {count} 项依赖跨批次，过渡期须临时打通：{first} ……",
    ),
    "schedule.chosen": (
        "! {count} units were put into batches here; enter them in batches.N.units before running those",
        "! 本方案将 {count} 个单位划入批次；执行前请写入 batches.N.units",
    ),
    "schedule.done": ("{count} systems are already cut over and not planned", "{count} 个系统已割接，不再排期"),
    "schedule.held": (
        "! {count} systems may not move now and are not planned (`migrate place`)",
        "! {count} 个系统当前不得迁移，未排期（见 `migrate place`）",
    ),
    "schedule.waiting": (
        "! {count} planned systems still wait for a person or a thing before they may be cut over (`migrate place`)",
        "! {count} 个已排期系统仍有前置条件未满足，满足前不得割接（见 `migrate place`）",
    ),
    "schedule.assumed.servers": (
        "! {count} systems have no server on the list: one was assumed",
        "! {count} 个系统在清单中没有服务器：按 1 台估算",
    ),
    "schedule.assumed.data_gib": (
        "! {count} systems have no data volume on the list: it was assumed",
        "! {count} 个系统在清单中没有数据量：按假定值估算",
    ),
    "schedule.provisional": (
        "! the public calendar of {year} is not announced yet: nights from then on are provisional",
        "! {year} 年放假安排尚未公布：该年起的窗口为暂定",
    ),
    "schedule.digest": ("Digest {digest}", "摘要 {digest}"),
    "schedule.written": ("Written to {path}", "已写入 {path}"),
    "schedule.not-written": ("Not written; --out FILE keeps it", "未写入文件；用 --out 文件 保存"),
    "schedule.current": (
        "{path} still holds: its inputs are unchanged (digest {digest})",
        "{path} 仍然有效：输入未变（摘要 {digest}）",
    ),
    "schedule.infeasible": (
        "There is no plan; {count} constraints forbid it:",
        "无法排期，以下 {count} 项约束不能同时满足：",
    ),
    "schedule.unproven": (
        "No plan was found; that there is none is not proved. {count} constraints stand in the way:",
        "未找到可行方案（尚未证明不存在）。受阻于以下 {count} 项：",
    ),
    "schedule.systems": ("systems: {systems}", "系统：{systems}"),
    "schedule.and-others": ("and {count} more", "等，另有 {count} 个"),
    "schedule.and-more": ("{count} more groups have no window either", "另有 {count} 个依赖组同样没有可用窗口"),
    "schedule.no-crew": (
        "nobody could cut over: {people} people on duty, {crew} needed for one cutover",
        "人手不足一个小组：每晚值守 {people} 人，一次割接需 {crew} 人",
    ),
    "schedule.no-night": (
        "batch {batch} has no legal night: its last cutover must end by {last_day} (deadline {deadline}), the first legal night from {opens} on is {first_night}, {late} days late",
        "第 {batch} 批没有可用窗口：末次割接须在 {last_day} 前结束（期限 {deadline}），自 {opens} 起的首个可用窗口是 {first_night}，晚 {late} 天",
    ),
    "schedule.no-night.never": (
        "batch {batch} has no legal night: its last cutover must end by {last_day} (deadline {deadline}), and from {opens} on there is none for more than a year",
        "第 {batch} 批没有可用窗口：末次割接须在 {last_day} 前结束（期限 {deadline}），自 {opens} 起一年以上没有可用窗口",
    ),
    "schedule.group-too-long": (
        "a dependency group of {count} (batch {batch}) takes {needed} minutes with its rollback reserve, the longest window has {held}: {over} too many",
        "一个 {count} 个系统的依赖组（第 {batch} 批）连同回退预留需 {needed} 分钟，最长窗口 {held} 分钟，超出 {over} 分钟",
    ),
    "schedule.group-too-big": (
        "a dependency group of {count} (batch {batch}) takes {needed} {resource}, a window holds {held}: {over} too many",
        "一个 {count} 个系统的依赖组（第 {batch} 批）需{resource} {needed}，单个窗口上限 {held}，超出 {over}",
    ),
    "schedule.group-no-night": (
        "a group of {count} (batch {batch}) has no night between {from} and {due}: its cloud comes too late, it is due too early, or only first working days of a month are left",
        "一个 {count} 个系统的依赖组（第 {batch} 批）在 {from} 至 {due} 之间没有可用窗口：云平台就绪过晚、自身期限过早，或只剩每月首个工作日",
    ),
    "schedule.too-few-nights": (
        "not enough nights: {systems} systems (up to batch {batch}) by {by} take {needed} {resource}, {nights} nights hold {held}: {over} too many",
        "窗口不足：至 {by}（第 {batch} 批及以前）{systems} 个系统需{resource} {needed}，{nights} 个窗口合计 {held}，缺 {over}",
    ),
    "schedule.not-found": (
        "batch {batch}: {groups} groups ({systems} systems) found no window although the sums would allow it",
        "第 {batch} 批：{groups} 个依赖组（{systems} 个系统）未能排入窗口，尽管总量上放得下",
    ),
    "schedule.no-open-batch": (
        "{count} units stand in no batch and no batch is open to them: {units} …",
        "{count} 个单位不在任何批次，且没有可划入的批次：{units} ……",
    ),
    "schedule.decree-cell": (
        "{unit}: {systems} systems say batch {cell} on the list, the programme decrees batch {batch}",
        "{unit}：{systems} 个系统在清单中写第 {cell} 批，项目文件定为第 {batch} 批",
    ),
    "schedule.decree-unknown": (
        "{systems} systems say batch {cell}, which the programme does not have",
        "{systems} 个系统写第 {cell} 批，项目中没有该批次",
    ),
    "schedule.decree-together": (
        "units that move together are decreed into different batches: {units}",
        "须同批迁移的单位被定在不同批次：{units}",
    ),
    "schedule.and": ("; and ", "；并且"),
    "schedule.least": (" (at least: whether it is enough was not tried)", "（此为下限，是否足够未经试排）"),
    "schedule.relax.cell": (
        "enter batch {batch} on the list, or change the decree (batches.{batch})",
        "清单批次改填 {batch}，或报批调整名单（batches.{batch}）",
    ),
    "schedule.relax.declare": (
        "correct the batch on the list, or declare batch {cell} (batches.{cell})",
        "更正清单中的批次，或在项目文件中声明第 {cell} 批（batches.{cell}）",
    ),
    "schedule.relax.together": (
        "list them in one batch (batches.N.units), or take them apart (schedule.together)",
        "把这些单位列入同一批次（batches.N.units），或从 schedule.together 中去掉",
    ),
    "schedule.relax.people": (
        "have {people} people on duty in a night (people.on_duty)",
        "每晚值守增至 {people} 人（people.on_duty）",
    ),
    "schedule.relax.limit": (
        "let a window hold {limit} {resource} (per_window)",
        "单窗口{resource}上限提到 {limit}（per_window）",
    ),
    "schedule.relax.deadline": (
        "set batch {batch}'s deadline to {deadline} ({days} days later)",
        "第 {batch} 批期限改为 {deadline}（推迟 {days} 天）",
    ),
    "schedule.relax.freeze": ("lift the freeze “{freeze}” ({nights} nights)", "解除封网“{freeze}”（可得 {nights} 晚）"),
    "schedule.relax.trial": (
        "let the {days} days' trial run after the deadline ({nights} nights more)",
        "{days} 天试运行不计入期限（多得 {nights} 晚）",
    ),
    "schedule.relax.ordered": (
        "let the group be divided along its dependencies (clusters: ordered)",
        "允许按依赖顺序分窗口割接（clusters: ordered）",
    ),
    "schedule.relax.hours": (
        "make windows {hours} hours long (window.hours and long_hours)",
        "窗口延长到 {hours} 小时（window.hours 与 long_hours）",
    ),
    "schedule.relax.rehearse": (
        "rehearse, and enter the measured times if they are at most {minutes} minutes in all (schedule.systems: {systems})",
        "先演练；实测合计不超过 {minutes} 分钟的，填入实测时间（schedule.systems：{systems}）",
    ),
    "schedule.relax.rest": (
        "do without the nights of rest (rest; {nights} nights)",
        "不安排休整夜（rest，可得 {nights} 晚）",
    ),
    "schedule.relax.pilot": (
        "let the first night hold more than {most} systems (pilot)",
        "首夜不限 {most} 个系统（pilot）",
    ),
    "schedule.relax.holidays": (
        "cut over on public holidays too (schedule.holidays: false; {nights} nights)",
        "公共假日不封网（schedule.holidays: false，可得 {nights} 晚）",
    ),
    "schedule.relax.due": ("set the due date on the list to {due}: {systems}", "清单中的完成期限改为 {due}：{systems}"),
    "schedule.relax.cloud": (
        "have the cloud {cloud} ready on {from} (schedule.clouds.{cloud}.from)",
        "云平台 {cloud} 提前到 {from} 可用（schedule.clouds.{cloud}.from）",
    ),
    "schedule.relax.open": (
        "open batch {batch} to them (schedule.batches.{batch}.open: true)",
        "向其开放第 {batch} 批（schedule.batches.{batch}.open: true）",
    ),
    "schedule.relax.decree": ("list them in a batch (batches.N.units)", "把这些单位列入某一批次（batches.N.units）"),
    "schedule.relax.solver": ("search longer: --solver cpsat --seconds 120", "延长求解：--solver cpsat --seconds 120"),
    "schedule.resource.systems": ("systems", "系统数"),
    "schedule.resource.servers": ("servers", "服务器台数"),
    "schedule.resource.data_gib": ("GiB of data", "数据量（GiB）"),
    "schedule.resource.crew_minutes": ("crew minutes", "小组工时（分钟）"),
    "schedule.resource.crew_pieces": ("crew turns", "小组班次"),
    "schedule.input.start": ("first day", "起始日"),
    "schedule.input.systems": ("systems", "系统"),
    "schedule.input.dependencies": ("dependencies", "依赖关系"),
    "schedule.input.batches": ("batches", "批次"),
    "schedule.input.rules": ("scheduling rules", "排期规则"),
    "schedule.input.calendar": ("public calendar", "放假安排"),
    "schedule.nothing": ("nothing", "无"),
    "schedule.diff": (
        "{count} systems moved; inputs that changed: {inputs}",
        "{count} 个系统有变动；变化的输入：{inputs}",
    ),
    "schedule.diff.new": ("newly to be planned", "新增排期"),
    "schedule.diff.back": ("to be planned again", "重新排期"),
    "schedule.diff.done": ("cut over meanwhile", "期间已割接"),
    "schedule.diff.held": ("may not move now", "当前不得迁移"),
    "schedule.diff.gone": ("no longer migrates, or is off the list", "不再迁移或已不在清单"),
    "schedule.diff.batch": ("batch {before} → {after}", "批次 {before} → {after}"),
    "schedule.diff.frozen": ("{evening} is frozen now: {freeze}", "{evening} 已封网：{freeze}"),
    "schedule.diff.illegal": ("{evening} is no cutover night any more", "{evening} 已不是割接窗口"),
    "schedule.diff.not-open": (
        "{evening} is before batch {batch} opens ({opens})",
        "{evening} 早于第 {batch} 批开放日 {opens}",
    ),
    "schedule.diff.deadline": (
        "a cutover on {evening} would end after {last_day}, the last day for batch {batch} (deadline {deadline})",
        "{evening} 割接将晚于第 {batch} 批最迟割接日 {last_day}（期限 {deadline}）",
    ),
    "schedule.diff.cloud": ("{evening} is before its cloud is there ({from})", "{evening} 早于目标云可用日 {from}"),
    "schedule.diff.due": (
        "a cutover on {evening} would end after it is due ({due})",
        "{evening} 割接将晚于系统自身期限 {due}",
    ),
    "schedule.diff.month-start": (
        "{evening} touches the month's first working day, which it has to avoid",
        "{evening} 涉及当月首个工作日，该系统须避开",
    ),
    "schedule.diff.group": (
        "its dependency group changed ({before} → {after} systems)",
        "依赖组变化（{before} → {after} 个系统）",
    ),
    "schedule.diff.minutes": (
        "its cutover takes {after} minutes instead of {before}",
        "割接时长由 {before} 变为 {after} 分钟",
    ),
    "schedule.diff.earlier": ("an earlier night had room", "更早的窗口有余量"),
    "schedule.diff.later": ("others took its night", "原窗口被其他系统占用"),
    "schedule.diff.order": (
        "its night has room, but the plan as a whole came out with it in another",
        "原窗口尚有余量，整体重排后改期",
    ),
    "schedule.dependency-cycle": ("systems depend on each other in a circle: {systems}", "系统之间循环依赖：{systems}"),
    "schedule.dependency-cycle.remedy": ("remove one of the dependencies from the list", "在清单中去掉其中一项依赖"),
    "schedule.no-ortools": (
        "--solver cpsat needs OR-Tools, which is not installed",
        "--solver cpsat 需要 OR-Tools，当前未安装",
    ),
    "schedule.no-ortools.remedy": (
        "pip install 'migrate-orchestrator[plan]', or --solver greedy",
        "pip install 'migrate-orchestrator[plan]'，或使用 --solver greedy",
    ),
    "schedule.no-file": ("there is no plan file {path}", "没有排期方案文件 {path}"),
    "schedule.no-file.remedy": ("make one: migrate plan --out {path}", "先生成：migrate plan --out {path}"),
    "schedule.bad-file": ("{path} is no plan file: {fault}", "{path} 不是排期方案文件：{fault}"),
    "schedule.bad-file.remedy": ("make it anew: migrate plan --out {path}", "重新生成：migrate plan --out {path}"),
    "schedule.edited": (
        "{path} was changed by hand: its digest does not fit its content",
        "{path} 被手工改动：摘要与内容不符",
    ),
    "schedule.edited.remedy": (
        "change the programme or the list, then: migrate plan --out {path}",
        "请改项目文件或清单，再运行：migrate plan --out {path}",
    ),
    "schedule.other-programme": (
        "{path} is the plan of the programme {programme}, not of {own}",
        "{path} 是项目 {programme} 的排期方案，不属于本项目 {own}",
    ),
    "schedule.other-programme.remedy": (
        "name a plan of this programme; migrate plan --out FILE makes one",
        "请指定本项目的方案；可用 migrate plan --out 文件 生成",
    ),
    "schedule.stale": ("{path} is stale; changed since: {inputs}", "{path} 已过期；此后变化的有：{inputs}"),
    "schedule.stale.remedy": (
        "migrate plan --diff {path} --out NEW shows what would move",
        "用 migrate plan --diff {path} --out 新文件 查看变动",
    ),
    "schedule.ended": ("it is shut down or merged already", "已关停或已整合"),
    "schedule.deferred": ("its migration is deferred", "暂缓迁移"),
    "holiday.new-year": ("New Year", "元旦"),
    "holiday.spring-festival": ("Spring Festival", "春节"),
    "holiday.tomb-sweeping": ("Tomb-Sweeping Day", "清明节"),
    "holiday.labour-day": ("Labour Day", "劳动节"),
    "holiday.dragon-boat": ("Dragon Boat Festival", "端午节"),
    "holiday.mid-autumn": ("Mid-Autumn Festival", "中秋节"),
    "holiday.national-day": ("National Day", "国庆节"),
    "holiday.other": ("public holiday", "公共假日"),
    "schedule.tentative": (
        "! {count} systems go to a cloud that is not built yet: their nights are provisional",
        "! {count} 个系统目标云未建成，窗口为暂定",
    ),
    "programme.schedule-cloud": ("schedule names a cloud that is not declared", "schedule 中的云未声明"),
    "programme.schedule-cloud.remedy": (
        "declare it under `clouds:`, or correct the name",
        "在 clouds: 中声明该云，或更正名称",
    ),
    "programme.schedule-batch": ("schedule names a batch that is not declared", "schedule 中的批次未声明"),
    "programme.schedule-batch.remedy": (
        "declare it under `batches:`, or correct the number",
        "在 batches: 中声明该批次，或更正批次号",
    ),
    "programme.schedule-freeze": ("the freeze ends before it begins", "封网结束早于开始"),
    "programme.schedule-freeze.remedy": (
        "set `to:` to the freeze's last day, no earlier than `from:`",
        "to: 填封网最后一日，不得早于 from:",
    ),
    "programme.schedule-people": ("fewer people on duty than one cutover takes", "每晚值守人数不足一次割接所需"),
    "programme.schedule-people.remedy": (
        "raise people.on_duty to people.per_cutover or more",
        "people.on_duty 不得小于 people.per_cutover",
    ),
}
