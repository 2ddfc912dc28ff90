"""The committed seeds are what the generator makes, labelled synthetic, in the formats of the field."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal

import pytest

from orchestrator.model.system import Room
from seeds._generate.draw import money, spread
from seeds._generate.programmes import files
from tests.unit.seeds.regions import REGIONS, SEEDS, question, read


@pytest.mark.parametrize("region", REGIONS)
def test_the_generator_reproduces_the_committed_files(region: str) -> None:
    made = files()[region]()
    kept = {path.name: path.read_bytes() for path in (SEEDS / region).iterdir() if path.name != "figures.yaml"}
    assert kept.keys() == made.keys()
    assert [name for name in made if made[name] != kept[name]] == []


@pytest.mark.parametrize("region", REGIONS)
def test_the_list_is_clean(region: str) -> None:
    assert read(region)[2] == ()


@pytest.mark.parametrize("region", REGIONS)
def test_every_row_is_labelled_synthetic(region: str) -> None:
    census = question(region).census
    sheets = [value for holder in (census, census.listing) for name in holder.__slots__
              if isinstance(value := getattr(holder, name), tuple)]  # fmt: skip
    rows = [row for sheet in sheets for row in sheet]
    assert rows
    assert {row.remarks for row in rows} == {"合成数据"}


def test_people_are_placeholders() -> None:
    for region in REGIONS:
        census = question(region).census
        names = {*(one.responsible for one in census.listing.systems), *(one.responsible for one in census.tasks)}
        assert all(name == "" or (name.startswith("责任人") and name[3:].isdecimal()) for name in names)


def test_laiwu_has_no_invented_systems() -> None:
    listing = question("laiwu").census.listing
    assert (listing.systems, listing.rooms, listing.classified_count) == ((), (), 0)


def test_classified_rows_are_counted_and_hold_nothing_else() -> None:
    assert question("shandong").census.listing.classified_count == 2
    assert question("weihai").census.classified_rooms == 2
    for path in (SEEDS / "weihai").glob("机房清单.csv"):
        hidden = [line for line in path.read_text("utf-8-sig").splitlines() if line.startswith("WH-X-")]
        assert [sorted(filter(None, line.split(","))) for line in hidden] == [
            ["WH-X-1", "合成数据", "涉密"],
            ["WH-X-2", "合成数据", "涉密"],
        ]


def test_the_formats_are_those_of_the_field() -> None:
    for path in (SEEDS / "shandong").glob("*.csv"):
        data = path.read_bytes()
        assert data.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in (SEEDS / "weihai").glob("*.csv"))
    (book,) = (SEEDS / "yantai").glob("*.xlsx")
    with zipfile.ZipFile(book) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2018, 3, 2, 0, 0, 0)}
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall(r'<mergeCell ref="[A-Z]+2:[A-Z]+[23]"', sheet)) > 20
    assert len(re.findall(r'<mergeCell ref="B\d+:B\d+"', sheet)) > 50


def test_yantai_rooms_are_not_all_alike() -> None:
    rooms: list[Room] = [room for room in question("yantai").census.listing.rooms if room.kind != "cloud-centre"]
    areas = [room.area_m2 for room in rooms if room.area_m2 is not None]
    assert (sum(areas), min(areas) >= 12, max(areas) <= 320) == (5386, True, True)
    assert len(set(areas)) > 40


def test_numbers_are_spread_to_the_last_cent() -> None:
    assert sum(spread("x", 578, 93, 1, 40)) == 578
    assert sum(map(Decimal, money("x", "9648.00", 26, 30, 1400))) == Decimal(9648)
    with pytest.raises(ValueError, match=r"^x$"):
        spread("x", 10, 3, 4, 9)
