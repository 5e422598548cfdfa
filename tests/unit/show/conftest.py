"""A small result that the tests of what is shown share, and a browser to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from fastc import api
from fastc.explain.records import Effect, Lever, Levers
from fastc.inspection import details_of
from fastc.results import FrontPoint, Result, SearchResult
from fastc.show.page import page
from fastc.show.records import Shown
from tests.documents import ROOT, blocks_of

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
)  # fmt: skip


NASTY = (
    "<script>alert(1)</script>\"'&amp; | `` [a](b) @c ~~d~~ $x^2_{ \x00\u202e\ud800 \N{PILE OF POO} 漢字 " + "long" * 50
)


def nasty(shown: Shown) -> Shown:
    """The same with names that somebody may have chosen with care."""
    model = shown.result.models[0]
    regions = tuple(replace(region, name=f"{NASTY}{index}") for index, region in enumerate(model.regions))
    hardware = replace(shown.result.hardware, name=NASTY)
    models = (replace(model, name=NASTY, regions=regions),)
    result = replace(shown.result, models=models, hardware=hardware, command=("fastc", NASTY), baseline=None)
    details = replace(shown.details[0], regions=(NASTY, NASTY))
    return Shown(result, (details,))


@pytest.fixture(scope="session")
def page_text(shown: Shown) -> str:
    """The page of the small result."""
    return page(shown)


@pytest.fixture(scope="session")
def nasty_shown(shown: Shown) -> Shown:
    """The same, its names ``NASTY``."""
    return nasty(shown)


@pytest.fixture(scope="session")
def nasty_page(nasty_shown: Shown) -> str:
    """The page of that."""
    return page(nasty_shown)


@pytest.fixture(scope="session")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model of docs/schedule.md, a convolution and a matrix product, and its machine."""
    folder = tmp_path_factory.mktemp("small")
    for block in blocks_of(ROOT / "docs" / "schedule.md"):
        if block.title in ("model.mlir", "small.mlir"):
            (folder / block.title).write_text(block.text)
    return folder


@pytest.fixture(scope="session")
def result(small_files: Path) -> Result:
    """That model on that machine."""
    return api.evaluate(api.load(small_files / "model.mlir"), small_files / "small.mlir")


@pytest.fixture(scope="session")
def shown(result: Result) -> Shown:
    """All that there is to show of it, with the records of a search and of levers written by hand."""
    other = replace(result.hardware, parameters={**result.hardware.parameters, "pe_x": 4})
    front = (
        FrontPoint({"perf": 10.0, "tdp": 8.0}, other, {"model": "default"}),
        FrontPoint({"perf": 5.0, "tdp": 2.0}, result.hardware, {"model": "default"}),
    )
    search = SearchResult(
        "gradient", 20.0, 5, 40, 8, 3.0, 2.5, ((1.0, 1, 1.0), (4.0, 3, 2.5)), front=front,
        relaxed_trajectory=((0.5, 20, 2.0), (1.0, 40, 3.0)),
    )  # fmt: skip
    gain = Lever("pe_x", "hardware", "twice the PEs", None, 2.0, 4.0, (Effect("objective", None, None, 0.1, 0.12),))
    loss = Lever("l2", "hardware", "an L2", None, 0.0, 1.0, (Effect("objective", None, None, None, -0.05),))
    levers = Levers("perf / tdp", (gain, loss), 1, 3, None)
    details = tuple(details_of(model.lowered) for model in result.models if model.lowered is not None)
    return Shown(replace(result, search=search, levers=levers), details)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The Chromium of the system; nothing is downloaded."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("there is no chromium with a chromedriver")
    options = Options()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()
