"""Who may import whom, and what the program must not load."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_walls_between_the_packages():
    done = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])")
    assert done.returncode == 0, done.stdout + done.stderr


LOADED = """
import sys
{code}
big = {{'jax', 'jaxlib', 'optax', 'xdsl', 'numpy', 'scipy', 'rich', 'lark'}}
heavy = big & {{name.partition('.')[0] for name in sys.modules}}
print('loaded', *sorted(heavy), file=sys.stderr)
"""


def loaded(code: str) -> set[str]:
    """Which of the big libraries ``code`` loads."""
    done = run("-c", LOADED.format(code=code))
    assert done.returncode == 0, done.stderr
    return set(done.stderr.strip().splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    "code",
    [
        "import fastc.cli",
        "import fastc",
        "from fastc.cli import main; main(['--version'])",
        "from fastc.cli import main; main(['completion', 'bash', '--', 'fastc opt a.mlir -p inline,'])",
    ],
)
def test_starting_loads_nothing_big(code: str):
    assert loaded(code) == set()


def test_passes_run_without_jax(small_model: Path):
    code = f"from fastc.cli import main; assert main(['opt', {str(small_model)!r}, '-p', 'canonicalize']) == 0"
    assert loaded(code) & {"jax", "optax", "rich", "lark", "scipy"} == set()


def test_evaluation_runs_without_jax(small_model: Path):
    code = f"from fastc.cli import main; assert main(['eval', {str(small_model)!r}, '--hw', 'fast-small']) == 0"
    assert loaded(code) & {"jax", "optax"} == set()


LEVEL = "TF_CPP_MIN_LOG_LEVEL"

LEVEL_AT_LOADING = """
import os, sys
class Watch:
    def find_spec(self, name, path, target=None):
        if name == 'jaxlib':
            print('level', os.environ.get('TF_CPP_MIN_LOG_LEVEL'), flush=True)
            os._exit(0)
sys.meta_path.insert(0, Watch())
from fastc.cli import main
main(['opt', sys.argv[1], '--search'])
"""


@pytest.mark.parametrize(("given", "found"), [({}, "level 3"), ({LEVEL: "0"}, "level 0")])
def test_a_search_silences_xla_before_it_is_loaded(given: dict[str, str], found: str, small_model: Path):
    rest = {name: value for name, value in os.environ.items() if name != LEVEL}
    command = [sys.executable, "-c", LEVEL_AT_LOADING, str(small_model)]
    done = subprocess.run(command, cwd=ROOT, env=rest | given, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [found], done.stderr
