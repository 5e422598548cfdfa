"""Longer texts that the command line shows."""

OVERVIEW = """\
fastc: compile a model, search the accelerator for it, and see what it buys per watt.

  fastc opt examples/efficientnet_b0.mlir --search

compile
  opt      run passes, lower a model for a machine, or with --search find the machine too
  verify   run a model before and after a pipeline through XLA and compare
  import   a model in another form (a JAX function, PyTorch .pt2, .onnx, HLO, bytecode) as StableHLO text

judge
  eval     what a model takes on a machine: time, energy, and what bounds it
  sim      run a lowered model tile by tile: cycles beside those of 'eval', and with --check its values beside XLA's

look up
  hw       'hw list': the presets; 'hw show NAME': one as IR, with its area, TDP and peak; 'hw validate': the models
           of hardware against measurements and published chips
  passes   every pass, its options and their legal values
  gui      a model and the passes in xDSL's terminal UI

'fastc COMMAND --help' shows the options of one; 'fastc --version' the version. A MODEL is StableHLO, as text or
bytecode, or anything else that 'fastc import' takes; '-' is standard input. Exit codes: 0 done, 1 the answer is no, 2
bad input or usage.
"""

IMPORT_FORMS = """\
a SOURCE is one of:
  package.module:function  a function of JAX; the current directory is importable. What its arguments are say, in this
                           order: --args, one array for each positional parameter; defaults of its parameters that are
                           jax.ShapeDtypeStruct, or pytrees of them; where it has no parameters it is called, and
                           returns (function, arguments), which may be pytrees
  .pt2                     a program that torch.export.save wrote; needs the extra: pip install 'fastc-compiler[torch]'
  .onnx                    an ONNX model; needs the extra: pip install 'fastc-compiler[onnx]'
  StableHLO                text, MLIR bytecode, or what jax.export serializes; '-' is standard input
  XLA HLO text             before or after optimisation
weights of .pt2 and .onnx become arguments, and their values stay behind. Sizes that such a file leaves open are given
by --args, all inputs in order. docs/importing.md has an example for each framework
"""
