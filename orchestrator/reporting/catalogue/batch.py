"""Words of `migrate batch` around the plan."""

TEXTS = {
    "batch.offline-run": (
        "--offline goes with --dry-run only: a run must see its clouds",
        "--offline 只能与 --dry-run 同用：正式执行必须连接云",
    ),
    "batch.stale-plan": (
        "the plan has changed: {wanted} was approved, {digest} is what would run now",
        "方案已变化：批准的是 {wanted}，现在将执行的是 {digest}",
    ),
    "batch.stale-plan.remedy": (
        "look at the new plan with --dry-run and have it approved",
        "用 --dry-run 查看新方案并重新审批",
    ),
    "batch.no-system": ("batch {batch} has no such system: {systems}", "批次 {batch} 中没有系统：{systems}"),
    "batch.no-system.remedy": (
        "`migrate batch {batch} --dry-run --offline` shows its systems",
        "`migrate batch {batch} --dry-run --offline` 可列出该批次的系统",
    ),
    "batch.held": ("held back in batch {batch}: {why}", "批次 {batch} 中被搁置：{why}"),
    "batch.held.remedy": (
        "mend what the reason names, in the list or on the cloud; `migrate batch {batch} --dry-run` shows when it is gone",
        "请按上述原因在清单或云上处理；`migrate batch {batch} --dry-run` 可查看是否已解除",
    ),
    "batch.not-provisioned": (
        "nothing is provisioned for {systems} in this batch",
        "本批次不为 {systems} 开通资源",
    ),
    "batch.not-provisioned.remedy": (
        "the dry run says why it is held, retired or left",
        "预演会说明其被搁置、下线或保留的原因",
    ),
    "batch.go-on": ("Run this plan ({count} systems)?", "执行此方案（{count} 个系统）？"),
    "batch.not-confirmed": ("not confirmed; nothing was done", "未确认，未执行任何操作"),
    "batch.obstructed": (
        "batch {batch}: something on a cloud stands in the way of {systems}; nothing was done there",
        "第{batch}批：以下系统在云上有异常资源，未作处理：{systems}",
    ),
    "batch.looks-renamed": (
        "batch {batch}: built already under another id, by the look of them: {systems}; nothing was made for them",
        "第{batch}批：以下系统疑为已建系统改了编号：{systems}；未为其新建任何资源",
    ),
    "batch.looks-renamed.remedy": (
        "give each its former id back on the list, and it goes on as it stands; if it really is another system: "
        "`migrate batch {batch} --not-renamed ID`",
        "在清单中恢复其原编号即可照旧继续；如确为另一系统：`migrate batch {batch} --not-renamed 编号`",
    ),
    "batch.fallen": (
        "batch {batch}: seen from outside, not as planned: {systems}; nothing was done there",
        "第{batch}批：从外部核验与方案不符：{systems}；未作处理",
    ),
    "batch.fallen.remedy": (
        "repair what the lines name; `migrate retry {batch} --system ID --from configure` runs a system's playbook again",
        "按上述各行修复；`migrate retry {batch} --system 编号 --from configure` 可重新执行该系统的剧本",
    ),
    "batch.nothing-unseen": (
        "batch {batch}: nothing to do by the record, but these could not be looked at: {systems}",
        "批次 {batch}：按记录无需操作，但以下系统无法核验：{systems}",
    ),
    "batch.nothing": (
        "batch {batch}: nothing to do, every system is as planned",
        "批次 {batch}：无需操作，各系统均与方案一致",
    ),
}
