"""Words of new servers seen from outside."""

TEXTS = {
    "guest.host-key": (
        "{server} shows another SSH host key than its console: pinned {pinned}, seen {seen}",
        "{server} 出示的 SSH 主机密钥与控制台记录不符：已登记 {pinned}，实际 {seen}",
    ),
    "guest.host-key.remedy": (
        "do not log in; find out which machine answers at this address",
        "请勿登录；先查明该地址上应答的是哪台机器",
    ),
    "guest.new-key": (
        "{server} shows a new SSH host key, {seen}, which its own console tells too: it was rebuilt",
        "{server} 出示新的 SSH 主机密钥 {seen}，与其控制台一致：该服务器已被重建",
    ),
    "guest.new-key.remedy": (
        "find out who rebuilt it; `migrate repin {batch} --system {system}` takes the key over, on record",
        "先查明是谁重建的；`migrate repin {batch} --system {system}` 可登记新密钥并留证",
    ),
    "guest.identity": (
        "SSH host key and login at {address}: {answer} (pinned {pinned}, seen {seen})",
        "{address} 的 SSH 主机密钥与登录：{answer}（已登记 {pinned}，实际 {seen}）",
    ),
    "guest.identity.unknown": (
        "who answers at {address} is not known: {answer}",
        "无法确认 {address} 上应答的是谁：{answer}",
    ),
    "guest.identity.remedy": (
        "other-key: rebuilt, or another machine: `migrate repin N --system ID` compares it with its console; refused, "
        "not-let-in: look at its console; unpinned: no run of ours ever logged in to this server",
        "other-key：已重建或为另一台机器，用 `migrate repin 批次 --system 编号` 与控制台比对；refused、not-let-in：请查看控制台；"
        "unpinned：本工具从未登录过该服务器",
    ),
    "guest.no-address": ("its cloud tells no address", "云未给出其地址"),
    "guest.no-address.remedy": (
        "look at the server's ports and floating IP on its cloud",
        "请在云上查看其端口和浮动 IP",
    ),
    "guest.not-looked-at": ("it could not be looked at: {error}", "无法核验：{error}"),
    "guest.host-key-unknown": ("the SSH host key of {server} is not known", "尚不知道 {server} 的 SSH 主机密钥"),
    "guest.host-key-unknown.remedy": (
        "the image must print its host keys on the console as cloud-init does; see the server's console log",
        "镜像须像 cloud-init 那样在控制台输出主机密钥；请查看该服务器的控制台日志",
    ),
    "guest.unreachable": (
        "{server} at {address} does not let us in over SSH ({error})",
        "无法通过 SSH 登录 {server}（{address}，{error}）",
    ),
    "guest.unreachable.remedy": (
        "look at the server's console log, its security group and the way from here to its network",
        "请查看该服务器的控制台日志、安全组以及本机到其网络的路由",
    ),
    "guest.opening": (
        "declared port {port} (from {source}): {answer}",
        "已声明的端口 {port}（来源 {source}）：{answer}",
    ),
    "guest.opening.remedy": (
        "open: answers; refused: nothing listens; silent: filtered on the way; compare the security group and the service",
        "open 为有应答，refused 为无服务监听，silent 为途中被过滤；请核对安全组和服务",
    ),
    "guest.opening-restricted": (
        "port {port} is declared for {source}, which we are not in: {answer}",
        "端口 {port} 只对 {source} 开放，本机不在其中：{answer}",
    ),
    "guest.opening-restricted.remedy": (
        "the port answers to an address outside its declared source; compare the security group's rules",
        "端口对声明来源以外的地址有应答，请核对安全组规则",
    ),
    "guest.answer": ("answer of {workload} on port {port}", "{workload} 在端口 {port} 的应答"),
    "guest.answer.remedy": (
        "what came back from port {port} is not an answer of this system's {workload}; look at the service's log on the server",
        "端口 {port} 返回的内容不是本系统 {workload} 的应答，请查看服务器上的服务日志",
    ),
    "guest.closed": ("undeclared port {port}: {answer}", "未声明的端口 {port}：{answer}"),
    "guest.closed.remedy": (
        "a port that is not on the list answers: stop what listens there or declare it on the list",
        "清单之外的端口有应答：请停用该服务，或在清单中声明",
    ),
}
