"""Words of taking over a server's new host key."""

TEXTS = {
    "repin.server": ("{server} on {cloud} ({id})", "云 {cloud} 的 {server}（{id}）"),
    "repin.pinned": ("  pinned:  {keys}", "  已登记：{keys}"),
    "repin.console": ("  console: {keys}", "  控制台：{keys}"),
    "repin.nothing": (
        "nothing to take over: every server's console tells the pinned keys",
        "无需更新：各服务器控制台给出的密钥与已登记的一致",
    ),
    "repin.done": (
        "{count} server(s) pinned anew, on record; go on with `migrate batch {batch}`",
        "已重新登记 {count} 台服务器并留证；请继续执行 `migrate batch {batch}`",
    ),
    "repin.go-on": (
        "Trust these keys from now on ({count} servers)? Only if you know why the servers are new",
        "今后信任这些密钥（{count} 台服务器）？仅在已知服务器更新原因时确认",
    ),
    "repin.not-confirmed": (
        "{count} server(s) have new keys on their consoles; nothing was pinned",
        "{count} 台服务器的控制台给出新密钥，尚未登记",
    ),
    "repin.not-confirmed.remedy": (
        "find out who rebuilt them (`openstack server event list SERVER`), then repeat the command with --yes",
        "先查明是谁重建的（`openstack server event list 服务器`），再加 --yes 重新执行",
    ),
    "repin.not-there": (
        "{systems}: their clouds do not have them as planned, so there is no server to ask",
        "{systems}：云上资源与方案不符，无法向服务器核对",
    ),
    "repin.not-there.remedy": (
        "`migrate batch {batch} --dry-run` shows what is in the way",
        "`migrate batch {batch} --dry-run` 可查看受阻原因",
    ),
    "repin.no-key": (
        "the console of {server} on {cloud} tells no SSH host key",
        "云 {cloud} 的 {server} 控制台未给出 SSH 主机密钥",
    ),
    "repin.no-key.remedy": (
        "its console has scrolled, or it has not booted: reboot it (cloud-init tells the keys at each boot) and repeat",
        "控制台已滚动或尚未启动：重启该服务器（cloud-init 每次启动都会输出密钥）后重试",
    ),
    "repin.other-key": (
        "{server} on {cloud} shows the key {seen}, which is not on its own console ({told}): another machine answers",
        "云 {cloud} 的 {server} 出示的密钥 {seen} 不在其控制台上（{told}）：应答的是另一台机器",
    ),
    "repin.other-key.remedy": (
        "do not log in: compare the port's address and MAC in Neutron with who answers; if the server's keys were made "
        "anew by hand, reboot it so that its console tells them, and repeat",
        "请勿登录：在 Neutron 中核对端口的地址和 MAC；若密钥系手工重新生成，请重启服务器使控制台输出新密钥后重试",
    ),
    "repin.not-let-in": (
        "{server} on {cloud} shows the key of its console and does not let us in",
        "云 {cloud} 的 {server} 密钥与控制台一致，但拒绝本工具登录",
    ),
    "repin.not-let-in.remedy": (
        "it was rebuilt with another key pair or image; rebuild it with the key pair of the programme",
        "重建时使用了其他密钥对或镜像；请以本项目的密钥对重建",
    ),
    "repin.not-reached": (
        "{server} on {cloud} does not answer over SSH ({answer}); what it would show is unknown",
        "云 {cloud} 的 {server} 无 SSH 应答（{answer}），其密钥未知",
    ),
    "repin.not-reached.remedy": (
        "wait until it has booted, or repair the way from here to it, and repeat",
        "待其启动完成或修复本机到该服务器的网络后重试",
    ),
}
