"""Words of approvals."""

TEXTS = {
    "approve.needs": ("an approval needs --digest and --key", "批准需要 --digest 和 --key"),
    "approve.bad-digest": ("not the SHA-256 of a plan: {digest}", "不是方案的 SHA-256：{digest}"),
    "approve.bad-digest.remedy": (
        "copy all 64 digits that `migrate cutover SYSTEM --dry-run` prints",
        "请完整复制 `migrate cutover SYSTEM --dry-run` 给出的 64 位摘要",
    ),
    "approve.none": ("no approvals", "没有批准"),
    "approve.line": (
        "{system}  {act}  sha256:{digest}  by {by} until {expires}",
        "{system}  {act}  sha256:{digest}  批准人 {by}，有效至 {expires}",
    ),
    "approve.faulty": ("{file} counts for nothing: {fault}", "{file} 无效：{fault}"),
}
