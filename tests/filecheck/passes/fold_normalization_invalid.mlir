// RUN: xdsl-opt %s -p fold-normalization --verify-diagnostics --split-input-file | filecheck %s

// CHECK: fold-normalization: the module has no @main with a body; name the model's function so
func.func private @helper(%x : tensor<8xf32>) -> tensor<8xf32>

// -----

// CHECK: fold-normalization: @main has 2 blocks; it must have one
func.func @main(%x : tensor<8xf32>) -> tensor<8xf32> {
  cf.br ^end
^end:
  func.return %x : tensor<8xf32>
}

// -----

// CHECK: fold-normalization: sched.region "vector_0" has a schedule already, which a rewrite of its body would make wrong; run lower-to-stablehlo first
func.func @main(%x : tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "vector_0" vector (%1 = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %2 = stablehlo.negate %1 : tensor<8xf32>
    sched.yield %2 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8xf32>
}
