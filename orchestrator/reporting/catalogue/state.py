"""Words of the state folder."""

TEXTS = {
    "state.not-a-folder": ("{path} is not a folder", "{path} 不是目录"),
    "state.not-a-folder.remedy": (
        "move it away; the tool keeps its state there and follows no links",
        "请移开；工具在此保存状态，且不跟随链接",
    ),
    "state.key-unreadable": (
        "{path} is not a private key that can be read without a passphrase",
        "{path} 不是可免口令读取的私钥",
    ),
    "state.key-unreadable.remedy": (
        "put it back from a backup: no other key opens the servers made so far",
        "请从备份恢复：已建云主机只认这一把私钥",
    ),
    "state.not-ours": (
        "{path} is not this tool's: another user's, a link, a file with a second name, or not the kind it was made as",
        "{path} 不是本工具留下的：属于其他用户、是链接、另有别名，或类型不符",
    ),
    "state.not-ours.remedy": (
        "of a folder that was handed over keep programme.yaml and the list, and leave its .migrate behind; "
        "of your own, run as the user who made it",
        "他人移交的目录只取 programme.yaml 与清单，勿用其 .migrate；自己的目录请以建立者身份运行",
    ),
    "state.none": ("there is no state folder {path}", "没有状态目录 {path}"),
    "state.none.remedy": ("it begins with the first run of a batch", "首次执行批次时自动建立"),
    "state.exists": ("there is a state folder {path} already", "已有状态目录 {path}"),
    "state.exists.remedy": (
        "keep it: move it away, restore, and compare the two before anything is run",
        "请保留：先移开再恢复，并在执行前比对两者",
    ),
    "state.backup-exists": ("{path} is there already", "{path} 已存在"),
    "state.backup-exists.remedy": ("name a new file: a backup is never written over", "请另取文件名：备份不覆盖"),
    "state.not-opened": (
        "{path} does not open with this passphrase or key",
        "该口令或密钥无法解开 {path}",
    ),
    "state.not-opened.remedy": (
        "the file may also be damaged or no backup; `age -d` opens the same files",
        "文件也可能已损坏或并非备份；`age -d` 可打开同样的文件",
    ),
    "state.not-a-backup": ("{path} holds no state folder ({fault})", "{path} 中没有状态目录（{fault}）"),
    "state.not-a-backup.remedy": (
        "give a file that `migrate state backup` wrote",
        "请提供 `migrate state backup` 写出的文件",
    ),
    "state.bad-recipient": ("this is no public key: {recipient}", "不是公钥：{recipient}"),
    "state.bad-recipient.remedy": (
        "`age1…`, `ssh-ed25519 …` or `ssh-rsa …`, the text of a .pub file",
        "应为 `age1…`、`ssh-ed25519 …` 或 `ssh-rsa …`，即 .pub 文件的内容",
    ),
    "state.short-passphrase": (
        "the passphrase has fewer than {shortest} characters",
        "口令少于 {shortest} 个字符",
    ),
    "state.short-passphrase.remedy": (
        "whoever has the file can try them all: take several words, or seal to a key with --recipient",
        "持有文件者可逐一尝试：请用多个词组成口令，或用 --recipient 以公钥封存",
    ),
    "state.no-passphrase": ("there is no terminal to ask for the passphrase", "没有可询问口令的终端"),
    "state.no-passphrase.remedy": (
        "`--passphrase-file FILE`, or `--recipient KEY` and `--identity FILE`",
        "`--passphrase-file FILE`，或 `--recipient KEY` 与 `--identity FILE`",
    ),
    "state.passphrase": ("Passphrase", "口令"),
    "state.saved": (
        "{count} files sealed in {path}; keep it where this machine's owner cannot lose both",
        "已封存 {count} 个文件到 {path}；请另处保存",
    ),
    "state.restored": (
        "{count} files restored to {path}; `migrate evidence verify` says whether they are the newest",
        "已恢复 {count} 个文件到 {path}；请用 `migrate evidence verify` 核对是否最新",
    ),
}
