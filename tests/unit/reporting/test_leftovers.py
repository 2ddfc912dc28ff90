"""What `migrate gc` says to people, in both languages."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from orchestrator.checks.leftovers import Leftover
from orchestrator.model.plan import Kind
from orchestrator.model.result import Observed
from orchestrator.reporting.leftovers import Fate, LeftoversView
from orchestrator.reporting.texts import Lang, Say


def leftover(kind: Kind, name: str) -> Leftover:
    found = Observed(kind=kind, id=f"id-{name}", name=name, cloud="pub", system="gone", key="k", status="ACTIVE")
    return Leftover(found=found, reason="gc.system-gone")


def shown(view: LeftoversView, lang: Lang) -> str:
    console = Console(file=StringIO(), width=200, no_color=True)
    for line in view.lines(Say(lang)):
        console.print(line)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("to be deleted", "not on the migration list", "--yes")), ("zh", ("将删除", "不在迁移清单中", "--yes"))],
)
def test_a_dry_run_says_what_is_left_and_how_to_delete_it(lang: Lang, words: tuple[str, ...]) -> None:
    text = shown(LeftoversView(leftovers=(leftover(Kind.SERVER, "web1"),), clouds=("pub",)), lang)
    assert all(word in text for word in ("web1", "pub", *words))
    assert "{" not in text


def test_what_was_spared_and_what_is_unknown_is_said() -> None:
    view = LeftoversView(
        leftovers=(leftover(Kind.VOLUME, "data"), leftover(Kind.PORT, "p1")),
        clouds=("pub",),
        silent=("adm",),
        dry_run=False,
        fates={("pub", "id-data"): Fate.SPARED, ("pub", "id-p1"): Fate.DELETED},
    )
    text = shown(view, "en")
    assert "1 deleted, 1 kept, 0 not deleted" in text
    assert "Nothing is known of: adm" in text
    assert "--data" in text


def test_nothing_left_is_one_line() -> None:
    assert shown(LeftoversView(leftovers=(), clouds=("pub",)), "en").count("\n") == 1
