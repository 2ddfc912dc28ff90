"""Words of what leads people to a side: names, and what the old address passes on."""

TEXTS = {
    "route.key": ("the key in {path} cannot be used: {reason}", "{path} 中的密钥无法使用：{reason}"),
    "route.key.remedy": (
        "put the TSIG key into that file, as ALGORITHM:NAME:SECRET (as `nsupdate -y` takes it): chmod 600 {path}",
        "请将 TSIG 密钥以 算法:名称:密钥 的形式（同 `nsupdate -y`）写入该文件：chmod 600 {path}",
    ),
    "route.lags": (
        "{name}: the server {server} still says something else than the first one: {said}",
        "{name}：服务器 {server} 的应答与主服务器不一致：{said}",
    ),
    "route.lags.remedy": (
        "see that it is told of changes (NOTIFY) and may fetch them, then repeat the command",
        "请检查区域变更通知（NOTIFY）与传送，然后重复该命令",
    ),
    "move.gate.name": (
        "{subject} at {server}: {said}, kept for {ttl} s; it is to be {wanted}, kept for {most} s at most",
        "{subject} 在 {server} 上：{said}，缓存 {ttl} 秒；应为 {wanted}，缓存不超过 {most} 秒",
    ),
    "move.gate.name.remedy": (
        "see the zone and the server; who changed it by hand since it was prepared puts it back",
        "请检查该区域与服务器；准备之后若有人手工改动，请改回",
    ),
    "move.gate.forward": (
        "the machine at {subject}: {said}",
        "{subject} 处的机器：{said}",
    ),
    "move.gate.forward.remedy": (
        "see `nft list tables` there, and the folder /var/lib/migrate; it is put back by `migrate drop` and a new start",
        "请查看该机的 `nft list tables` 与 /var/lib/migrate；`migrate drop` 后重新准备即可恢复",
    ),
    "move.verify.name": (
        "{subject} at {server}: {said}, kept for {ttl} s; it is to be {wanted}",
        "{subject} 在 {server} 上：{said}，缓存 {ttl} 秒；应为 {wanted}",
    ),
    "move.verify.name.remedy": (
        "see that the server is told of changes (NOTIFY) and may fetch them; the old address goes on meanwhile",
        "请检查该服务器的变更通知（NOTIFY）与区域传送；期间旧地址仍可使用",
    ),
    "move.gate.floating": (
        "the floating IP {subject} of {cloud} is associated with {said}; it is to be {wanted}",
        "{cloud} 的浮动 IP {subject} 绑定在 {said}，应为 {wanted}",
    ),
    "move.gate.floating.remedy": (
        "see `openstack floating ip show {subject}`; who changed it by hand since it was prepared puts it back",
        "请查看 `openstack floating ip show {subject}`；准备之后若有人手工改动，请改回",
    ),
    "move.verify.floating": (
        "the floating IP {subject} of {cloud} is associated with {said}; it is to be {wanted}",
        "{cloud} 的浮动 IP {subject} 绑定在 {said}，应为 {wanted}",
    ),
    "move.verify.floating.remedy": (
        "see `openstack floating ip show {subject}`; `openstack floating ip set --port PORT {subject}` leads it there by hand",
        "请查看 `openstack floating ip show {subject}`；可用 `openstack floating ip set --port 端口 {subject}` 手工绑定",
    ),
    "move.verify.forward": (
        "the machine at {subject} passes clients on to {target}: {said}",
        "{subject} 处的机器将客户端转发至 {target}：{said}",
    ),
    "move.verify.forward.remedy": (
        "see `nft list tables` there: a firewall that was loaded anew may have taken it away; `sh"
        " /var/lib/migrate/forward-SYSTEM/forward on` brings it back",
        "请查看该机的 `nft list tables`：防火墙重新加载可能已将其清除；可用 `sh"
        " /var/lib/migrate/forward-SYSTEM/forward on` 恢复",
    ),
}
