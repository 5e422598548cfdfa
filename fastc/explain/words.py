"""How a step in a parameter or a flag is called."""

from __future__ import annotations

NAMES = {
    "dram_channels": "DRAM channels",
    "pe_x": "columns of PEs",
    "pe_y": "rows of PEs",
    "array_rows": "array rows",
    "array_columns": "array columns",
    "vector_multiplier": "vector lanes",
    "l1_input_bytes": "L1 for inputs",
    "l1_weight_bytes": "L1 for weights",
    "l1_output_bytes": "L1 for outputs",
    "l2_input_multiplier": "L2 for inputs",
    "l2_weight_multiplier": "L2 for weights",
    "l2_output_multiplier": "L2 for outputs",
    "global_buffer_bytes": "global buffer",
    "native_batch": "batch",
}
"""What people call the sizes of a machine."""

SWITCHES = {
    "l1_shared": ("a private L1", "a shared L1"),
    "l2_enabled": ("no L2", "an L2"),
    "l2_shared": ("a private L2", "a shared L2"),
}
"""The machine with each kind at 0 and at 1."""


def hardware_words(name: str, before: float, after: float) -> str:
    """'twice the global buffer', for a step of the parameter ``name``."""
    if name in SWITCHES:
        return SWITCHES[name][after > 0.5]
    if name == "dram_kind":
        return f"the next {'faster' if after > before else 'slower'} kind of DRAM"
    what = NAMES.get(name, name.replace("_", " "))
    if after == 2.0 * before:
        return f"twice the {what}"
    if 2.0 * after == before:
        return f"half the {what}"
    if after == 0.0:
        return f"no {what}"
    return f"{after:g} instead of {before:g} {what}"


def flag_words(after: str, before: str) -> str:
    """A step from one setting of the flags to another, for people."""
    return f"without {before}" if after == "default" else after
