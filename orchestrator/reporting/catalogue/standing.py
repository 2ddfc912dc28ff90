"""Words of where systems stand: by their rows, or by what the tool did to them."""

TEXTS = {
    "standing.by-life": (
        "status by what the tool did, not by the list: {systems}",
        "以下系统的状态取自实际迁移记录，而非清单：{systems}",
    ),
    "standing.contradiction": (
        "{system}: the list says {said}, but its data is {phase}; the latter counts, mend 状态 of its row",
        "{system}：清单写明 {said}，而数据{phase}；以后者为准，请更正该行的“状态”",
    ),
}
