"""Words of the claim: which state folder has a programme on a cloud."""

TEXTS = {
    "claim.held": (
        "{cloud}: another state folder has the programme: {who}, since {since} (folder {state}); nothing was changed",
        "{cloud}：本项目由另一状态目录持有：{who}，自 {since} 起（目录 {state}）；未作任何改动",
    ),
    "claim.held.remedy": (
        "go on in that folder, or restore its backup here (`migrate state restore`); if it is lost or given up, and "
        "nobody is at work in it: `migrate state take-over`",
        "请在该目录继续，或在此恢复其备份（`migrate state restore`）；如该目录已丢失或弃用且无人在其中操作，"
        "请执行 `migrate state take-over`",
    ),
    "claim.unreadable": (
        "{cloud}: server group {id} claims the programme in a form that cannot be read; nothing was changed",
        "{cloud}：服务器组 {id} 声明持有本项目，但内容无法识别；未作任何改动",
    ),
    "claim.unreadable.remedy": (
        "find out who made it (`openstack server group show {id}`), perhaps a newer version of this tool; "
        "if nobody works with it: `migrate state take-over`",
        "请查明其建立者（`openstack server group show {id}`），也可能是本工具的更新版本；确认无人使用后执行 "
        "`migrate state take-over`",
    ),
    "claim.not-possible": (
        "{cloud} does not let us say whose the programme is: {message}; nothing was changed",
        "{cloud} 不允许声明项目归属：{message}；未作任何改动",
    ),
    "claim.not-possible.remedy": (
        "have the cloud's operator allow the project's members to list, create and delete server groups "
        "(os_compute_api:os-server-groups in Nova's policy), and one more of them by quota (server_groups)",
        "请云平台运维允许项目成员列出、创建、删除服务器组（Nova 策略 os_compute_api:os-server-groups），"
        "并为其留出一个配额（server_groups）",
    ),
    "claim.elsewhere": (
        "note: on {cloud} the claim of this state folder was made in another place, by {who} since {since}: if that "
        "copy is still used, stop; if it moved here, `migrate state take-over` notes that",
        "提示：{cloud} 上本状态目录的声明是在别处作出的（{who}，自 {since} 起）：若那份副本仍在使用，请停止；"
        "若已迁至此处，请执行 `migrate state take-over` 登记",
    ),
    "claim.stands": ("{cloud}: {who}, since {since} (folder {state}, server group {id})",
                     "{cloud}：{who}，自 {since} 起（目录 {state}，服务器组 {id}）"),
    "claim.taken": ("{cloud}: taken over from {who}, who had it since {since} (folder {state})",
                    "{cloud}：已接管，原持有者 {who}，自 {since} 起（目录 {state}）"),
    "claim.nobody-else": ("nobody else has the programme", "没有其他状态目录持有本项目"),
    "claim.not-confirmed": (
        "{count} claim(s) were not taken over: nobody was there to agree",
        "有 {count} 项声明未接管：没有人确认",
    ),
    "claim.not-confirmed.remedy": (
        "make sure that nobody is at work in those folders, then `migrate state take-over --yes`",
        "请确认无人在那些目录中操作，再执行 `migrate state take-over --yes`",
    ),
    "claim.go-on": (
        "Take over {count} claim(s)? Whoever is at work in those folders is stopped at the next command only",
        "接管 {count} 项声明？正在那些目录中操作的人到下一条命令才会被拒绝",
    ),
    "state.id-unreadable": ("{path} does not hold this state folder's id", "{path} 中不是本状态目录的标识"),
    "state.id-unreadable.remedy": (
        "put it back from a backup (`migrate state restore`); the claims on the clouds tell it too (`migrate doctor` "
        "in another folder of the programme)",
        "请从备份恢复（`migrate state restore`）；各云上的声明也记有该标识（在项目的另一目录执行 `migrate doctor`）",
    ),
    "state.claims-unreadable": (
        "{path} does not say any more whose the programme was on its clouds",
        "{path} 已无法读出项目在各云上的归属",
    ),
    "state.claims-unreadable.remedy": (
        "move it away: the next run asks the clouds again",
        "请移开该文件：下次运行会重新询问各云",
    ),
    "plan.claimed": (
        "{cloud}: another state folder has the programme: {who}, since {since}",
        "{cloud}：本项目由另一状态目录持有：{who}，自 {since} 起",
    ),
    "plan.claim-unknown": (
        "{cloud} does not tell whose the programme is: a run will be refused there",
        "{cloud} 不告知项目归属：执行时将被拒绝",
    ),
    "move.claim-unknown": (
        "{cloud} did not say whose the programme is: a cutover and a rehearsal will be refused, a rollback will not",
        "{cloud} 未告知项目归属：割接与演练将被拒绝，回退不受影响",
    ),
    "run.claim-ours": ("{cloud}: the programme is this folder's since {since} ({who})",
                       "{cloud}：本项目由本目录持有，自 {since} 起（{who}）"),
    "run.claim-other": ("{cloud}: when last seen, the programme was another folder's: {who}, since {since}",
                        "{cloud}：上次查看时，本项目由另一目录持有：{who}，自 {since} 起"),
    "doctor.claim": ("{cloud}: another state folder has the programme: {who}, since {since}",
                     "{cloud}：本项目由另一状态目录持有：{who}，自 {since} 起"),
    "doctor.claim.remedy": (
        "go on in that folder; if it is lost or given up: `migrate state take-over`",
        "请在该目录继续；如已丢失或弃用，请执行 `migrate state take-over`",
    ),
    "doctor.claim-ours": ("{cloud}: the programme is this folder's since {since} ({who})",
                          "{cloud}：本项目由本目录持有，自 {since} 起（{who}）"),
    "doctor.claim-none": ("{cloud}: nobody has the programme yet", "{cloud}：本项目尚无人持有"),
    "doctor.claim-unknown": ("{cloud} does not tell whose the programme is", "{cloud} 不告知项目归属"),
    "doctor.claim-unknown.remedy": (
        "have its operator allow the project's members to list, create and delete server groups "
        "(os_compute_api:os-server-groups in Nova's policy)",
        "请云平台运维允许项目成员列出、创建、删除服务器组（Nova 策略 os_compute_api:os-server-groups）",
    ),
    "doctor.cloud-identity": ("{cloud} is {found}; in earlier runs {before}", "{cloud} 为 {found}；以前的运行中为 {before}"),
    "doctor.cloud-identity.remedy": (
        "put the cloud's entry in clouds.yaml back, or see `migrate state accept-cloud --help`",
        "请恢复 clouds.yaml 中该云的条目，或参阅 `migrate state accept-cloud --help`",
    ),
    "doctor.state-file": ("{error}", "{error}"),
    "doctor.state-file.remedy": (
        "put the file back from a backup (`migrate state restore`)",
        "请从备份恢复该文件（`migrate state restore`）",
    ),
    "help.state.take-over": (
        "give this folder the programme that another state folder has on its clouds; recorded as evidence",
        "将由另一状态目录持有的项目接管到本目录，并记入证据",
    ),
    "help.state.take-over.cloud": ("only on this cloud (may be repeated)", "仅此云（可重复）"),
    "help.state.take-over.yes": ("do not ask", "不再询问"),
}  # fmt: skip
