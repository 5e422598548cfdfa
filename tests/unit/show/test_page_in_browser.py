"""The page in Chromium: no error, and what it promises works by mouse and by keyboard."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

TABLE = "regions-table-0"

PAPER = 703
"""Pixels of A4 between its margins."""


@pytest.fixture(scope="module")
def address(page_text: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "out.html"
    path.write_text(page_text, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser: Chrome, address: str) -> Iterator[Chrome]:
    """The page, opened anew at 1280 pixels; afterwards the console must be empty."""
    set_width(browser, 1280)
    set_dark(browser, dark=False)
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get(address)
    browser.execute_script("try { localStorage.clear(); } catch {}")
    browser.get(address)
    yield browser
    assert browser.get_log("browser") == []


def set_width(browser: Chrome, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def set_dark(browser: Chrome, *, dark: bool) -> None:
    feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def column(browser: Chrome, number: int) -> list[str]:
    script = (
        "return [...document.getElementById(arguments[0]).tBodies[0].rows].map(r => r.cells[arguments[1]].innerText)"
    )
    return browser.execute_script(script, TABLE, number)


def lightness(browser: Chrome, selector: str, which: str) -> float:
    """0 black, 255 white."""
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]].match(/\\d+/g).map(Number)"
    red, green, blue = browser.execute_script(script, selector, which)[:3]
    return (red + green + blue) / 3.0


def test_tables_sort(opened: Chrome):
    names = column(opened, 0)
    assert sorted(names) == ["conv_0", "matmul_1"]
    head = opened.find_elements(By.CSS_SELECTOR, f"#{TABLE} thead th")[0]
    head.find_element(By.TAG_NAME, "button").click()
    assert column(opened, 0) == ["conv_0", "matmul_1"]
    assert head.get_attribute("aria-sort") == "ascending"
    head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert column(opened, 0) == ["matmul_1", "conv_0"]
    # Numbers by their value: 'order' is the last column.
    *_, order = heads = opened.find_elements(By.CSS_SELECTOR, f"#{TABLE} thead th")
    order.find_element(By.TAG_NAME, "button").click()
    assert column(opened, len(heads) - 1) == ["1", "0"]
    assert head.get_attribute("aria-sort") is None


def test_lines_are_filtered(opened: Chrome):
    field = opened.find_element(By.CSS_SELECTOR, f"input[data-filters={TABLE}]")
    field.send_keys("MATMUL")
    rows = opened.find_elements(By.CSS_SELECTOR, f"#{TABLE} tbody tr")
    assert [row.is_displayed() for row in rows].count(True) == 1
    assert opened.find_element(By.CSS_SELECTOR, ".search output").text == "1 of 2"


def test_a_region_leads_to_its_ir(opened: Chrome):
    ir = opened.find_element(By.ID, "ir-r-0-0")
    assert not ir.is_displayed()
    opened.find_element(By.LINK_TEXT, "conv_0").click()
    assert ir.is_displayed()
    assert 'sched.region "conv_0"' in ir.text
    assert opened.switch_to.active_element == ir
    # And so does a link from elsewhere.
    opened.get(opened.current_url.partition("#")[0] + "#ir-r-0-1")
    assert opened.find_element(By.ID, "ir-r-0-1").is_displayed()


def test_marks_by_mouse(opened: Chrome):
    mark = opened.find_element(By.CSS_SELECTOR, "#plot-timeline [data-key=r-0-1]")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
    ActionChains(opened).move_to_element(mark).perform()
    tip = opened.find_element(By.ID, "tip")
    assert tip.text.startswith("matmul_1: matmul")
    lit = opened.execute_script("return [...document.querySelectorAll('.here')].map(e => e.dataset.key)")
    assert set(lit) == {"r-0-1"}
    assert len(lit) >= 3  # the time line, the roofline, the table
    mark.click()
    assert opened.switch_to.active_element.text == "matmul_1"


def test_marks_by_keyboard(opened: Chrome):
    plot = opened.find_element(By.CSS_SELECTOR, "#plot-timeline svg")
    opened.execute_script("arguments[0].focus()", plot)
    keys = ActionChains(opened)
    keys.send_keys(Keys.ARROW_RIGHT).perform()
    tip = opened.find_element(By.ID, "tip")
    assert tip.text.startswith("conv_0")
    keys.send_keys(Keys.ARROW_RIGHT).perform()
    assert tip.text.startswith("matmul_1")
    keys.send_keys(Keys.ENTER).perform()
    assert opened.switch_to.active_element.text == "matmul_1"
    assert not tip.is_displayed()


def test_dark_and_light(opened: Chrome):
    """As the system says, then as the button says; plots too."""
    assert lightness(opened, "body", "backgroundColor") > 200
    set_dark(opened, dark=True)
    assert lightness(opened, "body", "backgroundColor") < 60
    assert lightness(opened, "#plot-roofline text", "fill") > 150
    opened.find_element(By.ID, "theme").click()
    assert lightness(opened, "body", "backgroundColor") > 200
    assert lightness(opened, "#plot-roofline text", "fill") < 120
    opened.refresh()
    assert lightness(opened, "body", "backgroundColor") > 200
    opened.execute_script("localStorage.clear()")


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_sticks_out(opened: Chrome, width: int):
    set_width(opened, width)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width


def test_it_prints(opened: Chrome):
    """In the dark too the paper stays white: the text is black, the tools are gone, and tables fit A4."""
    set_dark(opened, dark=True)
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": [dark]})
    assert lightness(opened, "body", "color") < 60
    assert not opened.find_element(By.ID, "theme").is_displayed()
    set_width(opened, PAPER)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= PAPER
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_names_do_no_harm(browser: Chrome, nasty_page: str, tmp_path: Path):
    path = tmp_path / "nasty.html"
    path.write_text(nasty_page, encoding="utf-8")
    browser.get_log("browser")
    browser.get(path.as_uri())
    assert "<script>alert(1)</script>" in browser.find_element(By.TAG_NAME, "h1").text
    assert browser.get_log("browser") == []
