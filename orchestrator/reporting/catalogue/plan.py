"""A batch's dry run: its head, marks, quotas and verdicts."""

TEXTS = {
    "plan.steps": ("steps: {steps}", "步骤：{steps}"),
    "plan.step-mark": (" → ", " → "),
    "plan.headline": ("Batch {batch}: {count} systems", "第 {batch} 批：{count} 个系统"),
    "plan.deadline": ("deadline {day}", "期限 {day}"),
    "plan.observed": ("compared with the clouds", "已与云上现状比较"),
    "plan.offline": ("offline: no cloud was asked", "离线：未查询任何云"),
    "plan.all-right": ("all {count} as they should be", "{count} 项均已就绪"),
    "plan.counted": (
        "More than {most} systems: objects are counted here; `-o json` lists each.",
        "超过 {most} 个系统：此处只计资源数，明细见 `-o json`。",
    ),
    "plan.retire": ("not provisioned: rule {rule}, {cells}", "不分配资源：规则 {rule}，{cells}"),
    "plan.merge": ("not provisioned: rule {rule}, {cells}", "不分配资源：规则 {rule}，{cells}"),
    "plan.retain": ("stays where it is: rule {rule}, {cells}", "保留原处：规则 {rule}，{cells}"),
    "plan.connect": ("stays and is connected: rule {rule}, {cells}", "保留并对接：规则 {rule}，{cells}"),
    "plan.comma": (", ", "，"),
    "plan.sum": ("Plan: {totals}.", "合计：{totals}。"),
    "plan.total-create": ("{count} to create", "新建 {count}"),
    "plan.total-change": ("{count} to change", "变更 {count}"),
    "plan.total-keep": ("{count} to leave", "不变 {count}"),
    "plan.total-retire": ("{count} to retire", "关停 {count}"),
    "plan.total-hold": ("{count} held back", "暂不执行 {count}"),
    "plan.total-none": ("no system", "没有系统"),
    "plan.total-classified": ("{count} classified, not named", "涉密 {count}（不列名）"),
    "plan.digest": ("Digest", "方案摘要"),
    "plan.cloud": ("Cloud", "云"),
    "plan.resource": ("Resource", "资源"),
    "plan.before": ("Before", "已用"),
    "plan.needed": ("Needed", "新增"),
    "plan.after": ("After", "用后"),
    "plan.limit": ("Limit", "配额"),
    "plan.lacks": ("lacks {missing}", "缺 {missing}"),
    "plan.unlimited": ("none", "不限"),
    "plan.nothing-needed": ("Nothing more is needed of any cloud.", "无需新增任何云资源。"),
    "plan.no-batch": (
        "the programme has no batch {batch} (it has: {known})",
        "本迁移项目没有第 {batch} 批（现有：{known}）",
    ),
    "plan.no-batch.remedy": ("declare it under `batches:` in programme.yaml", "在 programme.yaml 的 `batches:` 下声明"),
    "plan.two-batches": ("unit {unit} is in more than one batch: {batches}", "单位 {unit} 同时列入多个批次：{batches}"),
    "plan.batch-differs": (
        "its row says batch {declared} ({cell}), the programme lists it in batch {batches}; the row decides",
        "清单填报第 {declared} 批（{cell}），迁移项目将其列入第 {batches} 批；以清单为准",
    ),
    "plan.due-after-deadline": (
        "due {due} ({cell}), after the batch's deadline {deadline}",
        "完成期限 {due}（{cell}）晚于本批期限 {deadline}",
    ),
    "plan.name-collision": (
        "another system's or server's id makes the same name ({slug})",
        "与另一系统或服务器的编号生成相同名称（{slug}）",
    ),
    "plan.looks-renamed": (
        "it looks like {former}, which was built and is on the list no more ({by}): it would be built twice",
        "疑为 {former} 改了编号：后者已建成而不在清单中（{by}），继续将重复建设",
    ),
    "plan.looks-renamed.remedy": (
        "give it the id {former} back on the list: servers, data, approvals and evidence go on under it; if it really is "
        "another system: `migrate batch {batch} --not-renamed {system}`",
        "在清单中恢复编号 {former}：云服务器、数据、批准和证据照旧沿用；如确为另一系统："
        "`migrate batch {batch} --not-renamed {system}`",
    ),
    "plan.not-renamed": (
        "it looks like {former} ({by}), which stays as it is: a person says that it is another system",
        "与 {former} 相似（{by}），经人确认为另一系统；{former} 保持原状",
    ),
    "plan.needs-unreachable": (
        "it needs {needs}, which will not be reachable ({disposition})",
        "依赖 {needs}，届时不可达（{disposition}）",
    ),
    "plan.needs-unknown": ("it needs a system that is not planned here", "依赖未列入本方案的系统"),
    "plan.cloud-not-seen": ("cloud {cloud} did not answer", "云 {cloud} 没有应答"),
    "plan.cannot-change": (
        "{kind} {name} on {cloud} cannot be changed in place: {differs}",
        "{cloud} 上的{kind} {name} 不能就地变更：{differs}",
    ),
    "plan.server-stopped": (
        "server {name} on {cloud} is {status}, which somebody did; if nobody minds any more, bring it back and run the "
        "batch again: `openstack --os-cloud {cloud} server {verb} {id}`",
        "{cloud} 上的云服务器 {name} 为 {status} 状态，系人为操作；如可恢复，请执行后再次运行该批次："
        "`openstack --os-cloud {cloud} server {verb} {id}`",
    ),
    "plan.volume-error": (
        "volume {name} on {cloud} is {status} and is not touched, for it may hold data; if it never held any, "
        "delete it and run the batch again: `openstack --os-cloud {cloud} volume delete {id}`",
        "{cloud} 上的云硬盘 {name} 为 {status} 状态，可能存有数据，不作改动；如确认从未写入数据，"
        "请删除后重新执行该批次：`openstack --os-cloud {cloud} volume delete {id}`",
    ),
    "plan.role-changed": (
        "role {role} changed since it configured {servers}, or the play that runs it did; the playbook runs again",
        "角色 {role} 在 {servers} 配置之后有变更（或调用它的剧本有变更），将重新执行剧本",
    ),
    "plan.server-renewed": (
        "{server} runs another disk than the one that was configured (rebuilt {since}): it is configured again; a new "
        "host key is taken over by `migrate repin {batch} --system {system}`",
        "{server} 的系统盘已不是配置时的那一个（{since} 重建），将重新配置；新主机密钥须以 "
        "`migrate repin {batch} --system {system}` 登记",
    ),
    "plan.renamed": (
        "{kind} {name} is called {called} on {cloud}; its mark says that it is ours, and nothing depends on the name",
        "{cloud} 上的{kind} {name} 现名为 {called}；以标记识别，不受改名影响",
    ),
    "plan.roles-unnoted": (
        "it is not noted by which roles {servers} was configured; the playbook runs again, once",
        "{servers} 上未记录配置时的角色版本，将重新执行一次剧本",
    ),
    "plan.ambiguous": (
        "more than one {kind} {name} on {cloud} carries our mark: {ids}",
        "{cloud} 上有多个带本工具标记的{kind} {name}：{ids}",
    ),
    "plan.left-out": (
        "in no batch, although they are to migrate ({count}): {systems}",
        "有 {count} 个待迁移系统不在任何批次：{systems}",
    ),
    "plan.leftover": (
        "{count} objects of {system} on {cloud} are in no plan; they are left alone (see `migrate gc --dry-run`)",
        "{cloud} 上有 {system} 的 {count} 个资源不在方案中，不作处理（见 `migrate gc --dry-run`）",
    ),
    "plan.leftover-unnamed": (
        "{count} objects on {cloud} belong to systems that are not named; they are left alone",
        "{cloud} 上有 {count} 个资源属于不列名的系统，不作处理",
    ),
    "plan.flavor-differs": (
        "flavor {name} of {cloud} is {offered} (vCPU/MiB/GiB), programme.yaml says {declared}",
        "{cloud} 的规格 {name} 实为 {offered}（核/MiB/GiB），programme.yaml 写作 {declared}",
    ),
    "plan.flavor-differs.remedy": ("correct the flavor in programme.yaml", "改正 programme.yaml 中的规格"),
    "plan.list-agrees": ("the list agrees with the rules", "清单与规则一致"),
    "plan.classified-on-list": (
        "{count} classified systems stand on the list; they are not named here",
        "清单中有 {count} 个涉密系统，此处不列名",
    ),
    "plan.classified-on-list.remedy": (
        "take them off the list; look for the intranet in the network column",
        "将其移出清单；请检查“已接入网络类型”列中的内网",
    ),
    "plan.system-refused": (
        "system {subject} contradicts the rules, so the batch may not start",
        "系统 {subject} 与规则矛盾，本批次不能开始",
    ),
    "plan.system-refused.remedy": (
        "correct the cells named above; `migrate place --explain {subject}` shows the rules",
        "改正上述单元格；依据见 `migrate place --explain {subject}`",
    ),
    "plan.cloud-seen": ("cloud {subject} answered", "云 {subject} 已应答"),
    "plan.cloud-seen.unknown": (
        "cloud {subject} was not seen: quotas and offers are unknown",
        "未查询到云 {subject}：配额与可用资源未知",
    ),
    "plan.offered": ("cloud {cloud} does not offer {kind} {name}", "云 {cloud} 没有{kind} {name}"),
    "plan.offered.remedy": ("create it there, or correct programme.yaml", "在该云上创建，或改正 programme.yaml"),
    "plan.offered-twice": (
        "cloud {cloud} has several of {kind} {name}, and none can be told from the others: {ids}",
        "云 {cloud} 有多个名为 {name} 的{kind}，无法区分：{ids}",
    ),
    "plan.offered-twice.remedy": (
        "rename all but one there, or give the right one a name of its own and name it in programme.yaml",
        "在该云上只保留一个用此名称，或为所需的一个另取名称并写入 programme.yaml",
    ),
    "plan.image-deactivated": (
        "image {name} of {cloud} is deactivated: nothing can be made of it",
        "{cloud} 的镜像 {name} 已停用，不能用于创建",
    ),
    "plan.image-deactivated.remedy": (
        "`openstack --os-cloud {cloud} image set --activate {id}` where it may be used again, or name another image in "
        "programme.yaml",
        "如可恢复使用，执行 `openstack --os-cloud {cloud} image set --activate {id}`；"
        "或在 programme.yaml 中改用其他镜像",
    ),
    "plan.image-status": (
        "image {name} of {cloud} is {status}, not active: nothing can be made of it",
        "{cloud} 的镜像 {name} 为 {status} 状态，未就绪，不能用于创建",
    ),
    "plan.image-status.unknown": (
        "cloud {cloud} does not say how image {name} stands",
        "云 {cloud} 未给出镜像 {name} 的状态",
    ),
    "plan.image-status.remedy": (
        "wait until `openstack --os-cloud {cloud} image show -c status {id}` says active, upload it again if it never "
        "does, or name another image in programme.yaml",
        "待 `openstack --os-cloud {cloud} image show -c status {id}` 显示 active 后再执行，一直不就绪则重新上传；"
        "或在 programme.yaml 中改用其他镜像",
    ),
    "plan.flavor-disabled": (
        "flavor {name} of {cloud} is disabled: no server can be made of it",
        "{cloud} 的规格 {name} 已禁用，不能创建云服务器",
    ),
    "plan.flavor-disabled.remedy": (
        "have it enabled by the cloud's administrator, or name another flavor in programme.yaml",
        "请云管理员启用，或在 programme.yaml 中改用其他规格",
    ),
    "plan.zone-unavailable": (
        "availability zone {name} of {cloud} is not available: no server can be made in it",
        "{cloud} 的可用区 {name} 不可用，不能创建云服务器",
    ),
    "plan.zone-unavailable.unknown": (
        "cloud {cloud} does not say whether availability zone {name} is available",
        "云 {cloud} 未说明可用区 {name} 是否可用",
    ),
    "plan.zone-unavailable.remedy": (
        "see `openstack --os-cloud {cloud} availability zone list --compute`, and have it brought back or name another "
        "zone in programme.yaml",
        "见 `openstack --os-cloud {cloud} availability zone list --compute`，请云管理员恢复，"
        "或在 programme.yaml 中改用其他可用区",
    ),
    "plan.network-status": (
        "network {name} of {cloud} is {status}, not ACTIVE",
        "{cloud} 的网络 {name} 为 {status} 状态，不是 ACTIVE",
    ),
    "plan.network-status.unknown": (
        "cloud {cloud} does not say how network {name} stands",
        "云 {cloud} 未给出网络 {name} 的状态",
    ),
    "plan.network-status.remedy": (
        "see `openstack --os-cloud {cloud} network show {id}`, and have it brought up by whoever keeps it",
        "见 `openstack --os-cloud {cloud} network show {id}`，请网络管理方恢复",
    ),
    "plan.network-disabled": (
        "network {name} of {cloud} is switched off (admin_state_up is false): nothing on it could be reached",
        "{cloud} 的网络 {name} 已停用（admin_state_up 为 false），其上的资源无法访问",
    ),
    "plan.network-disabled.unknown": (
        "cloud {cloud} does not say whether network {name} is switched on",
        "云 {cloud} 未说明网络 {name} 是否启用",
    ),
    "plan.network-disabled.remedy": (
        "`openstack --os-cloud {cloud} network set --enable {id}`",
        "`openstack --os-cloud {cloud} network set --enable {id}`",
    ),
    "plan.network-no-subnet": (
        "network {name} of {cloud} has no subnet: it has no address to give",
        "{cloud} 的网络 {name} 没有子网，无地址可分配",
    ),
    "plan.network-no-subnet.unknown": (
        "cloud {cloud} does not say whether network {name} has a subnet",
        "云 {cloud} 未说明网络 {name} 是否有子网",
    ),
    "plan.network-no-subnet.remedy": (
        "`openstack --os-cloud {cloud} subnet create --network {id} --subnet-range CIDR NAME`, or name another network "
        "in programme.yaml",
        "`openstack --os-cloud {cloud} subnet create --network {id} --subnet-range CIDR NAME`，"
        "或在 programme.yaml 中改用其他网络",
    ),
    "plan.network-no-ipv4": (
        "network {name} of {cloud} has no IPv4 subnet; servers are reached by IPv4",
        "{cloud} 的网络 {name} 没有 IPv4 子网，而云服务器须经 IPv4 访问",
    ),
    "plan.network-no-ipv4.remedy": (
        "`openstack --os-cloud {cloud} subnet create --network {id} --ip-version 4 --subnet-range CIDR NAME`, or name "
        "another network in programme.yaml",
        "`openstack --os-cloud {cloud} subnet create --network {id} --ip-version 4 --subnet-range CIDR NAME`，"
        "或在 programme.yaml 中改用其他网络",
    ),
    "plan.network-no-port-security": (
        "network {name} of {cloud} has port security off, so its ports can have no security group",
        "{cloud} 的网络 {name} 关闭了端口安全，其端口不能使用安全组",
    ),
    "plan.network-no-port-security.remedy": (
        "`openstack --os-cloud {cloud} network set --enable-port-security {id}`, or name another network in "
        "programme.yaml",
        "`openstack --os-cloud {cloud} network set --enable-port-security {id}`，或在 programme.yaml 中改用其他网络",
    ),
    "plan.addresses": (
        "addresses of network {network} on {cloud} do not suffice: {used} taken + {needed} needed > {limit} in its "
        "pools, lacking {missing}",
        "{cloud} 的网络 {network} 地址不足：已用 {used} + 新增 {needed} > 地址池 {limit}，缺 {missing}",
    ),
    "plan.addresses.remedy": (
        "enlarge the pools (`openstack --os-cloud {cloud} subnet set --allocation-pool start=FIRST,end=LAST SUBNET`), "
        "free what nobody uses, or move systems to another batch",
        "扩大地址池（`openstack --os-cloud {cloud} subnet set --allocation-pool start=FIRST,end=LAST SUBNET`），"
        "释放闲置地址，或将部分系统调到其他批次",
    ),
    "plan.addresses-unknown": (
        "network {name} on {cloud}: {needed} addresses needed, and the project may not see how many are free; its "
        "keeper can: `openstack --os-cloud {cloud} ip availability list`",
        "{cloud} 的网络 {name}：需新增 {needed} 个地址，本项目无权查看余量；网络管理方可查："
        "`openstack --os-cloud {cloud} ip availability list`",
    ),
    "plan.without-dhcp": (
        "network {name} on {cloud} has subnets without DHCP ({ids}): the image must take its address from the config "
        "drive, or `openstack --os-cloud {cloud} subnet set --dhcp SUBNET`",
        "{cloud} 的网络 {name} 有未启用 DHCP 的子网（{ids}）：镜像须从配置驱动器获取地址，"
        "或执行 `openstack --os-cloud {cloud} subnet set --dhcp SUBNET`",
    ),
    "plan.network-external": (
        "network {name} of {cloud} gives no floating IPs: it is not external",
        "{cloud} 的网络 {name} 不是外部网络，不能分配浮动 IP",
    ),
    "plan.network-external.remedy": (
        "name an external network as floating_network in programme.yaml",
        "在 programme.yaml 的 floating_network 中写入外部网络",
    ),
    "plan.image-fits": (
        "image {image} of {cloud} needs {needs}, flavor {flavor} has {has}",
        "{cloud} 的镜像 {image} 需要 {needs}，规格 {flavor} 只有 {has}",
    ),
    "plan.image-fits.unknown": (
        "image {image} of {cloud} needs {needs}, flavor {flavor} has {has} (MiB/GiB): whether it fits is not known",
        "{cloud} 的镜像 {image} 需要 {needs}，规格 {flavor} 为 {has}（MiB/GiB），无法判断是否足够",
    ),
    "plan.image-fits.remedy": (
        "use another image or a larger flavor in programme.yaml",
        "在 programme.yaml 中改用其他镜像或更大的规格",
    ),
    "plan.image-fits-volume.unknown": (
        "image {image} of {cloud} needs {needs}, flavor {flavor} with the system disk on the list has {has} (MiB/GiB): "
        "whether it fits is not known",
        "{cloud} 的镜像 {image} 需要 {needs}，规格 {flavor} 加清单中的系统盘为 {has}（MiB/GiB），无法判断是否足够",
    ),
    "plan.image-fits-volume": (
        "image {image} of {cloud} needs {needs}, flavor {flavor} with the system disk on the list has {has} (MiB/GiB)",
        "{cloud} 的镜像 {image} 需要 {needs}，规格 {flavor} 加清单中的系统盘只有 {has}（MiB/GiB）",
    ),
    "plan.image-fits-volume.remedy": (
        "give the server a larger system disk on the list, or use another image in programme.yaml",
        "在清单中加大该服务器的系统盘，或在 programme.yaml 中改用其他镜像",
    ),
    "plan.quota": (
        "{resource} of {cloud} do not suffice: {used} used + {needed} needed > {limit}, lacking {missing}",
        "{cloud} 的{resource}不足：已用 {used} + 新增 {needed} > 配额 {limit}，缺 {missing}",
    ),
    "plan.quota.unknown": (
        "{resource} of {cloud}: {needed} needed, and the cloud does not say what is left",
        "{cloud} 的{resource}：需新增 {needed}，云未给出余量",
    ),
    "plan.quota.remedy": (
        "have the quota raised, or move systems to another batch",
        "申请提高配额，或将部分系统调到其他批次",
    ),
    "kind.keypair": ("key pair", "密钥对"),
    "kind.security-group": ("security group", "安全组"),
    "kind.volume": ("volume", "云硬盘"),
    "kind.port": ("port", "网络端口"),
    "kind.server": ("server", "云服务器"),
    "kind.attachment": ("attachment", "硬盘挂载"),
    "kind.floating-ip": ("floating IP", "浮动 IP"),
    "kind.configuration": ("configuration", "系统配置"),
    "kind.flavor": ("flavor", "规格"),
    "kind.image": ("image", "镜像"),
    "kind.network": ("network", "网络"),
    "kind.volume-type": ("volume type", "硬盘类型"),
    "kind.availability-zone": ("availability zone", "可用区"),
    "detail.openings": ("openings", "开放端口"),
    "detail.size_gib": ("size (GiB)", "容量（GiB）"),
    "detail.network": ("network", "网络"),
    "detail.security_group": ("security group", "安全组"),
    "detail.flavor": ("flavor", "规格"),
    "detail.image": ("image", "镜像"),
    "detail.boot_volume": ("boot volume", "系统盘"),
    "detail.port": ("port", "端口"),
    "detail.server": ("server", "云服务器"),
    "detail.status": ("state", "状态"),
    "detail.digest": ("digest", "摘要"),
    "detail.renewed": ("rebuilt", "重建于"),
    "detail.roles": ("roles", "角色"),
    "detail.ids": ("ids", "编号"),
    "resource.instances": ("servers", "云服务器"),
    "resource.cores": ("vCPUs", "CPU（核）"),
    "resource.ram_mib": ("RAM, MiB", "内存（MiB）"),
    "resource.volumes": ("volumes", "云硬盘"),
    "resource.gigabytes": ("volume storage, GiB", "云硬盘容量（GiB）"),
    "resource.ports": ("ports", "网络端口"),
    "resource.addresses": ("addresses", "地址"),
    "resource.floating_ips": ("floating IPs", "浮动 IP"),
    "resource.security_groups": ("security groups", "安全组"),
    "resource.security_group_rules": ("security group rules", "安全组规则"),
    "resource.key_pairs": ("key pairs", "密钥对"),
    "verdict.pass": ("pass", "通过"),
    "verdict.fail": ("FAIL", "不通过"),
    "verdict.unknown": ("unknown", "未知"),
    "verdict.error": ("ERROR", "检查出错"),
}
