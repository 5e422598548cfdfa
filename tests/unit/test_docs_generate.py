"""The site's generated pages hold all that they are about, and say it as the code does."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from docs.generate import constants, drawing, figures, hooks, tables, text
from fastc.commands import COMMANDS
from fastc.machines import preset_names
from fastc.objective.expression import QUANTITIES
from fastc.pipelines import known_passes
from fastc.universe import FASTC_UNIVERSE
from tests.documents import ROOT, Command

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Each page that asks for something generated, with that in its place; the validation is left to its own test."""
    found: dict[str, str] = {}
    for page in PAGES:
        asked = hooks.placeholders(page.read_text())
        if asked and page.name != "validation.md":
            found[page.name] = hooks.filled(page.read_text())
    return found


def test_every_pass_has_an_entry_with_its_options(site: dict[str, str]) -> None:
    page = site["passes.md"]
    for name in known_passes():
        assert len(re.findall(rf"^## {name}$", page, re.MULTILINE)) == 1
        assert f"[`{name}`](#{name})" in page
    assert "| `size` | whole number | `required` | Inferences that the module runs at once, at least 1. |" in page
    assert "all \\| weights \\| activations \\| none | `all`" in page
    assert "region.fused" in page.partition("## form-regions")[2].partition("## tile-chains")[0]


@pytest.mark.parametrize("name", [*FASTC_UNIVERSE.all_dialects, "stablehlo"])
def test_every_op_and_attribute_has_an_entry(site: dict[str, str], name: str) -> None:
    from dialects.stablehlo import StableHLO

    page = site[f"{'stablehlo' if name == 'chlo' else name}.md"]
    dialect = StableHLO if name == "stablehlo" else FASTC_UNIVERSE.all_dialects[name]()
    form = r"^\| `{}` \| [\w`]" if "stablehlo" in page[:20] else r"^### {}$"
    # stablehlo.gather is an op and an attribute.
    for entry, count in Counter(each.name for each in (*dialect.operations, *dialect.attributes)).items():
        assert len(re.findall(form.format(re.escape(entry)), page, re.MULTILINE)) == count, entry


def test_parts_of_ops_say_what_they_are(site: dict[str, str]) -> None:
    assert "| `channel_bytes_per_s` | property | f64 | Peak bytes per second of one channel. |" in site["arch.md"]
    assert "| `operand_spaces` | property | list of `region.space` | Where each operand lives. |" in site["region.md"]
    assert "| `pinned` | In the global buffer, for ever: weights only. |" in site["region.md"]
    assert "| A4 | The machine lies in its own space. |" in site["arch.md"]
    assert "| `dim` | `sched.dim` |" in site["sched.md"]


def test_rules_that_errors_name_are_listed(site: dict[str, str]) -> None:
    for name in ("arch", "region", "sched"):
        sources = "".join(path.read_text() for path in (ROOT / "dialects" / name).glob("*.py"))
        named = set(re.findall(r"[:'\"] \(([A-Z]\d+)\) ", sources))
        listed = set(re.findall(r"^\| ([A-Z]\d+) \|", site[f"{name}.md"], re.MULTILINE))
        assert named, name
        assert named <= listed, name


def test_every_machine_and_command_is_there(site: dict[str, str]) -> None:
    for name in preset_names():
        assert f"### {name}\n" in site["machines.md"]
        assert f"[`{name}`](#{name})" in site["machines.md"]
    for name in COMMANDS:
        _, _, section = site["commands.md"].partition(f"## fastc {name}\n\n```text\n")
        assert f"usage: fastc {name}" in section.partition("\n## ")[0]


def keys_of(value: dict[str, Any]) -> Iterator[str]:
    for key, inner in value.items():
        yield key
        if isinstance(inner, dict):
            yield from keys_of(inner)


def test_every_constant_is_there(site: dict[str, str]) -> None:
    for path in (ROOT / "hwmodels" / "data").glob("*.toml"):
        _, _, rest = site["constants.md"].partition(f"## {path.name}\n")
        part = rest.partition("\n## ")[0]
        missing = [key for key in keys_of(tomllib.loads(path.read_text())) if key.split(".")[-1] not in part]
        assert set(missing) <= {"28", "16", "7", "5", "unit", "source", "confidence"}, path.name


def test_constants_by_hand() -> None:
    data = '[a_j] # one op\nunit = "J"\n28 = 4e-12\n16 = 3e-12\n7 = 2e-12\n5 = 1e-12\nsource = "S | T"\n'
    data += "[b]\nx = 3.5   # from here\n          # and there\n"
    by_node, other = constants.sections_of(data)
    assert by_node.is_by_node
    assert by_node.value("source") == "S | T"
    assert [(entry.key, entry.value, entry.note) for entry in other.entries] == [("x", "3.5", "from here and there")]
    with pytest.raises(ValueError, match=r"line 2 .* neither"):
        constants.sections_of("[a]\n!!\n")


