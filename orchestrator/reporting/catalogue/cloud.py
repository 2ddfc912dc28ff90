"""What clouds refuse, and what to do about it."""

TEXTS = {
    "cloud.address": (
        "{cloud}: what is given as the address of {subject} is none of a machine elsewhere: {value}",
        "{cloud}：{subject} 的地址不是其他机器的 IP 地址：{value}",
    ),
    "cloud.address.remedy": (
        "look at the object on the cloud; if its address is right there, somebody stands between you and the cloud",
        "请在云上核对该资源；如云上地址正常，则与云之间的通信可能被篡改",
    ),
    "cloud.ambiguous": (
        "{cloud}: several objects carry the mark of {subject} ({mark}): {ids}; none was touched",
        "{cloud}：有多个资源带有 {subject} 的标记（{mark}）：{ids}；均未改动",
    ),
    "cloud.ambiguous.remedy": (
        "find out which one is in use, delete the others by hand, and run the same command again",
        "确认正在使用的是哪一个，手工删除其余资源，再运行同一命令",
    ),
    "cloud.ambiguous-offer": (
        "{cloud}: several offers of kind {kind} are named {subject}: {ids}",
        "{cloud}：有多个名为 {subject} 的 {kind}：{ids}",
    ),
    "cloud.ambiguous-offer.remedy": (
        "rename or hide all but one on the cloud, or use another name in programme.yaml",
        "在云上只保留一个同名项（其余改名或停用），或在 programme.yaml 中改用其他名称",
    ),
    "cloud.answer-malformed": (
        "{cloud}: the answer to {request} is not as the API says: {message}",
        "{cloud}：对 {request} 的应答不符合接口规范：{message}",
    ),
    "cloud.answer-malformed.remedy": (
        "have the cloud's operator look at that service, and at what stands between you and it (proxy, load balancer)",
        "请云平台运维检查该服务以及中间的代理、负载均衡",
    ),
    "cloud.answer-too-large": (
        "{cloud}: the answer to {request} is larger than may be read: {message}",
        "{cloud}：对 {request} 的应答超出可读取的上限：{message}",
    ),
    "cloud.answer-too-large.remedy": (
        "have the cloud's operator limit its pages (such as max_limit of Nova, pagination_max_limit of Neutron)",
        "请云平台运维限制分页大小（如 Nova 的 max_limit、Neutron 的 pagination_max_limit）",
    ),
    "cloud.bad-request": ("{cloud}: {subject} was refused: {message}", "{cloud}：{subject} 的请求被拒绝：{message}"),
    "cloud.bad-request.remedy": (
        "compare programme.yaml with what the cloud offers (`migrate doctor`); request {request_id} in its logs says more",
        "对照 programme.yaml 与云上可用的规格、镜像和可用域（`migrate doctor`）；详情见云端日志，请求号 {request_id}",
    ),
    "cloud.changed": (
        "{cloud}: {subject} differs in {field}: wanted {wanted}, found {found}; it cannot be mended in place",
        "{cloud}：{subject} 的 {field} 不符：应为 {wanted}，实为 {found}；无法就地修改",
    ),
    "cloud.changed.remedy": (
        "correct the list or programme.yaml, or delete the object and run the same command again",
        "更正迁移清单或 programme.yaml，或删除该资源后再运行同一命令",
    ),
    "cloud.conflict": (
        "{cloud}: {subject} was refused because of what exists: {message}",
        "{cloud}：{subject} 与现有资源冲突：{message}",
    ),
    "cloud.conflict.remedy": (
        "resolve the conflict on the cloud and run the same command again; request {request_id} in its logs says more",
        "在云上消除冲突后再运行同一命令；详情见云端日志，请求号 {request_id}",
    ),
    "cloud.credentials": ("{cloud}: the credentials are not accepted: {message}", "{cloud}：凭据未被接受：{message}"),
    "cloud.credentials.remedy": (
        "check the cloud's entry in clouds.yaml (user, password, project, domains); what worked before may have expired or "
        "been revoked, or its project or user disabled: ask the cloud's operator",
        "检查 clouds.yaml 中该云的用户、口令、项目和域；此前可用的凭据可能已过期或被吊销，或项目、用户被停用：请联系云平台运维",
    ),
    "cloud.deadline": (
        "{cloud}: {subject} was still {status} after {seconds} s",
        "{cloud}：{seconds} 秒后 {subject} 仍为 {status}",
    ),
    "cloud.deadline.remedy": (
        "run the same command again: it goes on waiting for the same object; if it never ends, ask the cloud's operator",
        "再次运行同一命令，将继续等待同一资源；如始终不结束，请联系云平台运维",
    ),
    "cloud.forbidden": ("{cloud}: {subject} is forbidden: {message}", "{cloud}：无权操作 {subject}：{message}"),
    "cloud.forbidden.remedy": (
        "ask the cloud's operator for the member role in the project",
        "请云平台运维授予该项目的 member 角色",
    ),
    "cloud.foreign-name": (
        "{cloud}: {subject} exists already and does not carry our mark: {ids}; it was left alone",
        "{cloud}：已存在不属于本项目的同名或同位资源 {subject}：{ids}；未改动",
    ),
    "cloud.foreign-name.remedy": (
        "rename or remove that object, or choose another programme name",
        "将该资源改名或移除，或更换迁移项目的短名",
    ),
    "cloud.missing": ("{cloud}: we have no {subject} there", "{cloud}：没有属于本项目的 {subject}"),
    "cloud.missing.remedy": (
        "run the batch again: it makes what is missing",
        "重新运行该批次，缺少的资源会被补建",
    ),
    "cloud.no-address": ("{cloud}: server {subject} has no IPv4 address", "{cloud}：云服务器 {subject} 没有 IPv4 地址"),
    "cloud.no-address.remedy": (
        "check that the zone's network has an IPv4 subnet with free addresses",
        "检查分区网络是否有可分配地址的 IPv4 子网",
    ),
    "cloud.no-clouds-file": ("there is no {file}", "找不到 {file}"),
    "cloud.no-clouds-file.remedy": (
        "put your clouds.yaml there, or name another with clouds_file in programme.yaml",
        "将 clouds.yaml 放在此处，或在 programme.yaml 的 clouds_file 中指明",
    ),
    "cloud.no-offer": ("{cloud}: there is no {kind} named {subject}", "{cloud}：没有名为 {subject} 的 {kind}"),
    "cloud.no-offer.remedy": (
        "correct the name in programme.yaml, or ask the cloud's operator to offer it to the project",
        "更正 programme.yaml 中的名称，或请云平台运维向该项目提供",
    ),
    "cloud.not-an-object": (
        "{cloud}: {subject} is not an object that can be deleted",
        "{cloud}：{subject} 不是可删除的资源",
    ),
    "cloud.not-configured": ("{cloud}: {file} is not usable: {message}", "{cloud}：{file} 不可用：{message}"),
    "cloud.not-configured.remedy": (
        "add the cloud under its name, with auth_url, user, password, project and domains",
        "以该云的名称补充条目，包括 auth_url、用户、口令、项目和域",
    ),
    "cloud.not-found": ("{cloud}: {subject}: {message}", "{cloud}：{subject}：{message}"),
    "cloud.not-found.remedy": (
        "somebody deleted it meanwhile, or the network has no router to the outside; run `migrate batch` with --dry-run",
        "可能已被他人删除，或网络没有通往外部的路由；请先用 --dry-run 预演该批次",
    ),
    "cloud.not-ours": (
        "{cloud}: {subject} ({id}) no longer carries our mark and was left alone",
        "{cloud}：{subject}（{id}）已不带本项目标记，未改动",
    ),
    "cloud.not-ours.remedy": ("look at the cloud again: `migrate gc`", "请重新查看：`migrate gc`"),
    "cloud.not-usable": ("{cloud}: {subject}: {message}", "{cloud}：{subject}：{message}"),
    "cloud.not-usable.remedy": (
        "the cloud must offer Keystone v3, Nova, Neutron, Glance v2 and Cinder v3 in its catalogue",
        "云的服务目录须提供 Keystone v3、Nova、Neutron、Glance v2 和 Cinder v3",
    ),
    "cloud.other-key": (
        "{cloud}: key pair {subject} holds another key than ours",
        "{cloud}：密钥对 {subject} 中的公钥与本工具的不同",
    ),
    "cloud.other-key.remedy": (
        "the state folder was replaced: restore its SSH key, or delete the key pair if none of our servers is left",
        "状态目录可能已被更换：请恢复其中的 SSH 密钥；如已无本项目的云服务器，可删除该密钥对",
    ),
    "cloud.port-in-use": (
        "{cloud}: server {subject} cannot be made: its port {port} is held by {device}",
        "{cloud}：无法创建云服务器 {subject}：其端口 {port} 已被 {device} 占用",
    ),
    "cloud.port-in-use.remedy": (
        "look at that server; delete it or take the port from it, and run the same command again",
        "检查占用端口的云服务器，删除它或解除端口绑定后再运行同一命令",
    ),
    "cloud.quota": (
        "{cloud}: the quota of {resource} is exceeded by {subject}: {message}",
        "{cloud}：创建 {subject} 超出 {resource} 配额：{message}",
    ),
    "cloud.quota.remedy": (
        "ask the cloud's operator for more, or free some (`migrate gc`), and run the same command again",
        "请云平台运维扩大配额，或释放资源（`migrate gc`）后再运行同一命令",
    ),
    "cloud.refuses-alike": (
        "{cloud} refuses one system after another for the same reason ({refusal}; {systems}): {message}",
        "{cloud} 以同一原因接连拒绝各系统（{refusal}；{systems}）：{message}",
    ),
    "cloud.refuses-alike.remedy": (
        "have the cloud's operator allow it (the member role in the project, a policy) or raise the quota; if only "
        "some systems are concerned, `migrate batch N --system ID` goes on with the others",
        "请云平台运维放行（项目的 member 角色、策略）或扩大配额；若只涉及部分系统，可用 "
        "`migrate batch N --system ID` 先执行其余系统",
    ),
    "cloud.redirected": (
        "{cloud}: {request} is sent elsewhere, and was not followed: {message}",
        "{cloud}：{request} 被重定向到其他地址，未跟随：{message}",
    ),
    "cloud.redirected.remedy": (
        "if that is right, have the catalogue or auth_url in clouds.yaml name it directly",
        "如确属正常，请在服务目录或 clouds.yaml 的 auth_url 中直接写明该地址",
    ),
    "cloud.server-error": (
        "{cloud}: server {subject} ({id}) is in ERROR: {fault}",
        "{cloud}：云服务器 {subject}（{id}）处于 ERROR 状态：{fault}",
    ),
    "cloud.server-error.remedy": (
        "remove the cause and retry: a server that never ran is replaced, one that has run is left to you",
        "消除原因后重试：从未运行过的云服务器会被重建，已运行过的须人工处理",
    ),
    "cloud.server-state": (
        "{cloud}: server {subject} ({id}) is {status}: somebody stopped it",
        "{cloud}：云服务器 {subject}（{id}）为 {status} 状态，已被人为停止",
    ),
    "cloud.server-state.remedy": ("start it and run the same command again", "启动该云服务器后再运行同一命令"),
    "cloud.unavailable": (
        "{cloud}: the API answers {status} for {subject}: {message}",
        "{cloud}：处理 {subject} 时接口返回 {status}：{message}",
    ),
    "cloud.unavailable.remedy": (
        "wait until the cloud is well and run the same command again; nothing is made twice",
        "待云恢复后再运行同一命令；不会重复创建",
    ),
    "cloud.unreachable": (
        "{cloud}: no answer from {host}:{port} for {subject}: {kind_words}",
        "{cloud}：处理 {subject} 时 {host}:{port} 无应答：{kind_words}",
    ),
    "cloud.unreachable.unknown-name": ("unknown name: the host cannot be resolved", "域名无法解析"),
    "cloud.unreachable.refused": ("connection refused: nobody listens there", "连接被拒绝，该端口无服务"),
    "cloud.unreachable.time-out": ("time-out: it stays silent", "超时，无任何应答"),
    "cloud.unreachable.tls": ("TLS failed: {message}", "TLS 握手失败：{message}"),
    "cloud.unreachable.no-route": ("no route to the host", "没有到该主机的路由"),
    "cloud.unreachable.closed": ("the connection was closed", "连接被对方关闭"),
    "cloud.unreachable.other": ("{message}", "{message}"),
    "cloud.unreachable.remedy": (
        "check the network, cacert and auth_url in clouds.yaml, and run the same command again; nothing is made twice",
        "检查网络以及 clouds.yaml 中的 auth_url 和 cacert 后再运行同一命令；不会重复创建",
    ),
    "cloud.volume-elsewhere": (
        "{cloud}: volume {subject} is attached to another server: {server}",
        "{cloud}：云硬盘 {subject} 已挂载到其他云服务器：{server}",
    ),
    "cloud.volume-elsewhere.remedy": ("detach it there first, if it is right to", "如确有必要，请先在该云服务器上卸载"),
    "cloud.image-size": (
        "{cloud}: {found} bytes of image {subject} could be read, of {wanted}; it was taken away again",
        "{cloud}：镜像 {subject} 应有 {wanted} 字节，仅读到 {found} 字节；已删除",
    ),
    "cloud.image-size.remedy": (
        "see to the line to the keeper and to its disk, then run the same command again",
        "请检查到副本主机的连接及其磁盘，再运行同一命令",
    ),
    "cloud.image-other": (
        "{cloud}: image {subject} came to {status} with {found} bytes that are not those that were sent;"
        " it was taken away again",
        "{cloud}：镜像 {subject} 状态为 {status}，{found} 字节与所发送的不符；已删除",
    ),
    "cloud.image-other.remedy": (
        "run the same command again; if it comes to the same, have the cloud's operator look at its image store",
        "请再运行同一命令；如仍如此，请云平台运维检查镜像存储",
    ),
    "cloud.volume-error": (
        "{cloud}: volume {subject} ({id}) is {status}; it may hold data and was left alone",
        "{cloud}：云硬盘 {subject}（{id}）为 {status} 状态；可能存有数据，未改动",
    ),
    "cloud.volume-error.remedy": (
        "if it never held data, delete it in the programme folder by `openstack --os-cloud {cloud} volume delete {id}` "
        "and run the same command again, which makes it anew; if it may hold data, have the cloud's operator mend it",
        "如确认从未写入数据，请在迁移项目目录执行 `openstack --os-cloud {cloud} volume delete {id}` 将其删除，再运行同一命令即会重建；"
        "如可能存有数据，请联系云平台运维修复",
    ),
}
