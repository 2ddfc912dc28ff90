"""Help texts of `migrate audit`."""

TEXTS = {
    "help.audit.figures": ("published figures against what the rows give", "公布数字与清单计算值逐条对照"),
    "help.audit.rooms": ("machine-room consolidation ratio, by every formula", "机房集中率（各种口径）"),
    "help.audit.cloud-rate": ("on-cloud rate, for both readings of its scope", "上云率（范围的两种口径）"),
    "help.audit.census": (
        "zombies, shadows and islands: evidence, and who confirmed them",
        "僵尸、影子、孤岛系统的依据和认定情况",
    ),
    "help.audit.closures": ("systems closed and merged, and the census's identities", "系统关停、整合情况及普查恒等式"),
    "help.audit.common": ("consolidation of common systems, N to 1", "通用系统整合（多对一）"),
    "help.audit.networks": ("consolidation of dedicated networks", "业务专网整合率"),
    "help.audit.egress": ("consolidation of Internet egresses", "互联网出口整合率"),
    "help.audit.dr": ("DR coverage: configured, healthy, drilled", "灾备覆盖率：已配置、健康、已演练"),
    "help.audit.ledger": ("the task ledger: whole, on time, overdue", "工作台账：完整率、按期完成、逾期"),
    "help.audit.spend": ("O&M that ended, stopped projects, what is saved", "停止的运维费用、叫停项目和节约金额"),
    "help.audit.websites": ("websites moved and closed, with proof and by their day", "政府网站迁移、关停及佐证、时限"),
    "help.audit.issues": (
        "problems under supervision: rectified, checked again, closed out, come back",
        "督办问题：整改、核查、销号、反弹",
    ),
    "help.audit.capacity": (
        "the cloud's racks and processors: held, to come, used",
        "云资源：机柜、CPU的容量、需求和利用率",
    ),
    "help.audit.connections": (
        "systems that use the identity service, the service portal, the exchange platform",
        "对接统一身份认证、政务服务门户、共享平台情况",
    ),
    "help.audit.districts": ("a table by district: plan, systems, rooms", "分区市统计：方案、系统、机房"),
    "help.audit.snapshot": ("keep today's rows and definitions under a day", "按日期留存清单数据和口径"),
    "help.audit.compare": (
        "what changed between the snapshots of two days (YYYY-MM-DD)",
        "对比两个日期的留存（日期写作 年-月-日，如 2018-01-31）",
    ),
    "help.audit.at": (
        "as of this day (default: the programme's as_of, else today)",
        "统计截止日（默认取项目的 as_of，否则为今天）",
    ),
    "help.audit.level": (
        "province, city, district, township or all (default: the programme's level)",
        "省直、市直、区市、镇街或全部（默认取项目设定的层级）",
    ),
    "help.audit.snapshot-of": ("from the snapshot of this day instead of the list", "使用该日留存的数据，不读当前清单"),
    "help.audit.decimals": ("decimals of percentages", "百分比的小数位数"),
    "help.audit.list-counted": ("list the rows each rate counts and lacks", "列出计入和未计入分子的记录"),
    "help.audit.list-excluded": ("list the rows left out of each denominator, and why", "列出不计入分母的记录及原因"),
    "help.audit.formula": ("only this formula; may be given several times", "只用此口径；可多次指定"),
    "help.audit.as-of": ("the day the snapshot is of", "留存日期"),
    "help.audit.bad-level": ("{value} is no level; one of {known}, all", "{value} 不是层级；可选 {known}、全部"),
}
