// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=8}" --verify-diagnostics | filecheck %s --check-prefix SCHEDULED
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=-8}" --verify-diagnostics | filecheck %s
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=0}" --verify-diagnostics | filecheck %s --check-prefix MACHINE
// RUN: xdsl-opt %s -p "pad-tensors{waste=-1}" --verify-diagnostics | filecheck %s --check-prefix WASTE

// CHECK: pad-tensors: multiple-of=-8 must be at least 1, or 0 for what the machine's array has
// MACHINE: pad-tensors{multiple-of=0} needs a machine: the module has no arch.accelerator
// WASTE: pad-tensors: waste=-1 must be a number of at least 0
// SCHEDULED: pad-tensors: sched.region "vector_0" has a schedule already, which a rewrite of its body would make wrong; run lower-to-stablehlo first
func.func @main(%x : tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "vector_0" vector (%1 = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %2 = stablehlo.negate %1 : tensor<8xf32>
    sched.yield %2 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8xf32>
}
