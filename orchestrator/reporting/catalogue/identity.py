"""Words of which cloud a name means, and of who works on it."""

TEXTS = {
    "cloud.another": (
        "{cloud} is another place than in earlier runs: it was {before}, now it is {found}; nothing was touched",
        "{cloud} 与以前运行所指的不是同一处：以前为 {before}，现在为 {found}；未作任何改动",
    ),
    "cloud.another.remedy": (
        "put the cloud's entry in clouds.yaml back, or, if it moved on purpose, "
        "`migrate state accept-cloud {cloud} --project {project}`",
        "请恢复 clouds.yaml 中该云的条目；如确系迁址，请执行 `migrate state accept-cloud {cloud} --project {project}`",
    ),
    "cloud.not-that-project": (
        "{cloud} is not project {wanted}; it is {found}",
        "{cloud} 不是项目 {wanted}，而是 {found}",
    ),
    "cloud.not-that-project.remedy": (
        "correct clouds.yaml, or give the id that the cloud's operator names",
        "请更正 clouds.yaml，或填写云平台运维给出的项目 id",
    ),
    "cloud.accepted": ("{cloud} means {found} from now on", "{cloud} 今后指 {found}"),
    "cloud.no-endpoint": (
        "{cloud}: the catalogue has no {service} in region {region} for interface {interface}; "
        "it has regions {regions} and interfaces {interfaces}",
        "{cloud}：服务目录中没有区域 {region}、接口 {interface} 的 {service}；现有区域 {regions}，接口 {interfaces}",
    ),
    "cloud.no-endpoint.remedy": (
        "correct region_name or interface of {cloud} in clouds.yaml",
        "请更正 clouds.yaml 中 {cloud} 的 region_name 或 interface",
    ),
    "state.clouds-unreadable": (
        "{path} does not say any more which clouds earlier runs worked on",
        "{path} 已无法读出以前的运行所用的云",
    ),
    "state.clouds-unreadable.remedy": (
        "put it back from a backup (`migrate state restore`); the entries run.started of the evidence name the clouds too",
        "请从备份恢复（`migrate state restore`）；证据中的 run.started 条目也记有各云",
    ),
    "plan.where": (
        "{cloud}: {url} · project {project} · region {region}",
        "{cloud}：{url} · 项目 {project} · 区域 {region}",
    ),
    "plan.credential-valid": (
        "{cloud}: application credential {id} expired at {expires}",
        "{cloud}：应用凭据 {id} 已于 {expires} 到期",
    ),
    "plan.credential-valid.remedy": (
        "make a new application credential and put it into clouds.yaml",
        "请新建应用凭据并写入 clouds.yaml",
    ),
    "plan.clouds-unnamed": (
        "the digest names no project of {clouds} yet, which only a cloud's own answer does: before the first run, approve "
        "the digest of `migrate batch {batch} --dry-run`, which is another",
        "摘要尚未包含 {clouds} 的项目（须由云应答给出）：首次执行前请以 `migrate batch {batch} --dry-run` 的摘要为准，两者不同",
    ),
    "plan.credential-expires": (
        "{cloud}: application credential {id} expires at {expires}, in {days} day(s); "
        "put a new one into clouds.yaml before the batch",
        "{cloud}：应用凭据 {id} 将于 {expires} 到期，还有 {days} 天；请在批次开始前将新凭据写入 clouds.yaml",
    ),
    "help.state.accept-cloud": (
        "let a cloud's name mean another place from now on; recorded as evidence",
        "认可某个云名今后指向另一处，并记入证据",
    ),
    "help.state.accept-cloud.project": (
        "id of the project that it is now, said once more by hand",
        "现在所指项目的 id，须手工再次写明",
    ),
}