def test_a_check_by_hand() -> None:
    check = {
        "name": "tpu", "quantity": "area (m^2)", "rows": 4, "mape": 0.0691, "median_ape": 0.05, "greatest_ape": 0.14,
        "greatest_difference": 0.2, "spearman": 0.8, "exact_share": 0.0, "bar": "MAPE <= 12 %", "source": "X",
        "note": "Y", "met": False,
    }  # fmt: skip
    shares = check | {
        "bar": "each <= 5 points",
        "greatest_difference": 0.019,
        "spearman": None,
        "met": True,
        "note": "",
    }
    lines = tables.validation(json.dumps({"checks": [check, shares]})).splitlines()
    expected = "| `tpu` | area (m^2) | 4 | 6.91&nbsp;% | 5&nbsp;% | 14&nbsp;% | 0.800 | MAPE &lt;= 12 % | **no** |"
    assert lines[2] == expected
    assert lines[3] == "| `tpu` | area (m^2) | 4 |  |  | 1.9 points |  | each &lt;= 5 points | yes |"
    assert lines[-2:] == ["| `tpu` | area (m^2) | X; Y |", "| `tpu` | area (m^2) | X |"]


def test_every_name_of_an_objective_is_explained() -> None:
    page = (DOCS / "objectives.md").read_text()
    for name in QUANTITIES:
        assert f"| `{name}` | " in page


def test_docstrings_by_hand() -> None:
    docstring = """Makes ``a``.

    Before::

        %0 = x ``y``

    After it, ``b``.
    """
    assert text.markdown(docstring) == "Makes `a`.\n\nBefore:\n\n```mlir\n%0 = x ``y``\n```\n\nAfter it, `b`."
    assert text.cell("a\n  b | c") == "a b \\| c"


def test_what_nobody_makes_is_refused() -> None:
    with pytest.raises(ValueError, match="asks for 'generated: weather'; there is passes, dialect"):
        hooks.filled("<!-- generated: weather -->")
    with pytest.raises(ValueError, match="the dialect 'art'"):
        hooks.filled("<!-- generated: dialect art -->")


def test_links_stay_within_the_site() -> None:
    text = "[a](../CONTRIBUTING.md) [b](../examples) [c](search.md) [`d`](../hwmodels/data)"
    assert hooks.filled(text) == "[a](contributing.md) b [c](search.md) [`d`](constants.md)"
    assert hooks.filled("[e](../search.md)", DOCS / "dialects") == "[e](../search.md)"


def test_figures_are_as_drawn() -> None:
    for name, draw in figures.FIGURES.items():
        kept = (figures.FOLDER / f"{name}.svg").read_text()
        assert kept == draw().svg(), "run python -m docs.generate.figures"
        ElementTree.fromstring(kept)
    assert {path.stem for path in figures.FOLDER.iterdir()} == set(figures.FIGURES)


def test_figures_have_the_colours_of_the_pages() -> None:
    css = (DOCS / "style" / "extra.css").read_text()
    svg = drawing.Drawing(1, 1, "").svg()
    for name, value in re.findall(r"--([\w-]+):(#\w+);", svg):
        assert f"--{name}: {value};" in css


def test_figures_become_part_of_the_page() -> None:
    page = hooks.filled((DOCS / "how-it-works.md").read_text())
    assert page.count("<svg") == len(figures.FIGURES) == page.count("</figure>")
    assert "prefers-color-scheme" not in page


def test_pages_load_nothing_from_elsewhere() -> None:
    kept = [*DOCS.glob("style/*"), *DOCS.glob("figures/*"), ROOT / "mkdocs.yml"]
    for path in map(Path, kept):
        foreign = re.sub(r"http://www\.w3\.org/\S+", "", path.read_text())
        assert "http" not in foreign, path.name


@pytest.mark.parametrize(
    ("printed", "fits"),
    [
        ("as it is    812 us   14.2 mm^2", True),
        ("as it is      3 us 1,914.22 mm^2", True),
        ("as it is    812 ms   14.2 mm^2", False),
        ("as it is     us   14.2 mm^2", False),
        ("as it is    812 us   14.2 mm^3", False),
    ],
)
def test_numbers_may_be_others_where_a_block_says_so(printed: str, fits: bool) -> None:
    command = Command("x", "as it is    812 us   14.2 mm^2\n", numbers_vary=True)
    assert bool(re.fullmatch(command.pattern, printed)) == fits
    assert not re.fullmatch(Command("x", "812 us").pattern, "813 us")
