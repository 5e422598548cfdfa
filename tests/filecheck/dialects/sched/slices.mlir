// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | filecheck %s --check-prefixes GENERIC

// Two images of four rows: a tile has two rows of one image. All forms of a cut; none of them is one that is needed.

func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> (tensor<8x4xf32>, tensor<4xf32>) {
  %0, %1 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram, tensor<4xf32> in dram) chain "c" recompute [0 inner 4 of 2 step 1 tiles 2, 0 of 4 step 2 tiles 2] hold [1] {
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %2 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    %3 = stablehlo.reduce(%2 init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<8x4xf32>, tensor<f32>) -> tensor<4xf32>
    sched.yield %2, %3 : tensor<8x4xf32>, tensor<4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.slice operand 0 [0 inner 4 of 2, 0 of 4 scale 2 from -1 to 3]
    sched.slice operand 1 [whole, whole]
    sched.slice result 1 [gathered, gathered]
    sched.slice reduction 2 [0 inner 4 of 2, 0 of 4]
    sched.slice contraction [n inner 4 of 2, n of 4]
    sched.slice vector {move = 3, alu = 12} [of 2, of 4 from 1 to 1]
    sched.slice vector {reduce = 32} [gathered, gathered]
    sched.hold operand 1 at [0 to 64]
    sched.hold result 1 at [64 to 72, 80 to 88]
    sched.loops tile [n = 8 step 2]
    sched.transfer input dram to l1 tile 32
    sched.transfer weight dram to l1 tile 64
    sched.transfer output l1 to dram tile 32
    sched.compute weight_stationary
    sched.vector {alu = 12, transcendental = 0, divide = 0, reduce = 32, move = 3}
  }
  func.return %0, %1 : tensor<8x4xf32>, tensor<4xf32>
}

// CHECK: sched.slice operand 0 [0 inner 4 of 2, 0 of 4 scale 2 from -1 to 3]
// CHECK-NEXT: sched.slice operand 1 [whole, whole]
// CHECK-NEXT: sched.slice result 1 [gathered, gathered]
// CHECK-NEXT: sched.slice reduction 2 [0 inner 4 of 2, 0 of 4]
// CHECK-NEXT: sched.slice contraction [n inner 4 of 2, n of 4]
// CHECK-NEXT: sched.slice vector {alu = 12, move = 3} [of 2, of 4 from 1 to 1]
// CHECK-NEXT: sched.slice vector {reduce = 32} [gathered, gathered]
// CHECK-NEXT: sched.hold operand 1 at [0 to 64]
// CHECK-NEXT: sched.hold result 1 at [64 to 72, 80 to 88]

// GENERIC: "sched.slice"() <{subject = #sched<subject operand>, index = 0 : i64, counts = array<i64>, cuts = [#sched.cut<0 inner 4 of 2>, #sched.cut<0 of 4 scale 2 from -1 to 3>]}> : () -> ()
// GENERIC: "sched.hold"() <{subject = #sched<subject operand>, index = 1 : i64, place = #sched.place<[0 to 64]>}> : () -> ()
