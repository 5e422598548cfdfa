"""Write a pass, prove it, see what it buys on a machine, and search with and without it.

    python examples/write_a_pass.py

docs/tutorial-pass.md makes a pass into a package of its own that the command line finds, too.
"""

import argparse
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern, op_type_rewrite_pattern

import fastc
from dialects.stablehlo import BroadcastInDimOp, ConstantOp, DivideOp, MultiplyOp, dense_from_text

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--trials", type=int, default=100, help="exact evaluations of each search")
parser.add_argument("--algorithm", default="gradient", help="'random' needs no compilation of the objective")
options = parser.parse_args()


class DivisionByBroadcast(RewritePattern):
    """x / broadcast(y) -> x * broadcast(1 / y): a vector unit multiplies in one step and divides in many."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: DivideOp, rewriter: PatternRewriter) -> None:
        broadcast = op.rhs.owner
        if not isinstance(broadcast, BroadcastInDimOp) or broadcast.operand.type == op.result.type:
            return
        divisor = broadcast.operand
        one = ConstantOp(dense_from_text("1.0", divisor.type))
        reciprocal = DivideOp(one.output, divisor, divisor.type)
        wide = broadcast.clone({divisor: reciprocal.result})
        product = MultiplyOp(op.lhs, wide.results[0], op.result.type)
        rewriter.replace(op, [one, reciprocal, wide, product])


@dataclass(frozen=True)
class ReciprocalPass(ModulePass):
    """Divides before the broadcast, not after it."""

    name = "reciprocal"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        PatternRewriteWalker(DivisionByBroadcast()).rewrite_module(op)


def layer(w: Any, x: Any) -> Any:
    """A dense layer whose rows are scaled to length one."""
    y = jnp.tanh(x @ w)
    return y / jnp.sqrt(jnp.sum(y * y, axis=-1, keepdims=True) + 1e-6)


shapes = (jax.ShapeDtypeStruct((256, 1024), "float32"), jax.ShapeDtypeStruct((64, 256), "float32"))
model = fastc.run_passes((layer, shapes), "inline,simplify,cse,dce")

# The same numbers, within rounding: XLA runs both on random inputs. A wrong pass raises fastc.NoAnswerError here.
print(fastc.verify(model, ReciprocalPass()))

# What it buys on one machine.
variants = {"as it is": model, "reciprocal": fastc.run_passes(model, ReciprocalPass())}
for name, variant in variants.items():
    result = fastc.evaluate(variant, "fast-small", objective="1 / energy")
    print(f"{name}: {result.models[0].latency_s * 1e6:.3f} us, {result.models[0].energy_j * 1e6:.3f} uJ")

# And on the best machine for each: the pass is one more choice of the search.
values = {
    name: fastc.search(variant, hw="fast-small", trials=options.trials, algorithm=options.algorithm)
    for name, variant in variants.items()
}
best = max(values, key=lambda name: values[name].objective.value)
print(f"best: {best}, {values[best].objective.value:.4g} inferences/s/W")
