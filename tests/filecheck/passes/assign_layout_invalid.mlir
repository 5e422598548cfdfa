// RUN: xdsl-opt %s -p "assign-layout" --verify-diagnostics | filecheck %s --check-prefix SCHEDULED

// SCHEDULED: assign-layout: sched.region "vector_0" has a schedule already, which a rewrite of its body would make wrong; run lower-to-stablehlo first
func.func @main(%x : tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "vector_0" vector (%1 = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %2 = stablehlo.negate %1 : tensor<8xf32>
    sched.yield %2 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8xf32>
}
