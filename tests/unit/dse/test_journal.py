"""The journal: durable, exact, and strict about what it goes on from."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fastc.dse import Journal, Options, SearchResult, search
from fastc.errors import InputError
from tests.unit.dse.dse_cases import SMALL_SPACE, problem

IDENTITY: dict[str, Any] = {"fastc": "1", "space": {"pe_x": [1.0, 2.0]}, "models": [{"name": "case"}], "seed": 4}

TRIALS = 20


def _search(path: Path, trials: int = TRIALS, identity: dict[str, Any] = IDENTITY) -> SearchResult:
    case = problem(SMALL_SPACE)
    journal = Journal(path, case, identity, {"trials": trials})
    return search(case, Options(seed=4, trials=trials), "random", journal=journal)


def _told(result: SearchResult) -> tuple[object, ...]:
    """All of a result but its times."""
    return result.best.point, result.best.value, result.exact_evaluations, [t[1:] for t in result.trajectory]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, tuple[object, ...]]:
    """The file and the result of a search that nobody killed."""
    path = tmp_path_factory.mktemp("journal") / "whole.jsonl"
    result = _search(path)
    return path.read_bytes(), _told(result)


def test_lines_are_a_header_and_every_evaluation(undisturbed: tuple[bytes, tuple[object, ...]]) -> None:
    header, *lines = [json.loads(line) for line in undisturbed[0].splitlines()]
    assert header == {"journal": "fastc search", "schema": 1, **IDENTITY, "trials": TRIALS}
    assert len(lines) == TRIALS
    assert list(lines[0]["machine"]) == [parameter.name for parameter in SMALL_SPACE.parameters]
    assert lines[0]["flags"] == ["default"]
    (model,) = lines[0]["models"]
    assert list(model) == ["name", "batch", "latency_s", "energy_j"]
    best = max(line["value"] for line in lines)
    assert best == undisturbed[1][1]


def test_a_line_is_written_and_synced_before_it_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each report of n evaluations the file has n lines, and each line was followed by an fsync."""
    path = tmp_path / "j.jsonl"
    synced: list[int] = []
    original = os.fsync

    def fsync(descriptor: int) -> None:
        original(descriptor)
        synced.append(path.stat().st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    seen: list[int] = []

    def look(progress: object) -> None:
        evaluations = progress.evaluations  # pyright: ignore[reportAttributeAccessIssue]
        assert path.read_bytes().count(b"\n") == evaluations + 1
        assert synced[-1] == path.stat().st_size
        seen.append(evaluations)

    case = problem(SMALL_SPACE)
    search(case, Options(trials=5, on_progress=look), "random", journal=Journal(path, case, IDENTITY))
    assert seen == [1, 2, 3, 4, 5]


def test_cut_anywhere_it_goes_on_to_the_same_end(
    undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a kill left of the file (nothing, part of the header, whole lines, part of a line), the search ends with
    the same result and the very same file; only what is part of a line is worth a warning."""
    whole, told = undisturbed
    ends = [index + 1 for index, byte in enumerate(whole) if byte == 10]
    path = tmp_path / "j.jsonl"
    for cut in (
        0,
        1,
        ends[0] - 1,
        ends[0],
        ends[0] + 1,
        ends[5] - 1,
        ends[5],
        ends[12] + 40,
        len(whole) - 1,
        len(whole),
    ):
        path.write_bytes(whole[:cut])
        caplog.clear()
        with caplog.at_level(logging.WARNING, "fastc"):
            assert _told(_search(path)) == told
        assert path.read_bytes() == whole
        torn = cut > ends[0] and cut not in ends
        assert [record.getMessage() for record in caplog.records] == (
            [f"journal {path}: its last line was cut off after {cut - max(e for e in ends if e <= cut)} bytes; dropped"]
            if torn
            else []
        )


def test_what_it_holds_is_not_computed_again(
    undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(undisturbed[0])

    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("fastc.dse.exact.outcomes_of", refuse)
    assert _told(_search(path)) == undisturbed[1]


def test_more_trials_extend_it(undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path) -> None:
    """The number of trials is not what a journal is of: more go on, and fewer stop where they would have."""
    path = tmp_path / "j.jsonl"
    path.write_bytes(undisturbed[0])
    assert _search(path, TRIALS + 4).exact_evaluations == TRIALS + 4
    assert path.read_bytes().startswith(undisturbed[0])
    assert path.read_bytes().count(b"\n") == TRIALS + 5
    assert _search(path, 3).exact_evaluations == 3


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fastc": "2"}, 'its fastc is "1", and here it is "2"'),
        ({"seed": 5}, "its seed is 4, and here it is 5"),
        ({"seed": True}, "its seed is 4, and here it is true"),
        ({"space": {"pe_x": [1.0, 4.0]}}, "its space.pe_x[1] is 2.0, and here it is 4.0"),
        ({"space": {}}, "its space.pe_x is [1.0, 2.0], and here it is null"),
        ({"models": [{"name": "other"}]}, 'its models[0].name is "case", and here it is "other"'),
        ({"models": []}, 'its models is [{"name": "case"}], and here it is []'),
        ({"new": 1}, "its new is null, and here it is 1"),
    ],
)
def test_a_journal_of_another_search(
    undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(undisturbed[0])
    with pytest.raises(InputError) as caught:
        _search(path, identity=IDENTITY | changed)
    assert str(caught.value) == (
        f"--journal {path}: it is of another search: {message}; name another file, or delete this one"
    )
    assert path.read_bytes() == undisturbed[0]


def _edited(line: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(line), **fields}).encode()


def _without(line: bytes, name: str) -> bytes:
    return json.dumps({key: value for key, value in json.loads(line).items() if key != name}).encode()


def _machine(line: bytes, **fields: object) -> bytes:
    return _edited(line, machine={**json.loads(line)["machine"], **fields})


def _model(line: bytes, **fields: object) -> bytes:
    return _edited(line, models=[{**json.loads(line)["models"][0], **fields}])


BAD_LINES = [
    (lambda line: b"", "not JSON"),
    (lambda line: line[:-3], "not JSON"),
    (lambda line: b"\0" * 40, "not JSON"),
    (lambda line: b"[" * 100_000, "not JSON"),
    (lambda line: b'{"reason": "\xff"}', "its byte 12 is not UTF-8"),
    (lambda line: b"3", "it has no 'machine'"),
    (lambda line: b"null", "it has no 'machine'"),
    (lambda line: _without(line, "flags"), "it has no 'flags'"),
    (lambda line: _without(line, "value"), "it has no 'value'"),
    (lambda line: _edited(line, machine=[1]), "'machine' is [1]"),
    (lambda line: _edited(line, machine={}), "'machine' has not the parameters of the space"),
    (lambda line: _machine(line, pe_x=3.0), "pe_x is 3.0, which is not in the space"),
    (lambda line: _machine(line, pe_x=True), "pe_x is true, which is not in the space"),
    (lambda line: _machine(line, pe_x=[]), "pe_x is [], which is not in the space"),
    (lambda line: _edited(line, flags=[]), "'flags' is []; one for each model is needed"),
    (lambda line: _edited(line, flags=[["default"]]), "one for each model is needed"),
    (lambda line: _edited(line, models=[]), "'models' are not case"),
    (lambda line: _edited(line, models=[7]), "'models' are not case"),
    (lambda line: _model(line, batch="2"), "'batch' is \"2\""),
    (lambda line: _model(line, latency_s=None), "'latency_s' is null"),
    (lambda line: _model(line, latency_s=0.0), "'latency_s' is 0.0"),
    (lambda line: _model(line, energy_j=float("nan")), "'energy_j' is nan"),
    (lambda line: _edited(line, value="much"), "'value' is \"much\""),
    (lambda line: _edited(line, reason=1), "'reason' is 1"),
    (lambda line: b'{"note": 3, "is": 1}', "a note has the fields 'note' and 'is'"),
    (lambda line: b'{"note": "descent"}', "a note has the fields 'note' and 'is'"),
]


@pytest.mark.parametrize(("change", "message"), BAD_LINES)
def test_a_bad_line_is_named(
    undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path, change: Any, message: str
) -> None:
    """A line that is whole and wrong is refused by its number, and the file is left as it is."""
    path = tmp_path / "j.jsonl"
    lines = undisturbed[0].split(b"\n")
    lines[6] = change(lines[6])
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(InputError) as caught:
        _search(path)
    assert str(caught.value).startswith(f"--journal {path}:7: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"\n".join(lines)


def test_a_line_that_was_changed_is_noticed(undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path) -> None:
    """Its value does not follow from its latency; a line that is there twice."""
    path = tmp_path / "j.jsonl"
    lines = undisturbed[0].split(b"\n")
    for change, message in (
        (lambda: _edited(lines[3], value=1.0), ":4: its value is 1.0 and its violation 0.0, but "),
        (lambda: _model(lines[3], latency_s=1e-3), ":4: its value is "),
        (lambda: lines[2], ":4: it has the machine and flags of line 3"),
    ):
        path.write_bytes(b"\n".join([*lines[:3], change(), *lines[4:]]))
        with pytest.raises(InputError) as caught:
            _search(path)
        assert f"{path}{message}" in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"x", b"model text\n", b"\xff\xfe\n", b"{}\n", b"[]\n{}\n", b'{"journal": "of mine"}\n', b"\0" * 10]
)
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match="this file is there already and is no journal of fastc"):
        _search(path)
    assert path.read_bytes() == content


def test_a_newer_schema_is_not_read(undisturbed: tuple[bytes, tuple[object, ...]], tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(undisturbed[0].replace(b'"schema": 1', b'"schema": 2', 1))
    with pytest.raises(InputError, match="its schema is 2, and this version of fastc reads 1"):
        _search(path)


def _places(tmp_path: Path) -> Sequence[tuple[str, str]]:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    return [
        ("", "the name is empty"),
        (str(tmp_path), "this is a directory"),
        (str(tmp_path / "no" / "j"), f"there is no directory '{tmp_path / 'no'}'; make it first"),
        ("/dev/full", "this is no regular file"),
        (str(fifo), "this is no regular file"),
        ("a\0b", "cannot be written: embedded null byte"),
        (str(tmp_path / ("n" * 300)), "cannot be written: File name too long"),
    ]


def test_places_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, message in _places(tmp_path):
        with pytest.raises(InputError) as caught:
            Journal(place, problem(SMALL_SPACE), IDENTITY)
        assert message in str(caught.value)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(InputError, match="cannot be written: Permission denied"):
        Journal(tmp_path / "j", problem(SMALL_SPACE), IDENTITY)


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before stays good."""
    path = tmp_path / "j.jsonl"
    original = os.write

    def write(descriptor: int, data: bytes) -> int:
        if path.stat().st_size > 2000:
            raise OSError(28, "No space left on device")
        return original(descriptor, data[:100])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        _search(path)
    monkeypatch.undo()
    assert _search(path).exact_evaluations == TRIALS


def test_two_searches_do_not_share_one(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    first = Journal(path, problem(SMALL_SPACE), IDENTITY)
    with pytest.raises(InputError, match="another search is writing it"):
        Journal(path, problem(SMALL_SPACE), IDENTITY)
    first.close()
    Journal(path, problem(SMALL_SPACE), IDENTITY).close()
