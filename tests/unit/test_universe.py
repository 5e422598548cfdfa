"""Passes of other packages, found through the entry point ``xdsl.universe``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fastc import universe
from tests.conftest import Fastc

PLUGIN = """\
from dataclasses import dataclass

import no_such_module  # BROKEN
from xdsl.passes import ModulePass
from xdsl.universe import Universe


@dataclass(frozen=True)
class {kind}(ModulePass):
    \"\"\"Renames the module.\"\"\"

    name = "{name}"
    to: str = "renamed"
    \"\"\"The new name.\"\"\"

    def apply(self, ctx, op):
        from xdsl.dialects.builtin import StringAttr

        op.sym_name = StringAttr(self.to)


UNIVERSE = Universe(all_passes={{"{name}": lambda: {kind}}})
"""


Install = Callable[[str, str], None]
"""Puts a package of that name with that source where Python finds it, as an installer would."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Packages that are forgotten after the test."""
    monkeypatch.syspath_prepend(tmp_path)
    universe.plugins.cache_clear()

    def put(package: str, source: str) -> None:
        (tmp_path / f"{package}.py").write_text(source)
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[xdsl.universe]\n{package} = {package}:UNIVERSE\n")
        importlib.invalidate_caches()

    yield put
    universe.plugins.cache_clear()
    for name in ("plugin_one", "plugin_two"):
        sys.modules.pop(name, None)


def source(name: str = "rename-module", kind: str = "RenameModulePass", *, broken: bool = False) -> str:
    text = PLUGIN.format(name=name, kind=kind)
    return text if broken else "\n".join(line for line in text.splitlines() if "BROKEN" not in line)


def test_a_plugin_pass_runs_and_is_listed(install: Install, fastc: Fastc, small_model: Path):
    install("plugin_one", source())
    listed = fastc("passes").out
    assert "rename-module (of the plug-in plugin_one)\n  Renames the module.\n  to = str (default: renamed)\n" in listed
    run = fastc("opt", small_model, "-p", "rename-module{to=other},dce")
    assert run.out.startswith("builtin.module @other {"), run.err


def test_a_broken_plugin_is_left_out_with_a_warning(install: Install, fastc: Fastc, small_model: Path):
    install("plugin_one", source(broken=True))
    run = fastc("opt", small_model, "-p", "dce")
    assert run.code == 0
    assert "the plug-in 'plugin_one' (plugin_one:UNIVERSE) is left out: it cannot be loaded: No module named" in run.err


@pytest.mark.parametrize("name", ["inline", "cse", "stablehlo"])
def test_a_name_that_is_taken_stays_with_its_owner(install: Install, fastc: Fastc, name: str):
    install("plugin_one", source(name))
    run = fastc("passes")
    assert "of the plug-in" not in run.out
    assert f"is left out: there is another '{name}'" in run.err


def test_the_second_of_two_plugins_with_one_name_is_left_out(install: Install, fastc: Fastc):
    install("plugin_one", source())
    install("plugin_two", source())
    run = fastc("passes")
    assert run.out.count("rename-module") == 1
    assert "the plug-in 'plugin_two' (plugin_two:UNIVERSE) is left out" in run.err


def test_what_is_no_universe_is_left_out(install: Install, fastc: Fastc):
    install("plugin_one", "UNIVERSE = 3\n")
    assert "it is no xdsl.universe.Universe but a int" in fastc("passes").err
