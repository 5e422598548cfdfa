"""The terminal UI of xDSL on a model, with our dialects and passes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fastc.errors import InputError
from fastc.gui import make_app
from fastc.pipelines import known_passes
from tests.conftest import Fastc

if TYPE_CHECKING:
    from xdsl.interactive.app import InputApp


def shown(app: InputApp, act: Callable[[], object] | None = None) -> str:
    """The module that the UI shows, after ``act`` if there is one."""

    async def session() -> str:
        async with app.run_test(size=(200, 60)) as pilot:
            await pilot.pause()
            if act is not None:
                act()
                await pilot.pause()
            return app.output_text_area.text

    return asyncio.run(session())


def test_it_shows_what_the_chosen_passes_make(small_model: Path):
    text = shown(make_app(str(small_model), "inline,form-regions", "tpu-v3"))
    assert "arch.accelerator @tpu_v3" in text
    assert "region.fused" in text


def test_it_offers_our_passes(small_model: Path):
    app = make_app(str(small_model))
    names: list[str] = []
    shown(app, lambda: names.extend(str(node.label) for node in app.passes_tree.root.children))
    assert names == list(known_passes())


def test_a_pass_that_is_chosen_runs(small_model: Path):
    app = make_app(str(small_model))

    def choose() -> None:
        app.pass_pipeline = make_app(str(small_model), "dce").pre_loaded_pass_pipeline

    before, after = shown(make_app(str(small_model))), shown(app, choose)
    assert "stablehlo.multiply" in before
    assert "stablehlo.multiply" not in after
    assert app.get_query_string() == f"xdsl-opt {small_model} -p 'dce'"


def test_condensed_it_offers_what_can_be_done(small_model: Path):
    """The choices are those that each pass lists for this module, options included."""
    app = make_app(str(small_model), "", "tpu-v3")
    names: list[str] = []

    async def session() -> None:
        async with app.run_test(size=(200, 60)) as pilot:
            await pilot.pause()
            await pilot.click("#condense_button")
            await pilot.pause()
            names.extend(str(node.label) for node in app.passes_tree.root.children)

    asyncio.run(session())
    assert any(name.startswith("form-regions") for name in names)
    assert not any(name.startswith("inline") for name in names), "there is no call"


def test_without_textual_it_says_what_to_install(small_model: Path, fastc: Fastc, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "textual", None)
    for name in [name for name in sys.modules if name.startswith("xdsl.interactive.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(InputError, match=r"pip install 'fastc-compiler\[gui\]'"):
        make_app(str(small_model))
    run = fastc("gui", small_model)
    assert (run.code, run.out) == (2, "")


def test_it_needs_a_terminal(small_model: Path, fastc: Fastc):
    run = fastc("gui", small_model)
    assert run.code == 2
    assert "needs a terminal" in run.err
