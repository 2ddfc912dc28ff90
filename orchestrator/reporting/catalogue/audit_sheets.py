"""What audits say of websites, of problems under supervision, of the cloud's capacity, connections and districts."""

TEXTS = {
    "audit.subject.websites": ("Websites", "政府网站"),
    "audit.subject.issues": ("Problems under supervision", "督办问题销号"),
    "audit.subject.capacity": ("Cloud capacity", "云资源容量与利用率"),
    "audit.subject.connections": ("Connections to shared services", "公共平台对接"),
    "audit.subject.districts": ("Districts", "分区市情况"),
    "audit.formula.website.moved": ("websites moved with proof / to be moved", "已迁移且有佐证网站 / 应迁移网站"),
    "audit.formula.website.closed": ("closed with proof / filed as closed", "已关停且有佐证网站 / 填报关停网站"),
    "audit.formula.issue.closed": (
        "closed out after a check, with proof / problems raised",
        "经核查销号且有佐证 / 挂牌问题",
    ),
    "audit.formula.issue.in-time": ("closed out in time / problems due", "按期销号 / 到期问题"),
    "audit.formula.capacity.racks": ("racks used / racks the cloud's room holds", "已用机柜 / 云机房可放置机柜"),
    "audit.formula.capacity.racks-to-come": (
        "racks still in departments' rooms / racks the cloud's room holds",
        "部门机房尚存机柜 / 云机房可放置机柜",
    ),
    "audit.formula.capacity.allocated": ("processors allocated / processors there are", "已分配CPU / CPU总量"),
    "audit.formula.capacity.used": ("processors used on average / allocated", "CPU平均使用量 / 已分配CPU"),
    "audit.formula.connection.identity": (
        "using the identity service / systems for the public",
        "已对接统一身份认证 / 面向公众系统",
    ),
    "audit.formula.connection.portal": (
        "on the service portal / systems for the public",
        "已对接政务服务门户 / 面向公众系统",
    ),
    "audit.formula.connection.exchange": (
        "on the exchange platform / systems in use",
        "已对接共享平台 / 在用系统",
    ),
    "audit.formula.district.plan": ("districts with a plan issued / districts", "已印发工作方案区市 / 区市"),
    "audit.formula.district.cloud": ("on the cloud / to be moved", "已上云 / 应迁移"),
    "audit.formula.district.room": ("rooms closed / rooms in scope", "已关停机房 / 应集中机房"),
    "audit.formula.ledger.node": ("done by the node / tasks of it", "节点前完成 / 该节点任务"),
    "audit.formula.spend.kept-shut": (
        "nothing spent since / what gets no more money",
        "此后未再支出 / 不再安排经费的系统和项目",
    ),
    "audit.unit.website": ("websites", "个网站"),
    "audit.unit.issue": ("problems", "个问题"),
    "audit.unit.vcpu": ("processors", "核"),
    "audit.unit.district": ("districts", "个区市"),
    "audit.unit.funded": ("systems and projects", "个系统和项目"),
    "audit.excluded.sub-site": ("a portal's sub-site, which moves with it", "门户分站，随门户迁移"),
    "audit.excluded.website-closed": ("closed", "已关停"),
    "audit.assumption.racks-to-come": (
        "racks are not moved one by one: systems are consolidated on fewer machines, so more to come than there is room "
        "for is no overflow",
        "机柜并非逐个搬迁，系统整合后所需机柜减少；比率超过 100% 不代表放不下",
    ),
    "audit.state.listed": ("listed", "挂牌"),
    "audit.state.rectifying": ("being rectified", "整改"),
    "audit.state.checking": ("being checked", "核查"),
    "audit.state.closed-out": ("closed out", "销号"),
    # --- websites
    "audit.website-later": (
        "done on {day}, and the list knows of nothing after {known}",
        "完成日期 {day} 晚于数据日期 {known}",
    ),
    "audit.website-later.remedy": ("correct 完成日期", "更正完成日期"),
    "audit.website-no-day": ("moved or closed, without the day", "已迁移或关停但无完成日期"),
    "audit.website-no-day.remedy": ("fill in 完成日期; until then it is not counted", "填写完成日期；填写前不计入"),
    "audit.website-no-evidence": ("moved or closed, without proof filed", "已迁移或关停但无佐证材料"),
    "audit.website-no-evidence.remedy": ("file the proof; until then it is not counted", "补充佐证材料；补充前不计入"),
    "audit.website-two-states": (
        "done on {day}, and neither moved nor closed",
        "已填完成日期 {day}，但网站状态不是已迁移或已关停",
    ),
    "audit.website-two-states.remedy": ("correct 网站状态 or 完成日期", "更正网站状态或完成日期"),
    "audit.website-overdue": ("was due on {day}, {days} days ago", "应于 {day} 前完成，已逾期 {days} 天"),
    "audit.website-overdue.remedy": ("move it or close it", "尽快迁移或关停"),
    # --- problems under supervision
    "audit.issue-later": (
        "it states {day}, and the list knows of nothing after {known}",
        "所填日期 {day} 晚于数据日期 {known}",
    ),
    "audit.issue-later.remedy": ("correct the day", "更正日期"),
    "audit.issue-order": (
        "the days of {field} are {first} and {then}: in the wrong order",
        "{field}：{first} 与 {then} 先后颠倒",
    ),
    "audit.issue-order.remedy": ("correct the day that is wrong", "更正有误的日期"),
    "audit.issue-two-states": (
        "its state and its day of closing out ({day}) contradict each other",
        "督办状态与销号日期（{day}）矛盾",
    ),
    "audit.issue-two-states.remedy": ("correct 督办状态 or 销号日期", "更正督办状态或销号日期"),
    "audit.issue-no-check": ("closed out, and nobody checked again", "已销号但未经核查"),
    "audit.issue-no-check.remedy": (
        "have it checked, with name and day; until then it is open",
        "补充核查人和核查日期；补充前按未销号计",
    ),
    "audit.issue-own-check": ("closed out by {person}, who was to rectify it", "由整改责任方 {person} 自行核查销号"),
    "audit.issue-own-check.remedy": ("have somebody else check it", "由其他人员核查"),
    "audit.issue-no-evidence": ("closed out, without proof filed", "已销号但无佐证材料"),
    "audit.issue-no-evidence.remedy": ("file the proof; until then it is open", "补充佐证材料；补充前按未销号计"),
    "audit.issue-rebound": ("it came back on {day}", "{day} 反弹"),
    "audit.issue-rebound.remedy": ("list it again: it is open", "重新挂牌，按未销号计"),
    "audit.issue-no-due": ("no day by which it is to be rectified", "无整改时限"),
    "audit.issue-no-due.remedy": ("name a day: 节点到天", "明确到日，节点到天"),
    "audit.issue-overdue": ("was to be rectified by {day}, {days} days ago", "应于 {day} 前整改，已逾期 {days} 天"),
    "audit.issue-overdue.remedy": ("rectify it and have it checked", "尽快整改并报核查"),
    # --- capacity, connections, districts, money
    "audit.site-more-racks": ("{more} racks are used of {racks}", "可放置机柜 {racks} 个，却填报已用 {more} 个"),
    "audit.site-more-racks.remedy": ("correct the number that is wrong", "更正有误的数量"),
    "audit.server-off": ("switched off, and {vcpus} processors are still allocated to it", "已关机，仍占用 {vcpus} 核"),
    "audit.server-off.remedy": ("give it back, or switch it on", "退回或开机"),
    "audit.server-off-used": (
        "switched off, and its processors are {percent}% used",
        "已关机，CPU利用率却为 {percent}%",
    ),
    "audit.server-off-used.remedy": ("correct 是否开机 or CPU平均利用率", "更正是否开机或CPU平均利用率"),
    "audit.not-connected-identity": (
        "for the public, and without the unified identity service",
        "面向公众但未对接统一身份认证",
    ),
    "audit.not-connected-identity.remedy": ("connect it", "尽快对接"),
    "audit.not-connected-portal": ("for the public, and not on the service portal", "面向公众但未对接政务服务门户"),
    "audit.not-connected-portal.remedy": ("connect it", "尽快对接"),
    "audit.district-no-plan": ("it has issued no plan of its own", "尚未印发工作方案"),
    "audit.district-no-plan.remedy": ("issue the plan, and fill in 工作方案印发日期", "印发方案并填写印发日期"),
    "audit.spend-after-stop": (
        "no more money since {decided}, and some was spent on {day}",
        "{decided} 已决定不再安排经费，{day} 仍有支出",
    ),
    "audit.spend-after-stop.remedy": ("ask who approved it; stop the payment", "核实审批依据，停止支付"),
}
# A problem's state is said like every row's.
TEXTS |= {
    code.replace("audit.state.", "audit.status."): words
    for code, words in TEXTS.items()
    if code.startswith("audit.state.")
}
