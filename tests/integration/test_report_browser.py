"""The HTML report in a real headless Chromium: drawn, drilled into, narrow, printed; nothing is asked from outside.

Needs Debian's chromium, chromium-driver and fonts-noto-cjk; without them the tests fail.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from orchestrator.reporting.report.page import PAGES

pytestmark = pytest.mark.integration

LANGUAGES = ("zh", "en")
COMMAND = "from orchestrator.cli.main import main; main()"
SEEDS = Path(__file__).parents[2] / "seeds"
CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    for program in (CHROMIUM, DRIVER):
        assert program.exists(), f"{program} is missing: apt-get install chromium chromium-driver fonts-noto-cjk"
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return Weihai's report in both languages: it has rates, exclusions, closed rooms and a ledger."""
    found = {}
    for lang in LANGUAGES:
        out = tmp_path_factory.mktemp(lang)
        arguments = ("-C", str(SEEDS / "weihai"), "--lang", lang, "report", "--format", "html", "--out", str(out))
        # A process chooses its language when it starts.
        subprocess.run([sys.executable, "-c", COMMAND, *arguments], check=True, capture_output=True)
        (found[lang],) = out.iterdir()
    return found


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest, browser: webdriver.Chrome, pages: dict[str, Path]) -> Iterator[Any]:
    """Open the report; afterwards nothing may have been complained of, nor asked from outside."""
    logs(browser)
    resize(browser, 1280)
    browser.get(pages[request.param].as_uri())
    yield browser
    console, asked = logs(browser)
    assert console == []
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def logs(browser: webdriver.Chrome) -> tuple[list[str], list[str]]:
    """Return and forget what the console says and which addresses were asked."""
    console = [entry["message"] for entry in _log(browser, "browser")]
    events = [json.loads(entry["message"])["message"] for entry in _log(browser, "performance")]
    asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
    return console, asked


def _log(browser: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = browser.get_log(kind)  # type: ignore[no-untyped-call]  # Selenium leaves it so
    return entries


def resize(browser: webdriver.Chrome, width: int) -> None:
    told = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)


def show(browser: webdriver.Chrome, name: str) -> WebElement:
    browser.find_element(By.ID, f"tab-{name}").click()
    return browser.find_element(By.ID, f"page-{name}")


def is_drawn(chart: WebElement) -> bool:
    """Tell whether a chart has shapes and words: an empty one has neither axes nor bars."""
    return len(chart.find_elements(By.CSS_SELECTOR, "svg path, svg text")) > 8


def test_every_chart_is_drawn_when_its_page_is_shown(page: webdriver.Chrome) -> None:
    kinds = set()
    for name in PAGES:
        for chart in show(page, name).find_elements(By.CSS_SELECTOR, ".chart"):
            WebDriverWait(chart, 10).until(is_drawn)
            assert chart.size["height"] > 100
            kinds.add(chart.get_attribute("data-chart"))
    assert kinds == {"progress", "bars", "tasks", "rooms"}


def test_a_rate_opens_to_the_rows_behind_it(page: webdriver.Chrome) -> None:
    shown = show(page, "ratios")
    rate = shown.find_element(By.CSS_SELECTOR, '[data-rows="ratio:rooms:room"]')
    assert "94.0%" in rate.find_element(By.TAG_NAME, "summary").text
    assert rate.find_elements(By.CSS_SELECTOR, ".drill tr") == []
    rate.find_element(By.TAG_NAME, "summary").click()
    missing, counted, *_ = WebDriverWait(page, 5).until(lambda _: rate.find_elements(By.CSS_SELECTOR, ".drill tbody"))
    ids = [line.text for line in missing.find_elements(By.CSS_SELECTOR, "th")]
    assert len(ids) == 3
    assert all(id_.startswith("WH-R-") for id_ in ids)
    assert len(counted.find_elements(By.CSS_SELECTOR, "tr")) == 47
    rate.find_element(By.CSS_SELECTOR, "input").send_keys(ids[1])
    left = [line.text for line in rate.find_elements(By.CSS_SELECTOR, ".drill tbody th") if line.is_displayed()]
    assert left == [ids[1]]


def test_it_is_worked_with_the_keyboard_alone(page: webdriver.Chrome) -> None:
    first = page.find_element(By.ID, "tab-leader")
    first.send_keys(Keys.ARROW_RIGHT)
    assert page.switch_to.active_element.get_attribute("id") == "tab-wall"
    assert page.find_element(By.ID, "page-wall").is_displayed()
    assert not page.find_element(By.ID, "page-leader").is_displayed()
    page.switch_to.active_element.send_keys(Keys.END)
    assert page.switch_to.active_element.get_attribute("id") == "tab-centre"
    page.switch_to.active_element.send_keys(Keys.HOME)
    problem = page.find_element(By.CSS_SELECTOR, ".problems summary")
    problem.send_keys(Keys.ENTER)
    WebDriverWait(page, 5).until(lambda _: page.find_elements(By.CSS_SELECTOR, ".problems .drill tbody tr"))


def test_the_ledger_is_filtered_by_light(page: webdriver.Chrome) -> None:
    shown = show(page, "ledger")
    lines = shown.find_elements(By.CSS_SELECTOR, "tr[data-light]")
    assert len(lines) == 30
    shown.find_element(By.CSS_SELECTOR, '[data-light="red"]').click()
    assert {line.get_attribute("data-light") for line in lines if line.is_displayed()} <= {"red"}
    shown.find_element(By.CSS_SELECTOR, '[data-light="all"]').click()
    assert all(line.is_displayed() for line in lines)


@pytest.mark.parametrize("width", [360, 390])
def test_a_narrow_screen_never_scrolls_sideways(page: webdriver.Chrome, width: int) -> None:
    resize(page, width)
    for name in PAGES:
        shown = show(page, name)
        for summary in shown.find_elements(By.CSS_SELECTOR, "details.ratio > summary")[:2]:
            summary.click()
        assert page.execute_script("return document.documentElement.scrollWidth") <= width, name


def test_the_wall_chart_is_printed_on_a3(page: webdriver.Chrome) -> None:
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    sheets = page_sizes(b64decode(printed["data"]))
    a4, a3 = (595, 842), (1191, 842)
    assert set(sheets) == {a4, a3}
    # The leader's page is one page, and the wall chart follows.
    assert sheets[:2] == [a4, a3]


def test_the_rules_of_the_lights_stand_on_the_sheet_of_the_first_chart(page: webdriver.Chrome) -> None:
    show(page, "wall")
    sheets = page.find_elements(By.CSS_SELECTOR, "figure.sheet")
    others = [name for name in PAGES if name not in {"wall", "leader"}]
    # With the other pages gone, there are as many sheets of A3 as charts: none for the legend alone.
    page.execute_script("arguments[0].forEach(n => document.getElementById('page-' + n).remove())", others)
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    assert page_sizes(b64decode(printed["data"])).count((1191, 842)) == len(sheets) > 0


@pytest.mark.parametrize("name", ["割接方案-首批.html", "cutover-batch-1.html"])
def test_the_cutover_plan_of_26_units_is_not_longer_than_people_read(browser: webdriver.Chrome, name: str) -> None:
    """Print Yantai's committed example, which `test_examples` keeps true: 271 systems, 23 nights, 26 units."""
    resize(browser, 390)
    browser.get((SEEDS.parent / "docs" / "examples" / "yantai" / name).as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    assert len(page_sizes(b64decode(printed["data"]))) <= 25


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return each page's width and height in points."""
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]
