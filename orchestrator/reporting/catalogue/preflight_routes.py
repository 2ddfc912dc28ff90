"""Words of what preflight finds of names and of the machine at the old address."""

TEXTS = {
    "move.preflight.name-key": (
        "the key that may change it cannot be used ({file}): {said}",
        "修改该域名的密钥无法使用（{file}）：{said}",
    ),
    "move.preflight.name-key.remedy": (
        "put the TSIG key into that file, as ALGORITHM:NAME:SECRET, and let nobody else read it",
        "请将 TSIG 密钥以 算法:名称:密钥 的形式写入该文件，且仅限本人读取",
    ),
    "move.preflight.name-unanswered": (
        "the server {server} does not say where it leads: {said}",
        "服务器 {server} 未给出该域名的指向：{said}",
    ),
    "move.preflight.name-unanswered.remedy": (
        "see `servers`: each answers for the zone by itself and is reached from here, by UDP and TCP",
        "请检查 `servers`：每台均应是该区域的权威服务器，且本机可经 UDP 与 TCP 访问",
    ),
    "move.preflight.name-alias": (
        "at {server} it is another name of {said}",
        "在 {server} 上它是 {said} 的别名（CNAME）",
    ),
    "move.preflight.name-alias.remedy": ("declare the name that has the address", "请声明实际带有地址的域名"),
    "move.preflight.name-family": (
        "at {server} it has addresses of the other family, too, which would lead elsewhere: {said}",
        "在 {server} 上它还有另一协议族的地址，指向别处：{said}",
    ),
    "move.preflight.name-family.remedy": (
        "take them away, or move them by hand with the cutover's own plan",
        "请先删除，或在割接方案中另行人工切换",
    ),
    "move.preflight.name-several": (
        "at {server} it has several addresses: {said}",
        "在 {server} 上它有多个地址：{said}",
    ),
    "move.preflight.name-several.remedy": (
        "leave it the source's alone: people who are led to another one are not held back",
        "请只保留源端地址：被引到其他地址的用户无法随割接切换",
    ),
    "move.preflight.name-elsewhere": (
        "at {server} it leads to {said} instead of {wanted}",
        "在 {server} 上它指向 {said}，而不是 {wanted}",
    ),
    "move.preflight.name-elsewhere.remedy": (
        "give `source` the address that people are led to now, or mend the zone",
        "请将 `source` 填为用户目前访问的地址，或修正该区域",
    ),
    "move.preflight.name-long": (
        "{server} lets it be kept for {ttl} s: the cutover waits as long once that is lowered",
        "{server} 允许缓存 {ttl} 秒：调低之后须等待同样长的时间才能割接",
    ),
    "move.preflight.name-long.remedy": (
        "prepare early enough; `migrate cutover SYSTEM --dry-run` then tells from when on it may be",
        "请尽早准备；之后可用 `migrate cutover 系统 --dry-run` 查看最早可割接的时刻",
    ),
    "move.preflight.forward-family": ("only an IPv4 address can be passed on", "只能转发 IPv4 地址"),
    "move.preflight.forward-family.remedy": ("leave `forward` out", "请去掉 `forward`"),
    "move.preflight.forward-login": (
        "port {port} is the one that the tool and the passes log in by",
        "端口 {port} 是本工具与文件同步登录所用的端口",
    ),
    "move.preflight.forward-login.remedy": ("leave it out of `forward.ports`", "请从 `forward.ports` 中去掉"),
    "move.preflight.forward-nft": (
        "its kernel cannot be told by nftables (`nft list tables`)",
        "该机内核无法用 nftables 配置（`nft list tables`）",
    ),
    "move.preflight.forward-nft.remedy": (
        "install nftables there, or leave `forward` out and have callers re-pointed",
        "请在该机安装 nftables，或去掉 `forward` 并请调用方改址",
    ),
    "move.preflight.forward-restart": (
        "nothing there would begin it after a restart: neither systemd nor cron",
        "该机没有 systemd 或 cron，重启后无法恢复转发",
    ),
    "move.preflight.forward-restart.remedy": ("install cron there", "请在该机安装 cron"),
    "move.preflight.forward-address": (
        "the machine itself has not got the address {address}: something in front of it translates",
        "该机本身没有地址 {address}：其前方有地址转换",
    ),
    "move.preflight.forward-address.remedy": (
        "leave `forward` out, and have what translates lead to the target",
        "请去掉 `forward`，并让地址转换设备指向目标端",
    ),
    "move.preflight.forward-router": (
        "it passes nothing on today; from the switch on it will, for these ports and nothing else",
        "该机目前不转发；切换之后只为这些端口转发",
    ),
    "move.preflight.forward-router.remedy": (
        "see that its own firewall and the target's openings let that through",
        "请确认该机防火墙与目标端开放端口均放行",
    ),
    "move.preflight.floating-unanswered": (
        "the cloud {cloud} does not say where it leads: {said}",
        "云 {cloud} 未给出该浮动 IP 的绑定：{said}",
    ),
    "move.preflight.floating-unanswered.remedy": (
        "see clouds.yaml: its login may read and change floating IPs and read ports",
        "请检查 clouds.yaml：该账户应可读取和修改浮动 IP，并可读取端口",
    ),
    "move.preflight.floating-absent": (
        "our project on {cloud} has no such floating IP",
        "本项目在 {cloud} 上没有该浮动 IP",
    ),
    "move.preflight.floating-absent.remedy": (
        "name one of the project's own (`openstack floating ip list`); another project's cannot be led",
        "请填写本项目自己的浮动 IP（`openstack floating ip list`）；其他项目的无法切换",
    ),
    "move.preflight.floating-elsewhere": (
        "on {cloud} it is associated with {said} instead of {wanted}",
        "在 {cloud} 上它绑定在 {said}，而不是 {wanted}",
    ),
    "move.preflight.floating-elsewhere.remedy": (
        "give `source` the fixed address that it has now, or associate it with the one that serves",
        "请将 `source` 填为其目前绑定的固定地址，或将其绑定到正在服务的地址",
    ),
    "move.preflight.floating-port": (
        "our project on {cloud} has no port, or several, with the fixed address {wanted} that it is to get",
        "本项目在 {cloud} 上没有或有多个端口带有应绑定的固定地址 {wanted}",
    ),
    "move.preflight.floating-port.remedy": (
        "give `target` the fixed address of the new server's port (`openstack port list`)",
        "请将 `target` 填为新云服务器端口的固定地址（`openstack port list`）",
    ),
    "move.preflight.floating-taken": (
        "the fixed address {wanted} on {cloud} has another floating IP of the same network, {other}: it can have only one",
        "{cloud} 上的固定地址 {wanted} 已有同一网络的另一个浮动 IP {other}：只能有一个",
    ),
    "move.preflight.floating-taken.remedy": (
        "let the tool reach the new server by its fixed address, or give `target` another address of its port",
        "请让本工具经固定地址访问新云服务器，或将 `target` 填为其端口的另一个地址",
    ),
}
