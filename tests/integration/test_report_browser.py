"""The HTML report in a real headless Chromium: drawn, drilled into, narrow and printed, with nothing asked from outside.

Needs Debian's chromium, chromium-driver and fonts-noto-cjk; without them the tests fail.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from orchestrator.cli.main import migrate
from orchestrator.reporting.report.page import PAGES

pytestmark = pytest.mark.integration

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
    for lang in ("zh", "en"):
        # The language of a process is chosen when it starts, so each report is made by a process of its own.
        out = tmp_path_factory.mktemp(lang)
        arguments = ["-C", str(SEEDS / "weihai"), "report", "--format", "html", "--out", str(out)]
        result = CliRunner().invoke(migrate, arguments)
        assert result.exit_code == 0, result.output
        (found[lang],) = out.iterdir()
    return found
