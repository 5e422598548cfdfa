// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s

func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  %2 = sched.region "again" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %3 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %3 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 8, move = 0} rows [] {rescan_bytes = 64, kept_bytes = 32, row_bytes = 16}
  }
  func.return %0 : tensor<8xf32>
}

// CHECK:      %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
// CHECK-NEXT:   %1 = stablehlo.add %a, %a : tensor<8xf32>
// CHECK-NEXT:   sched.yield %1 : tensor<8xf32>
// CHECK-NEXT: } schedule {
// CHECK-NEXT:   sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0}
// CHECK-NEXT: }
// CHECK:        sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 8, move = 0}
// CHECK-NEXT:          rows [] {rescan_bytes = 64, kept_bytes = 32, row_bytes = 16}
// CHECK-NEXT: }
