"""Longer texts that the command line shows."""

IMPORT_FORMS = """\
a SOURCE is one of:
  package.module:function  a function of JAX; the current directory is importable. What its
                           arguments are say, in this order: --args, one array for each positional
                           parameter; defaults of its parameters that are jax.ShapeDtypeStruct, or
                           pytrees of them; where it has no parameters it is called, and returns
                           (function, arguments), which may be pytrees
  .pt2                     a program that torch.export.save wrote; needs the extra:
                           pip install 'fastc-compiler[torch]'
  .onnx                    an ONNX model; needs the extra: pip install 'fastc-compiler[onnx]'
  StableHLO                text, MLIR bytecode, or what jax.export serializes; '-' is standard input
  XLA HLO text             before or after optimisation
weights of .pt2 and .onnx become arguments, and their values stay behind. Sizes that such a file
leaves open are given by --args, all inputs in order. docs/importing.md has an example for each
framework
"""
