"""``fastc doctor``: it finds what is there, says how to get what is not, and never fails."""

from __future__ import annotations

import json
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import fastc as library
from fastc import diagnosis
from tests.conftest import ROOT, Fastc

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """JAX is not asked."""
    monkeypatch.setattr(diagnosis, "_devices", lambda: (("cpu 0: cpu",), None))


def program(place: Path, text: str) -> str:
    path = place / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_everything_that_is_needed_is_named(fastc: Fastc):
    run = fastc("doctor", "--json")
    assert (run.code, run.err) == (0, "")
    found = json.loads(run.out)
    assert found["fastc"] == library.__version__
    versions = {entry["name"]: entry["version"] for entry in found["libraries"]}
    assert set(versions) == {line.partition(">=")[0] for line in PROJECT["dependencies"]}
    assert versions["numpy"] == metadata.version("numpy")
    assert any(device.startswith("cpu 0") for device in found["devices"]) or found["devices"]
    assert found["trouble"] is None
    assert set(diagnosis.PURPOSES) == set(PROJECT["optional-dependencies"])


def test_what_is_missing_has_a_remedy(fastc: Fastc, monkeypatch: pytest.MonkeyPatch, quick: None):
    real = metadata.version

    def version(name: str) -> str:
        if name in ("distributed", "textual", "scipy"):
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    run = fastc("doctor")
    assert run.code == 0
    assert "pip install 'fastc-compiler[dask]'" in run.out
    assert "pip install 'fastc-compiler[gui]'" in run.out
    assert "scipy     MISSING: pip install --upgrade fastc-compiler" in run.out
    assert all(len(line) <= 100 for line in run.out.splitlines()[2:])


def test_without_metadata(fastc: Fastc, monkeypatch: pytest.MonkeyPatch, quick: None):
    monkeypatch.setattr(diagnosis, "DISTRIBUTION", "nobody-has-this")
    run = fastc("doctor")
    assert run.code == 0
    assert "is not installed, so what it needs is unknown" in run.out


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("echo 'RuntimeError: no device' >&2; exit 1", "JAX cannot be used: RuntimeError: no device"),
        ("kill -9 $$", "JAX cannot be used: it gave no reason"),
        ("exec sleep 60", "JAX did not answer within 0.2 s; JAX_PLATFORMS=cpu makes it use the processor"),
    ],
)
def test_jax_that_fails(fastc: Fastc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, trouble: str):
    monkeypatch.setattr(sys, "executable", program(tmp_path, text))
    monkeypatch.setattr(diagnosis, "PATIENCE_S", 0.2 if "sleep" in text else 20.0)
    run = fastc("doctor")
    assert run.code == 0
    assert f"  none: {trouble}\n" in run.out
