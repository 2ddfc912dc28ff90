"""Words of the verdicts on restoring a replica."""

TEXTS = {
    "dr.restorability.drilled": (
        "service from a copy of it on {day} in {measured}, RTO {threshold} ({evidence})",
        "{day} 由其副本恢复服务用时 {measured}，RTO {threshold}（{evidence}）",
    ),
    "dr.restorability.undrilled": (
        "never drilled: nobody knows whether service comes back from it",
        "从未演练：能否由其恢复服务无人知道",
    ),
    "dr.restorability.undrilled.remedy": ("drill it: `migrate dr drill`", "请进行演练：`migrate dr drill`"),
    "dr.restorability.claimed": (
        "the list claims a drill on {day}, of which no result is kept",
        "清单填报 {day} 演练过，但没有留存的结果",
    ),
    "dr.restorability.claimed.remedy": ("drill it: `migrate dr drill`", "请进行演练：`migrate dr drill`"),
    "dr.restorability.failed": (
        "the drill of {day} failed ({evidence}, at: {step})",
        "{day} 的演练失败（{evidence}，止于：{step}）",
    ),
    "dr.restorability.failed.remedy": (
        "mend what it found, then `migrate dr drill` again",
        "请处理其发现的问题，然后重新执行 `migrate dr drill`",
    ),
    "dr.restorability.loss-unmeasured": (
        "drilled on {day}; what was lost was not measured",
        "{day} 已演练，但未测量丢失量",
    ),
    "dr.restorability.loss-unmeasured.remedy": (
        "declare a heartbeat that beats, then drill again",
        "请声明持续跳动的心跳表后重新演练",
    ),
    "dr.restorability.lost-more": (
        "the drill of {day} lost {measured}, RPO {threshold}",
        "{day} 的演练丢失 {measured}，RPO {threshold}",
    ),
    "dr.restorability.lost-more.remedy": (
        "see why the standby was behind, then drill again",
        "请查明备库滞后原因后重新演练",
    ),
    "dr.restorability.in-time": (
        "restored on {day} in {measured}, RTO {threshold}",
        "{day} 演练恢复用时 {measured}，RTO {threshold}",
    ),
    "dr.restorability.never": ("never drilled: nobody knows whether it can be restored", "从未演练：能否恢复无人知道"),
    "dr.restorability.never.remedy": (
        "drill, and note day and time in the list (last_drill, drill_rto_min)",
        "请进行演练，并在清单中登记日期和用时（last_drill、drill_rto_min）",
    ),
    "dr.restorability.future": ("a drill in the future: {day}", "演练日期在将来：{day}"),
    "dr.restorability.future.remedy": ("correct last_drill in the list", "请更正清单中的 last_drill"),
    "dr.restorability.no-threshold": ("drilled on {day}; the policy has no {key}", "{day} 已演练；策略中缺少 {key}"),
    "dr.restorability.no-threshold.remedy": (
        "set drill, rto and rpo under recovery",
        "请在 recovery 中设定 drill、rto 和 rpo",
    ),
    "dr.restorability.long-ago": (
        "last drilled {measured} ago, due every {threshold}",
        "上次演练在 {measured} 前，应每 {threshold} 一次",
    ),
    "dr.restorability.long-ago.remedy": ("drill", "请进行演练"),
    "dr.restorability.unmeasured": (
        "drilled on {day}, and the recovery time was not measured",
        "{day} 已演练，但未测量恢复用时",
    ),
    "dr.restorability.unmeasured.remedy": ("note drill_rto_min in the list", "请在清单中登记 drill_rto_min"),
    "dr.restorability.too-slow": ("recovery took {measured}, RTO {threshold}", "恢复用时 {measured}，RTO {threshold}"),
    "dr.restorability.too-slow.remedy": (
        "shorten the longest part, or have the RTO changed by those who set it",
        "请缩短最耗时的环节，或由制定者修改 RTO",
    ),
}
