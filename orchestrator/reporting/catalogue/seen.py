"""Words of looking at servers from outside."""

TEXTS = {
    "seen.not-since": ("not verified since {since}", "自 {since} 起未再核验"),
    "seen.never": ("never verified", "从未核验"),
    "seen.objects": (
        "on its clouds: {create} object(s) missing, {change} to change, {hold} in the way",
        "云上资源：缺 {create} 项，待变更 {change} 项，受阻 {hold} 项",
    ),
    "seen.objects.remedy": (
        "`migrate batch N --dry-run` shows each of them, and why",
        "`migrate batch 批次 --dry-run` 逐项列出并说明原因",
    ),
    "seen.progress": ("{told}/{count}  {system}: {verdict}", "{told}/{count}  {system}：{verdict}"),
    "seen.left": (
        "{count} system(s) of the batch are not provisioned, and were not looked at",
        "本批次有 {count} 个系统不开通资源，未核验",
    ),
    "seen.sum": (
        "batch {batch}: {pass} as planned, {fail} not, {unknown} unknown, {error} could not be checked",
        "批次 {batch}：与方案一致 {pass}，不一致 {fail}，未知 {unknown}，检查出错 {error}",
    ),
}
