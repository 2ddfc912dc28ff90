"""Words of the client that writes, or reads, while the sides change."""

from __future__ import annotations

TEXTS = {
    "probe.met": (
        "What a client met: no answer for {milliseconds} ms at most, {errors} errors; {rows} rows acknowledged,"
        " {lost} lost, {doubled} doubled.",
        "探测写入情况：最长中断 {milliseconds} 毫秒，报错 {errors} 次；确认写入 {rows} 行，丢失 {lost} 行，重复 {doubled} 行。",
    ),
    "probe.read": (
        "What a reader met: no good answer for {milliseconds} ms at most, {errors} errors; {rows} pages answered well.",
        "探测读取情况：最长 {milliseconds} 毫秒没有正常应答，报错 {errors} 次；正常应答 {rows} 个页面。",
    ),
    "probe.read-meanwhile": (
        "What a reader of the site met meanwhile, with nobody led elsewhere: no good answer for {milliseconds} ms at most,"
        " {errors} errors; {rows} pages answered well.",
        "演练期间（未切换访问）探测读取情况：最长 {milliseconds} 毫秒没有正常应答，报错 {errors} 次；正常应答 {rows} 个页面。",
    ),
    "probe.first-error": ("The first error it was told: {error}", "首个报错：{error}"),
    "probe.none": (
        "No client measured the gap: declare `probe` for {system} under `moving.{kind}` in programme.yaml.",
        "未实测中断时长：请在 programme.yaml 的 `moving.{kind}` 中为 {system} 声明 `probe`。",
    ),
    "probe.files": (
        "No client measured the gap: what people meet in files depends on what serves them.",
        "未实测中断时长：文件的实际影响取决于提供文件的服务。",
    ),
    "probe.external": (
        "No client measured the gap: how to write into what a tool moves, only its own clients know.",
        "未实测中断时长：如何写入由工具迁移的数据，只有其自身的客户端知道。",
    ),
    "probe.rehost": (
        "No client measured the gap: people wait from the fence until the server is open (the frozen seconds).",
        "未实测中断时长：用户自隔离起等待，直至服务器开放（即冻结秒数）。",
    ),
    "probe.one-way": (
        "No client measured the gap: what it wrote before would have been lost with the rest.",
        "未实测中断时长：探测客户端此前写入的数据同样会丢失。",
    ),
    "probe.fault": (
        "The gap was not measured: {cause} ({error})",
        "中断时长未能实测：{cause}（{error}）",
    ),
    "probe.silent": ("the probe client got no answer", "探测程序未得到任何应答"),
    "probe.secret": (
        "the probe client's password cannot be read from {path}: {reason}",
        "无法从 {path} 读取探测写入程序的口令：{reason}",
    ),
    "probe.secret.remedy": (
        "put the password of the role alone into that file, and let nobody else read it: chmod 600 {path}",
        "请将该角色的口令单独写入此文件，且仅限本人读取：chmod 600 {path}",
    ),
}
