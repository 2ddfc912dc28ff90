"""Words of tools that a programme brings along, and of what goes wrong with them."""

TEXTS = {
    "external.missing": ("there is no tool {path}", "没有工具 {path}"),
    "external.missing.remedy": (
        "put the executable into the folder move.d beside programme.yaml (docs/external.md)",
        "请将可执行文件放入 programme.yaml 旁的 move.d 目录（见 docs/external.zh-CN.md）",
    ),
    "external.unsafe": (
        "{path} may not be run: it is a link, or no regular file, or another user may write to it",
        "不得运行 {path}：它是链接、不是普通文件，或其他用户可写",
    ),
    "external.unsafe.remedy": (
        "a regular file of whoever runs this or of root, in a folder of the same, both without write permission for others:"
        " chmod go-w",
        "须为运行者或 root 所有的普通文件，所在目录同样要求，且均不允许他人写入：chmod go-w",
    ),
    "external.not-executable": ("{path} is not executable", "{path} 不可执行"),
    "external.not-executable.remedy": ("chmod u+x {path}", "chmod u+x {path}"),
    "external.too-large": ("{path} has more than {bytes} bytes", "{path} 超过 {bytes} 字节"),
    "external.too-large.remedy": (
        "a tool is a small program that calls others; put those where the machine has its programs",
        "工具应为调用其他程序的小程序；其余程序请安装到系统目录",
    ),
    "external.changed": (
        "move.d/{tool} is not the one that was approved",
        "move.d/{tool} 已不是获批的版本",
    ),
    "external.changed.remedy": (
        "put the approved file back; for another one: `migrate drop`, then begin and approve anew",
        "请恢复获批的文件；如需更换：先 `migrate drop`，再重新开始并重新批准",
    ),
    "external.kept": ("{path} cannot be read: {error}", "无法读取 {path}：{error}"),
    "external.kept.remedy": ("see to the state folder's disk and rights", "请检查状态目录的磁盘与权限"),
    "external.not-started": ("{path} cannot be started: {error}", "无法启动 {path}：{error}"),
    "external.not-started.remedy": (
        "see its first line (#!), whether that program is here, and whether the state folder's disk (in a trial and a"
        " preflight that of /tmp: set TMPDIR) is mounted noexec",
        "请检查首行（#!）、解释器是否存在，以及状态目录所在磁盘（检验和预检时为 /tmp，可设 TMPDIR）是否以 noexec 挂载",
    ),
    "external.failed": ("{tool} {verb}: {said} (its own words: {log})", "{tool} {verb}：{said}（详细输出：{log}）"),
    "external.failed.remedy": (
        "mend what it names, then repeat the command",
        "请按其所述修正后重复该命令",
    ),
    "external.not-yet": ("{tool} {verb} is not ready yet: {said}", "{tool} {verb} 尚未就绪：{said}"),
    "external.not-yet.remedy": ("repeat the command later", "请稍后重复该命令"),
    "external.ended": (
        "{tool} {verb} ended with {exit}, which is no answer (its own words: {log})",
        "{tool} {verb} 以 {exit} 结束，不构成应答（详细输出：{log}）",
    ),
    "external.ended.remedy": (
        "0 is done, 1 failed, 75 not yet; a negative number is the signal that ended it",
        "0 为完成，1 为失败，75 为尚未就绪；负数为结束它的信号",
    ),
    "external.too-much": (
        "{tool} {verb}: more than {bytes} bytes in one answer",
        "{tool} {verb}：一次应答超过 {bytes} 字节",
    ),
    "external.too-much.remedy": ("what is for a log goes to stderr", "日志内容请写到标准错误"),
    "external.shape": (
        "{tool} {verb}: the answer is not of the contract's form",
        "{tool} {verb}：应答格式不符合约定",
    ),
    "external.shape.remedy": (
        "`migrate external check` says which rule it breaks; the forms are in docs/external.md",
        "`migrate external check` 会指出违反的规则；格式见 docs/external.zh-CN.md",
    ),
    "external.not-fenced": (
        "{tool}: a write is not refused at the side that is left: {said}",
        "{tool}：离开的一侧未拒绝写入：{said}",
    ),
    "external.not-fenced.remedy": (
        "everything was taken back; mend the tool's fence before the next try",
        "已全部撤回；请先修正工具的隔离方式再重试",
    ),
    "external.contradicts": (
        "{tool}: attempt {attempt} was decided as {before}, and now it says {said}",
        "{tool}：第 {attempt} 次判定为 {before}，现又答 {said}",
    ),
    "external.contradicts.remedy": (
        "believe neither: a person looks which side is written to, and closes the other before anything goes on",
        "两者均不可信：须由人员确认哪一侧可写，并关闭另一侧后再继续",
    ),
    "external.stays": ("processes of a tool do not end: {processes}", "工具的进程无法结束：{processes}"),
    "external.stays.remedy": (
        "end them by hand (a disk that does not answer holds them), then repeat the command",
        "请手工结束（可能受无响应的磁盘阻塞），再重复该命令",
    ),
    "external.not-able": ("{tool} has no verb {verb}", "{tool} 没有动词 {verb}"),
    "external.not-able.remedy": (
        "it cannot be rehearsed: give the tool that verb, or set moving.rehearsal: none and have that approved",
        "无法演练：请为工具补充该动词，或设 moving.rehearsal: none 并经批准",
    ),
    "external.one-way": (
        "{system}: nothing follows back, for {tool} says that it cannot",
        "{system}：工具 {tool} 声明不支持反向跟随，无法回退",
    ),
    "external.one-way.remedy": (
        "the target stays open; take back by hand what people need, from the source as it was left",
        "目标端保持开放；如需取回，请从离开时的源端人工处理",
    ),
    "external.not-following": (
        "{system}: the source does not follow the target, and nobody can count what a rollback would lose",
        "{system}：源端未跟随目标端，且无法统计回退会丢失多少",
    ),
    "external.not-following.remedy": (
        "mend what {tool} needs to follow back (`migrate status {system}`), then repeat the command",
        "请恢复 {tool} 的反向跟随（`migrate status {system}`）后重复该命令",
    ),
    "external.bad-name": ("{name} is no tool's name", "{name} 不是工具名称"),
    "external.bad-name.remedy": (
        "small letters, digits, - and _, as the file in move.d is called",
        "请使用小写字母、数字、- 和 _，与 move.d 中的文件同名",
    ),
    "external.bad-option": ("{option} is not NAME=TEXT", "{option} 不是 名称=文本"),
    "external.bad-option.remedy": ("as in --option source_port=6379", "例如 --option source_port=6379"),
    "external.secret-option": ("{option} is a secret by its name", "{option} 从名称看是机密"),
    "external.secret-option.remedy": (
        "put it into a file of the folder, private, and give the tool that name, as in password_file=redis.secret",
        "请写入目录内仅本人可读的文件，并把文件名交给工具，例如 password_file=redis.secret",
    ),
    "external.not-confirmed": (
        "the trial writes to {source} and {target}, fences them, and takes away what is there",
        "检验会写入 {source} 和 {target}，对其隔离，并清除其内容",
    ),
    "external.not-confirmed.remedy": ("--yes, where nobody needs either of them", "确认两侧数据均可丢弃后加 --yes"),
    "external.trial": (
        "{tool} sha256:{digest}: {kept} rules kept, {broken} broken, {unknown} not reached or not its",
        "{tool} sha256:{digest}：符合 {kept} 条，违反 {broken} 条，未到达或不适用 {unknown} 条",
    ),
    "external.rule.file": ("the file may be run", "文件可以运行"),
    "external.rule.describe": ("it says what it is, and has every verb", "说明自身，且动词齐全"),
    "external.rule.unknown-verb": ("a verb that it does not know is refused with 1", "未知动词以 1 拒绝"),
    "external.rule.preflight": ("it looks at both sides, and nothing forbids the move", "检查两侧且无阻断项"),
    "external.rule.prepare": ("both sides are made ready, twice", "准备两侧，可重复执行"),
    "external.rule.seed": ("the copy is begun, twice", "开始复制，可重复执行"),
    "external.rule.status": ("the target follows, and how far behind it is", "目标端已跟随并报告落后量"),
    "external.rule.no-fence-no-proof": ("without a fence it proves none", "未隔离时不声称已隔离"),
    "external.rule.freeze": ("the fence, twice; nothing is left running", "设置隔离，可重复执行，不留进程"),
    "external.rule.prove": ("a write is refused, and the side stands still", "写入被拒绝，位置不变"),
    "external.rule.last": (
        "the other side has arrived where the first stands, twice",
        "另一侧到达同一位置，可重复执行",
    ),
    "external.rule.decide-back": ("it decides to go back", "判定退回"),
    "external.rule.decide-once": ("who comes second gets the first one's answer", "后到者得到先到者的判定"),
    "external.rule.unfreeze": (
        "the fence goes, twice, each within four seconds",
        "解除隔离，可重复执行，每次不超过四秒",
    ),
    "external.rule.unfenced": ("then a write is let in again", "随后恢复写入"),
    "external.rule.settle-unused": ("an attempt that was taken back leaves nothing", "撤回的尝试不留痕迹"),
    "external.rule.freeze-again": ("the next attempt gets as far", "下一次尝试同样到达"),
    "external.rule.decide-together": ("of two who ask at once both get one answer", "同时询问的两方得到同一判定"),
    "external.rule.decide-open": ("it decides to open", "判定开放"),
    "external.rule.decide-for-ever": ("and says so for ever", "此后判定不变"),
    "external.rule.open": (
        "the other side opens, twice, each within four seconds",
        "开放另一侧，可重复执行，每次不超过四秒",
    ),
    "external.rule.fence-stays": ("the side that was left stays fenced", "离开的一侧保持隔离"),
    "external.rule.settle": ("it is settled, twice", "完成善后，可重复执行"),
    "external.rule.verify": ("both sides compare alike", "两侧比对一致"),
    "external.rule.follows-back": ("the source follows the target", "源端跟随目标端"),
    "external.rule.back": ("the way back, by the same verbs", "以同样动词回退"),
    "external.rule.rehearse": ("a rehearsal, taken away again", "演练并清除"),
    "external.rule.nothing-left": ("no process of it is left", "不留进程"),
    "external.rule.drop": ("what it made goes, twice", "清除所建内容，可重复执行"),
}
