"""Words of a system's callers: what becomes of an interface at the switch, and what its caller's side showed."""

TEXTS = {
    "caller.becomes.kept": (
        "interface {interface}: {caller} → {callee} keeps its address {listed}",
        "接口 {interface}：{caller} → {callee}，地址 {listed} 不变",
    ),
    "caller.becomes.re-pointed": (
        "interface {interface}: {caller} → {callee} at {listed} is re-pointed to {must} by {contact}",
        "接口 {interface}：{caller} → {callee}，地址 {listed} 须改为 {must}，由 {contact} 修改",
    ),
    "caller.becomes.unknown": (
        "interface {interface}: {caller} → {callee} at {listed}: unknown what becomes of it",
        "接口 {interface}：{caller} → {callee}，地址 {listed}，切换后去向不明",
    ),
    "caller.none-listed": (
        "the list names no interface of {system}: nobody knows who calls it",
        "清单中没有 {system} 的接口：无从得知谁在调用它",
    ),
    "caller.no-list": (
        "{system}: the migration list cannot be read, so nobody knows who calls it",
        "{system}：迁移清单无法读取，无从得知谁在调用它",
    ),
    "caller.no-list.remedy": ("correct it: migrate list check", "请更正清单：migrate list check"),
    "caller.no-address": (
        "interface {interface} ({caller} → {callee}) has no address in the list",
        "接口 {interface}（{caller} → {callee}）在清单中没有地址",
    ),
    "caller.no-address.remedy": (
        "write its address on the list's sheet of interfaces",
        "请在清单的“接口清单”表中填写接口地址",
    ),
    "caller.elsewhere": (
        "interface {interface} ({caller} → {callee}): {listed} is neither the route nor a side of the move, and nobody "
        "said what is called afterwards",
        "接口 {interface}（{caller} → {callee}）：{listed} 既不是路由也不是迁移的任一端，且未说明切换后的地址",
    ),
    "caller.elsewhere.remedy": (
        "write the new address on the list's sheet of interfaces; where it stays the same, the same one",
        "请在“接口清单”表中填写迁移后接口地址；如不变，填写原地址",
    ),
    "caller.nobody": (
        "the list names nobody who calls {system} or whom it calls: nobody has confirmed that this is so",
        "清单中没有 {system} 的调用方或被调用方：尚无人确认确实没有",
    ),
    "caller.nobody.remedy": (
        "ask whoever answers for it; if really nobody calls it: migrate callers {system} --confirm {interface} --note TEXT; "
        "else write them on the list's sheet of interfaces",
        "请向系统负责人核实；确实无人调用时执行：migrate callers {system} --confirm {interface} --note 说明；否则请填写“接口清单”表",
    ),
    "caller.unseen": (
        "interface {interface} ({caller} → {callee}): nobody has looked since the sides stand as they do",
        "接口 {interface}（{caller} → {callee}）：自两端切换以来尚未核查",
    ),
    "caller.unseen.remedy": ("run: migrate callers {system} --look", "请执行：migrate callers {system} --look"),
    "caller.not-ours": (
        "interface {interface} ({caller} → {callee}): the tool has no login on a machine of {caller}",
        "接口 {interface}（{caller} → {callee}）：本工具无法登录 {caller} 的主机",
    ),
    "caller.not-ours.remedy": (
        "{caller} cannot be looked at: ask {contact}, then: migrate callers {system} --confirm {interface}",
        "无法查看 {caller}：请向 {contact} 核实后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.right": (
        "interface {interface}: {host} of {caller} reaches {must}, and nothing leads to the closed side",
        "接口 {interface}：{caller} 的 {host} 可达 {must}，且没有连接通向已关闭的一端",
    ),
    "caller.held": (
        "interface {interface}: {host} of {caller} still calls {at}, which is closed",
        "接口 {interface}：{caller} 的 {host} 仍在调用已关闭的 {at}",
    ),
    "caller.held.remedy": (
        "have {contact} change it to {must}, and look again",
        "请 {contact} 改为 {must} 后重新核查",
    ),
    "caller.refused": (
        "interface {interface}: {host} of {caller} does not reach {must}: {said}",
        "接口 {interface}：{caller} 的 {host} 无法连接 {must}：{said}",
    ),
    "caller.refused.remedy": (
        "open the way from {host} to {must} (firewall, allowed addresses, certificate), and look again",
        "请开通 {host} 到 {must} 的访问（防火墙、白名单、证书）后重新核查",
    ),
    "caller.status": (
        "interface {interface}: {must} answers {host} of {caller} with HTTP {answer}",
        "接口 {interface}：{must} 对 {caller} 的 {host} 返回 HTTP {answer}",
    ),
    "caller.status.remedy": (
        "find out why {callee} does not answer there, and look again",
        "请查明 {callee} 为何不能正常应答后重新核查",
    ),
    "caller.no-answer": (
        "interface {interface}: {host} of {caller} connects to {must}, but it is unknown whether HTTP is answered: {said}",
        "接口 {interface}：{caller} 的 {host} 可连接 {must}，但 HTTP 是否应答未知：{said}",
    ),
    "caller.no-answer.remedy": (
        "install curl on {host}, or ask {contact}, then: migrate callers {system} --confirm {interface}",
        "请在 {host} 安装 curl，或向 {contact} 核实后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.unasked": (
        "interface {interface}: {host} of {caller} could not be asked: {said}",
        "接口 {interface}：无法查看 {caller} 的 {host}：{said}",
    ),
    "caller.unasked.remedy": (
        "let the tool log in to {host}, or ask {contact}, then: migrate callers {system} --confirm {interface}",
        "请开通 {host} 的登录，或向 {contact} 核实后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.asks": (
        "afterwards {url} is asked from {hosts}; where that cannot be, a person confirms",
        "切换后将从 {hosts} 核验 {url}；无法核验时由人工确认",
    ),
    "caller.proven": (
        "interface {interface}: {url} answers {host} of {caller} as it must",
        "接口 {interface}：{url} 对 {caller} 的 {host} 应答正确",
    ),
    "caller.unheard": (
        "interface {interface}: {url} could not be asked from {host} of {caller}: {said}",
        "接口 {interface}：无法从 {caller} 的 {host} 核验 {url}：{said}",
    ),
    "caller.unheard.remedy": (
        "let the tool log in to {host}, with curl there, or ask {contact}, then: migrate callers {system} --confirm "
        "{interface}",
        "请开通 {host} 的登录并安装 curl，或向 {contact} 核实后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.silent": (
        "interface {interface}: {url} gives {host} of {caller} no answer ({said})",
        "接口 {interface}：{url} 对 {caller} 的 {host} 无应答（{said}）",
    ),
    "caller.silent.remedy": (
        "open the way from {host} to {url} (firewall, allowed addresses, certificate), and look again",
        "请开通 {host} 到 {url} 的访问（防火墙、白名单、证书）后重新核查",
    ),
    "caller.answer": (
        "interface {interface}: {url} answers {host} of {caller} with HTTP {answer}, not {wanted}",
        "接口 {interface}：{url} 对 {caller} 的 {host} 返回 HTTP {answer}，应为 {wanted}",
    ),
    "caller.answer.remedy": (
        "have {contact} see to it that {caller} is known there from where it stands now, and look again",
        "请 {contact} 确认 {caller} 已按当前位置登记后重新核查",
    ),
    "caller.text": (
        "interface {interface}: what {url} answers {host} of {caller} does not hold “{wanted}”",
        "接口 {interface}：{url} 对 {caller} 的 {host} 的应答中没有“{wanted}”",
    ),
    "caller.text.remedy": (
        "have {contact} see to it that {caller} is known there from where it stands now, and look again",
        "请 {contact} 确认 {caller} 已按当前位置登记后重新核查",
    ),
    "caller.long": (
        "interface {interface}: of what {url} answers {host} of {caller} only the beginning was read, and “{wanted}” is not in it",
        "接口 {interface}：{url} 对 {caller} 的 {host} 的应答过长，只读取了开头，其中没有“{wanted}”",
    ),
    "caller.long.remedy": (
        "name an address with a short answer, or ask {contact}, then: migrate callers {system} --confirm {interface}",
        "请改用应答较短的核验地址，或向 {contact} 核实后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.unread": (
        "interface {interface}: {host} of {caller} reaches {must}, but its connections cannot be read",
        "接口 {interface}：{caller} 的 {host} 可达 {must}，但无法读取其现有连接",
    ),
    "caller.unread.remedy": (
        "ask {contact} whether anything there still calls the closed side, then: migrate callers {system} --confirm "
        "{interface}",
        "请向 {contact} 核实是否仍有调用已关闭的一端，然后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.seen": ("seen {at}", "核查时间 {at}"),
    "caller.said": ("confirmed by {by} at {at}: {note}", "{by} 于 {at} 确认：{note}"),
    "caller.none": ("{system} has no interface {interface}", "{system} 没有接口 {interface}"),
    "caller.none.remedy": ("name one of: migrate callers {system}", "请使用其中之一：migrate callers {system}"),
    "caller.seen-wrong": (
        "interface {interface} of {system} was seen to be wrong ({cause}); nobody's word stands against that",
        "{system} 的接口 {interface} 核查结果有误（{cause}），不能以人工确认代替",
    ),
    "caller.seen-wrong.remedy": (
        "put it right, then: migrate callers {system} --look",
        "请先纠正，再执行：migrate callers {system} --look",
    ),
    "caller.heading": ("Interfaces", "接口"),
    "caller.about": (
        "What each caller has to call once the sides have changed. Afterwards each is checked from its caller's side, by "
        "the tool or by a person; the source stays until all are.",
        "切换后各调用方应使用的地址。切换后逐一从调用方核查（由工具或人工），全部完成前源端不得下线。",
    ),
    "caller.column.interface": ("interface", "接口编号"),
    "caller.column.caller": ("caller", "调用方"),
    "caller.column.callee": ("called", "被调用方"),
    "caller.column.listed": ("address today", "现地址"),
    "caller.column.becomes": ("becomes", "切换后"),
    "caller.column.must": ("address afterwards", "切换后地址"),
    "caller.column.contact": ("changed by", "修改人"),
    "caller.column.checked": ("checked by", "核查方式"),
    "caller.word.kept": ("kept", "不变"),
    "caller.word.re-pointed": ("re-pointed", "须改指"),
    "caller.word.registered": ("registered anew", "重新登记"),
    "caller.word.unknown": ("unknown", "不明"),
    "caller.checked.tool": ("the tool", "工具"),
    "caller.checked.person": ("a person", "人工"),
    "caller.platform.identity": ("the unified identity service", "统一身份认证"),
    "caller.register-identity": (
        "{caller} is to be registered anew with the unified identity service: nobody has confirmed it of the side that is open",
        "{caller} 须在统一身份认证重新登记：尚无人就当前开放的一端确认",
    ),
    "caller.register-identity.remedy": (
        "once {contact} has seen a login or an exchange go through: migrate callers {system} --confirm {interface}",
        "由 {contact} 核实登录或交换可用后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.platform.exchange": ("the exchange platform", "数据共享交换平台"),
    "caller.register-exchange": (
        "{caller} is to be registered anew with the exchange platform: nobody has confirmed it of the side that is open",
        "{caller} 须在数据共享交换平台重新登记：尚无人就当前开放的一端确认",
    ),
    "caller.register-exchange.remedy": (
        "once {contact} has seen a login or an exchange go through: migrate callers {system} --confirm {interface}",
        "由 {contact} 核实登录或交换可用后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.platform.portal": ("the service portal", "政务服务门户"),
    "caller.register-portal": (
        "{caller} is to be registered anew with the service portal: nobody has confirmed it of the side that is open",
        "{caller} 须在政务服务门户重新登记：尚无人就当前开放的一端确认",
    ),
    "caller.register-portal.remedy": (
        "once {contact} has seen a login or an exchange go through: migrate callers {system} --confirm {interface}",
        "由 {contact} 核实登录或交换可用后执行：migrate callers {system} --confirm {interface}",
    ),
    "caller.left": (
        "interfaces that {system} still waits for: {interfaces}",
        "{system} 尚待处理的接口：{interfaces}",
    ),
}
