"""Nothing in the documents is unrun: every command and every program, or a reason beside it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.documents import ROOT, Block, blocks_of, follow

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

ELSEWHERE = {
    "schedule.md": "tests/conformance/test_schedule_doc.py",
    "tools.md": "tests/conformance/test_tools.py",
    "tutorial-pass.md": "tests/conformance/test_tutorial.py",
}
"""Pages that a test of their own follows, for it looks at more."""

SMALL = {"README.md", "how-it-works.md", "tutorial-machine.md", "tutorial-search.md"}
"""Pages whose examples are replaced by a model of two layers, for they compile them many times."""

SHOWN = {"mlir", "text", "json", "toml"}
"""Languages of blocks that are only looked at."""

COMMAND = re.compile(r"^\s*(?:\$ )?(?:fastc|make|pip|python3?|xdsl-opt|lit|git|dask|sed) \S", re.MULTILINE)


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _has_something_to_run(page: Path) -> bool:
    return any(block.language in ("console", "python") and not block.title for block in blocks_of(page))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_block_says_what_it_is(page: Path) -> None:
    fences = re.findall(r"^```\w", page.read_text(), re.MULTILINE)
    assert len(blocks_of(page)) == len(fences), "a block without a language, or one that is not closed"
    for block in blocks_of(page):
        if block.language in ("console", "python"):
            continue
        assert block.language in SHOWN or block.title, f"a block of '{block.language}': is it console, python or text?"
        assert not COMMAND.search(block.text) or block.title, f"a command that nothing runs: {block.text}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_console_block_has_commands(page: Path) -> None:
    for block in blocks_of(page):
        if block.language == "console":
            assert block.text.startswith("$ "), f"no command: {block.text}"
            assert block.marker != "run with" or "--" in block.value
            assert block.marker != "not run" or len(block.value.split()) >= 3, "say why it is not run"


def test_links_lead_somewhere() -> None:
    """Those that a reader of the repository follows; `make docs` checks those of the site, anchors too."""
    for page in PAGES:
        text = re.sub(r"^```.*?^```$|`[^`]*`", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
            assert (page.parent / target).exists(), f"{_name(page)} links to {target}"


def test_pages_that_are_followed_elsewhere_are() -> None:
    for name, test in ELSEWHERE.items():
        assert f'"{name}"' in (ROOT / test).read_text()


FOLLOWED = [page for page in PAGES if page.name not in ELSEWHERE and _has_something_to_run(page)]


@pytest.mark.slow
@pytest.mark.parametrize("page", FOLLOWED, ids=_name)
def test_every_command_and_program(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if page.name in SMALL:
        (tmp_path / "examples").mkdir()
        for model in (ROOT / "examples").glob("*.mlir"):
            (tmp_path / "examples" / model.name).write_text(MODEL)
    else:
        (tmp_path / "examples").symlink_to(ROOT / "examples")
    _files(tmp_path)
    done = follow(page, tmp_path, in_process=True)
    assert done or all(block.is_skipped or block.title for block in blocks_of(page) if _can_run(block))


def _can_run(block: Block) -> bool:
    return block.language in ("console", "python")


def _files(folder: Path) -> None:
    """What pages speak of without showing it."""
    (folder / "model.mlir").write_text(MODEL)
    (folder / "model.hlo.txt").write_text(HLO)
    (folder / "package").mkdir()
    (folder / "package" / "module.py").write_text("def function(x):\n    return x + 1\n")
    # Of the shipped measurements those that take no time to compare with.
    (folder / "measurements").mkdir()
    shutil.copy(ROOT / "fastc" / "validation" / "data" / "timeloop_cases.json", folder / "measurements")


MODEL = """\
func.func public @main(%w: tensor<64x256xbf16>, %v: tensor<256x32xbf16>, %x: tensor<1x64xbf16>) -> tensor<1x32xbf16> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
      : (tensor<1x64xbf16>, tensor<64x256xbf16>) -> tensor<1x256xbf16>
  %1 = stablehlo.tanh %0 : tensor<1x256xbf16>
  %2 = stablehlo.dot_general %1, %v, contracting_dims = [1] x [0]
      : (tensor<1x256xbf16>, tensor<256x32xbf16>) -> tensor<1x32xbf16>
  return %2 : tensor<1x32xbf16>
}
"""

HLO = """\
HloModule small, entry_computation_layout={(f32[8,64]{1,0}, f32[64,16]{1,0})->f32[8,16]{1,0}}

ENTRY %main.4 (x.1: f32[8,64], w.2: f32[64,16]) -> f32[8,16] {
  %x.1 = f32[8,64]{1,0} parameter(0)
  %w.2 = f32[64,16]{1,0} parameter(1)
  ROOT %dot.3 = f32[8,16]{1,0} dot(%x.1, %w.2), lhs_contracting_dims={1}, rhs_contracting_dims={0}
}
"""
