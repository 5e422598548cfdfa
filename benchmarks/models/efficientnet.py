"""EfficientNet-B0 to B7 for inference as StableHLO text: `python -m benchmarks.models.efficientnet 3 b3.mlir`.

``keras.applications`` under JAX in bfloat16, each at the size of image it was made for, with weights as arguments; of
variant 0 that is ``examples/efficientnet_b0.mlir`` to the byte. Needs Keras: ``pip install keras``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax


def export(variant: int) -> str:
    """EfficientNet-B``variant`` for one image."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras  # pyright: ignore[reportMissingImports] -- no dependency of fastc

    keras.config.set_dtype_policy("bfloat16")
    model: Any = getattr(keras.applications, f"EfficientNetB{variant}")(weights=None)
    trained = [variable.value for variable in model.trainable_variables]
    others = [variable.value for variable in model.non_trainable_variables]

    def fn(weights: Sequence[jax.Array], image: jax.Array) -> jax.Array:
        trainable, fixed = weights[: len(trained)], weights[len(trained) :]
        return model.stateless_call(trainable, fixed, image, training=False)[0]

    shapes = [jax.ShapeDtypeStruct(value.shape, value.dtype) for value in (*trained, *others)]
    size = model.input_shape[1]
    image = jax.ShapeDtypeStruct((1, size, size, 3), "float32")
    return jax.jit(fn, keep_unused=False).lower(shapes, image).as_text()


def main() -> int:
    """Write the variant that the first argument names to the file that the second names."""
    if len(sys.argv) != 3 or sys.argv[1] not in "01234567":
        print("usage: python -m benchmarks.models.efficientnet VARIANT FILE, with VARIANT from 0 to 7", file=sys.stderr)
        return 2
    Path(sys.argv[2]).write_text(export(int(sys.argv[1])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
