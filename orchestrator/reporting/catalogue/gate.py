"""Words of the gates before a frozen section."""

TEXTS = {
    "gate.window": ("cutover window of {subject}", "{subject} 的割接窗口"),
    "gate.window.early": ("{subject}: the window opens {from}", "{subject}：窗口于 {from} 开启"),
    "gate.window.late": (
        "{subject}: the window's rollback deadline was {until}",
        "{subject}：窗口的回退截止时间为 {until}，已过",
    ),
    "gate.window.short": (
        "{subject}: a frozen section may take {seconds} s, and would not end by {until}",
        "{subject}：冻结阶段可能需要 {seconds} 秒，无法在 {until} 之前结束",
    ),
    "gate.window.given-back": (
        "{subject}: the window from {from} was given back",
        "{subject}：{from} 开始的窗口已退回",
    ),
    "gate.window.no-slot": ("{subject} has no window in the schedule", "排期中没有 {subject} 的窗口"),
    "gate.window.no-schedule": ("there is no schedule to take windows from", "没有可取窗口的排期"),
    "gate.window.remedy": (
        "wait for it, or plan anew: `migrate plan --out schedule.yaml`; `moving.windows: any` plans none",
        "请等待，或重新排期：`migrate plan --out schedule.yaml`；`moving.windows: any` 表示不排窗口",
    ),
    "gate.freeze": ("{subject}: {name} freezes cutovers until {until}", "{subject}：{name}，封网至 {until}"),
    "gate.freeze.none": ("{subject}: no freeze covers today", "{subject}：今天不在封网期内"),
    "gate.freeze.remedy": ("wait for the day after it", "请待封网结束后再割接"),
    "gate.approval": (
        "{subject}: {act} approved by {by} until {until}",
        "{subject}：{act} 已由 {by} 批准，有效至 {until}",
    ),
    "gate.approval.none": (
        "{subject}: nobody approved the {act} of plan {digest}",
        "{subject}：无人批准方案 {digest} 的 {act}",
    ),
    "gate.approval.unsigned": ("{subject}: an approval of the {act} is not signed", "{subject}：{act} 的批准没有签名"),
    "gate.approval.other-plan": (
        "{subject}: the {act} that was approved is that of another plan than {digest}",
        "{subject}：已批准的 {act} 不是方案 {digest}",
    ),
    "gate.approval.expired": ("{subject}: the approval of the {act} has expired", "{subject}：{act} 的批准已过期"),
    "gate.approval.given-back": (
        "{subject}: the approval of the {act} went with the window that was given back",
        "{subject}：{act} 的批准已随窗口退回而失效",
    ),
    "gate.approval.same-person": (
        "{subject}: whoever acts cannot approve: the {act} needs a second person",
        "{subject}：操作人不能自行批准，{act} 须双人复核",
    ),
    "gate.approval.remedy": (
        "a second person runs: migrate approve {subject} --act {act} --digest {digest} --key KEY",
        "由第二人执行：migrate approve {subject} --act {act} --digest {digest} --key 密钥",
    ),
    "gate.rehearsal": ("{subject}: rehearsed {at}, gap {gap_ms} ms", "{subject}：{at} 已演练，中断 {gap_ms} 毫秒"),
    "gate.rehearsal.none": ("{subject} was never rehearsed", "{subject} 尚未演练"),
    "gate.rehearsal.other-plan": (
        "{subject}: another plan was rehearsed ({at})",
        "{subject}：演练的是另一份方案（{at}）",
    ),
    "gate.rehearsal.old": ("{subject}: the rehearsal of {at} is too old", "{subject}：{at} 的演练已失效"),
    "gate.rehearsal.failed": ("{subject}: the rehearsal failed", "{subject}：演练未通过"),
    "gate.rehearsal.remedy": (
        "run: migrate cutover {subject} --rehearse",
        "请执行：migrate cutover {subject} --rehearse",
    ),
    "gate.callers": (
        "{subject}: {count} interfaces were seen from their callers' side or confirmed",
        "{subject}：{count} 个接口均已从调用方核查或确认",
    ),
    "gate.callers.none": (
        "{subject}: the list names no interface, and says of no system that it is connected",
        "{subject}：清单中没有接口，也未填写对接系统",
    ),
    "gate.callers.open": (
        "{subject}: interfaces neither seen to be right nor confirmed: {interfaces}",
        "{subject}：尚未核查通过或确认的接口：{interfaces}",
    ),
    "gate.callers.not-listed": (
        "{subject}: the list says that it is connected with {told}, and has no interface of it",
        "{subject}：清单填写了对接系统 {told}，但没有相应的接口",
    ),
    "gate.callers.no-list": (
        "{subject}: the migration list cannot be read, so nobody knows who calls it",
        "{subject}：迁移清单无法读取，无从得知谁在调用它",
    ),
    "gate.callers.remedy": (
        "see what each needs: migrate callers {subject}; what is missing belongs on the list's sheet of interfaces",
        "请查看各接口：migrate callers {subject}；缺少的请填入清单的“接口清单”表",
    ),
    "gate.names": (
        "{subject}: from {until} on nobody keeps the old address of its names for longer than the switch allows",
        "{subject}：自 {until} 起，无人再长时间缓存其域名的旧地址",
    ),
    "gate.names.remedy": (
        "wait until then; the names' TTL was lowered, and answers of before may be kept until that moment",
        "请等待至该时刻：域名 TTL 已调低，此前的应答在该时刻之前仍可能被缓存",
    ),
    "gate.quiet": (
        "{subject}: nobody has come to {address} for {days} days",
        "{subject}：{days} 天内无人访问 {address}",
    ),
    "gate.quiet.clients": (
        "{subject}: {count} still came to {address} in the last {days} days: {clients}",
        "{subject}：最近 {days} 天内仍有 {count} 个客户端访问 {address}：{clients}",
    ),
    "gate.quiet.short": (
        "{subject}: who comes to {address} has been written down for {hours} hours; {days} days are asked for",
        "{subject}：{address} 的访问记录只有 {hours} 小时，要求 {days} 天",
    ),
    "gate.quiet.unknown": (
        "{subject}: nobody can tell who comes to {address}: {said}",
        "{subject}：无从得知谁在访问 {address}：{said}",
    ),
    "gate.quiet.remedy": (
        "have them call the name or the new address (`migrate callers {subject}`), and wait until nobody comes",
        "请让它们改用域名或新地址（`migrate callers {subject}`），直至无人访问",
    ),
    "gate.soak": ("{subject} is watched until {until}", "{subject} 观察至 {until}"),
    "gate.soak.remedy": ("wait until then; until then a rollback loses nothing", "请等待；在此之前回退不丢数据"),
}
