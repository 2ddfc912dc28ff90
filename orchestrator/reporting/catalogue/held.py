"""What to do about a system that does not go: the remedies of every reason that holds one.

They stand apart from what they remedy, in `place.py` and `plan.py`: each is a change to the list, to programme.yaml or
to a cloud, after which the same batch is run again.
"""

TEXTS = {
    "place.no-rule.remedy": (
        "add a rule under `rules:` in programme.yaml: migrate place --rules prints those that are asked",
        "在 programme.yaml 的 `rules:` 下补充规则；migrate place --rules 列出现行规则",
    ),
    "place.empty-cell.remedy": (
        "fill the cell in, then: migrate list check",
        "填写该单元格后执行：migrate list check",
    ),
    "place.disposition-contradicts.remedy": (
        "correct the row, or what the rule read: migrate place --explain {system}",
        "改正该行，或改正规则所读的单元格：migrate place --explain {system}",
    ),
    "place.target-contradicts.remedy": (
        "leave the target cloud empty, or correct what the rule read: migrate place --explain {system}",
        "清空目标云，或改正规则所读的单元格：migrate place --explain {system}",
    ),
    "place.zone-contradicts.remedy": (
        "leave the zone empty, or correct what the rule read: migrate place --explain {system}",
        "清空分区，或改正规则所读的单元格：migrate place --explain {system}",
    ),
    "place.classified.remedy": (
        "take the row out of the list: classified systems are counted elsewhere and never named here",
        "从清单中删除该行：涉密系统另行统计，不得在此列名",
    ),
    "place.common-server.remedy": (
        "take its servers off the list, or correct the category: common systems are merged and get none",
        "删除其服务器行，或改正系统类别：通用系统统一整合，不分配服务器",
    ),
    "place.no-merge-target.remedy": (
        "name the system that it is merged into, then: migrate list check",
        "填写并入系统后执行：migrate list check",
    ),
    "place.seasonal.remedy": (
        "have the department confirm which of the two it is, and correct the row",
        "请单位核实属于哪一种，并改正该行",
    ),
    "place.unconfirmed.remedy": (
        "have the department confirm it, and fill in who confirmed it and when",
        "请单位认定后填写认定人和认定日期",
    ),
    "place.connect-approval.remedy": (
        "fill in the number of the approval that lets it keep its network",
        "填写准予保留专网的批准文号",
    ),
    "place.connect-expiry.remedy": (
        "fill in the day until which it may keep its network",
        "填写专网保留期限",
    ),
    "place.ungraded.remedy": (
        "have it graded, and fill in its level",
        "完成等保定级后填写级别",
    ),
    "place.no-filing.remedy": (
        "file it with the public security organ, and fill in the certificate's number",
        "向公安机关备案后填写备案证明编号",
    ),
    "place.manual.remedy": (
        "move it by hand, and write it down as retained or migrated",
        "人工办理，并将其处置方式改为保留或已迁移",
    ),
    "place.stopped.remedy": (
        "retire it or merge it; only a row that is no longer stopped gets resources",
        "改为关停或整合；只有不再叫停的项目才分配资源",
    ),
    "place.deferred.remedy": (
        "empty the cell once the reason has gone, then: migrate batch again",
        "原因消除后清空该单元格，再次执行 migrate batch",
    ),
    "place.no-servers.remedy": (
        "add its servers to the sheet of servers, then: migrate list check",
        "在服务器清单中补充其服务器后执行：migrate list check",
    ),
    "place.no-front.remedy": (
        "name the role of the server that faces the Internet, such as web, front or portal",
        "在“用途”列注明面向互联网的服务器，如 web、前置、门户",
    ),
    "place.no-cloud.remedy": (
        "declare one under `clouds:` in programme.yaml once it exists",
        "该云建成后在 programme.yaml 的 `clouds:` 下声明",
    ),
    "place.cloud-not-available.remedy": (
        "set its `lifecycle:` to available in programme.yaml once it is handed over",
        "该云交付后将 programme.yaml 中的 `lifecycle:` 改为 available",
    ),
    "place.cloud-level.remedy": (
        "take another cloud, or correct `mlps_level:` in programme.yaml once the cloud is graded higher",
        "改用其他云，或在该云完成更高等保定级后改正 programme.yaml 的 `mlps_level:`",
    ),
    "place.no-zone.remedy": (
        "declare the zone under the cloud in programme.yaml, or correct the row",
        "在 programme.yaml 该云之下声明此分区，或改正该行",
    ),
    "place.no-flavor.remedy": (
        "declare a flavor that holds it under the cloud in programme.yaml, or ask for less on the list",
        "在 programme.yaml 该云之下声明足够大的规格，或减小清单中的配置需求",
    ),
    "place.no-image.remedy": (
        "declare an image for that operating system under `images:` of the cloud in programme.yaml",
        "在 programme.yaml 该云的 `images:` 下为此操作系统声明镜像",
    ),
    "place.arch-copied.remedy": (
        "choose to install it anew, or a cloud of its architecture",
        "迁移方式改为重装，或选择相同架构的云",
    ),
    "plan.two-batches.remedy": (
        "name it in one batch of programme.yaml",
        "在 programme.yaml 中只列入一个批次",
    ),
    "plan.name-collision.remedy": (
        "give one of them another id or server name on the list",
        "在清单中为其中之一改用其他编号或服务器名",
    ),
    "plan.cloud-not-seen.remedy": (
        "migrate doctor tells whether the cloud answers",
        "用 migrate doctor 检查该云能否应答",
    ),
    "plan.ambiguous.remedy": (
        "look at them on the cloud and delete those that are none of the system's; migrate gc never chooses",
        "在云上查看并删除不属于该系统的对象；migrate gc 不会代为选择",
    ),
    "plan.cannot-change.remedy": (
        "put the list back, or delete the object on the cloud once its data is safe; then the same batch again",
        "将清单改回，或在数据已妥善保存后于云上删除该对象，再次执行同一批次",
    ),
}
