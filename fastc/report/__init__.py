"""Results as tables on standard error, and as JSON: the only place, with the command line, that prints."""

from fastc.report.analysis import print_analysis
from fastc.report.difference import print_difference
from fastc.report.machines import machine_lines, preset_text, print_presets
from fastc.report.progress import SearchProgress, progress_text
from fastc.report.result import Written, json_text, print_result, search_words
from fastc.report.simulation import print_simulation
from fastc.report.text import BOUNDS, WIDTH, binary_scale_of, error_console, scale_of, short, si, size
from fastc.report.validation import print_validation, validation_json, validation_progress
from fastc.report.verdicts import constraint_words

__all__ = [
    "BOUNDS",
    "WIDTH",
    "SearchProgress",
    "Written",
    "binary_scale_of",
    "constraint_words",
    "error_console",
    "json_text",
    "machine_lines",
    "preset_text",
    "print_analysis",
    "print_difference",
    "print_presets",
    "print_result",
    "print_simulation",
    "print_validation",
    "progress_text",
    "scale_of",
    "search_words",
    "short",
    "si",
    "size",
    "validation_json",
    "validation_progress",
]
