"""Words of signatures."""

TEXTS = {
    "signature.no-key": ("there is no key file {path}", "没有密钥文件 {path}"),
    "signature.no-key.remedy": (
        "name a key of yours: a private key file, or the public one of a key in the agent",
        "请指定自己的密钥：私钥文件，或代理中密钥的公钥文件",
    ),
    "signature.key-in-state": (
        "the signing key {path} is kept in the state folder",
        "签名密钥 {path} 存放在状态目录中",
    ),
    "signature.key-in-state.remedy": (
        "whoever has the state could sign what was done to it: use the agent, a hardware key, or a file elsewhere",
        "持有状态目录者可对其改动自行签名：请使用代理、硬件密钥或其他位置的文件",
    ),
    "signature.no-program": ("there is no ssh-keygen on this machine", "本机没有 ssh-keygen"),
    "signature.no-program.remedy": (
        "install openssh-client; signatures are made and verified by it",
        "请安装 openssh-client；签名与验签由其完成",
    ),
    "signature.failed": ("{key} did not sign: {answer}", "{key} 未能签名：{answer}"),
    "signature.failed.remedy": (
        "nobody is asked for a passphrase: load the key into the agent (`ssh-add {key}`), or plug in the token",
        "工具不询问口令：请将密钥载入代理（`ssh-add {key}`），或插入硬件密钥",
    ),
    "signature.form": ("this is no SSH signature", "不是 SSH 签名"),
    "signature.form.remedy": (
        "give the text from `-----BEGIN SSH SIGNATURE-----` to its end, as `ssh-keygen -Y sign` wrote it",
        "请提供 `ssh-keygen -Y sign` 写出的完整文本，自 `-----BEGIN SSH SIGNATURE-----` 起至结尾",
    ),
    "signature.no-signers": ("there is no file of allowed signers {path}", "没有允许签名者文件 {path}"),
    "signature.no-signers.remedy": (
        "keep one line `NAME KEY` for each person who may sign, see ssh-keygen(1), ALLOWED SIGNERS",
        "每位有权签名的人员一行“名称 公钥”，见 ssh-keygen(1) 的 ALLOWED SIGNERS",
    ),
    "signature.unknown-signer": (
        "signed with the key {key}, which {path} allows nobody for this purpose and time",
        "签名密钥 {key} 在 {path} 中不属于任何在此时获准作此用途的人员",
    ),
    "signature.unknown-signer.remedy": (
        "find out whose key it is; add the person to the file only if the person may sign",
        "请查明密钥归属；确有签名权的人员方可加入该文件",
    ),
    "signature.wrong": ("the signature with the key {key} is not of this document", "密钥 {key} 的签名与文件内容不符"),
    "signature.wrong.remedy": (
        "the document or the signature was changed: get both anew from where they were made",
        "文件或签名已被改动：请从出处重新取得二者",
    ),
}
