// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | filecheck %s --check-prefix GENERIC
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s -p lower-to-stablehlo | filecheck %s --check-prefix PLAIN

// A product and what follows it run for five images of seven at a time; the second keeps a row of the first.
func.func @main(%x: tensor<7x8xf32> {region.role = "input"}, %w: tensor<8x8xf32> {region.role = "weight"}) -> tensor<7x8xf32> {
  %0 = region.fused "first" matmul (%a = %x : tensor<7x8xf32> in dram, %b = %w : tensor<8x8xf32> in dram) -> (tensor<7x8xf32> in tile) chain "c" keep [0 of 7 step 5 before 1 after 2 tiles 2] hold [1] attributes {note = 1 : i32} {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<7x8xf32>, tensor<8x8xf32>) -> tensor<7x8xf32>
    region.yield %1 : tensor<7x8xf32>
  }
  %2 = region.fused "second" vector (%a = %0 : tensor<7x8xf32> in tile) -> (tensor<7x8xf32> in dram) chain "c" keep [0 of 7 step 5 tiles 2] {
    %3 = stablehlo.tanh %a : tensor<7x8xf32>
    region.yield %3 : tensor<7x8xf32>
  }
  %4 = region.fused "inner" vector (%a = %2 : tensor<7x8xf32> in dram) -> (tensor<7x8xf32> in dram) chain "d" recompute [1 inner 2 of 4 step 1 tiles 4, 0 of 7 step 1 tiles 7] {
    %5 = stablehlo.tanh %a : tensor<7x8xf32>
    region.yield %5 : tensor<7x8xf32>
  }
  func.return %4 : tensor<7x8xf32>
}

// CHECK: region.fused "first" matmul (%a = %x : tensor<7x8xf32> in dram, %b = %w : tensor<8x8xf32> in dram) -> (tensor<7x8xf32> in tile) chain "c" keep [0 of 7 step 5 before 1 after 2 tiles 2] hold [1] attributes {note = 1 : i32} {
// CHECK: region.fused "second" vector (%a = %0 : tensor<7x8xf32> in tile) -> (tensor<7x8xf32> in dram) chain "c" keep [0 of 7 step 5 tiles 2] {
// CHECK: region.fused "inner" vector (%a = %{{.*}} : tensor<7x8xf32> in dram) -> (tensor<7x8xf32> in dram) chain "d" recompute [1 inner 2 of 4 step 1 tiles 4, 0 of 7 step 1 tiles 7] {

// GENERIC: chain = #region.chain<"c" keep [0 of 7 step 5 before 1 after 2 tiles 2] hold [1]>
// GENERIC: chain = #region.chain<"d" recompute [1 inner 2 of 4 step 1 tiles 4, 0 of 7 step 1 tiles 7]>

// PLAIN-NOT: chain
// PLAIN: stablehlo.dot_general
// PLAIN-NEXT: stablehlo.tanh
// PLAIN-NEXT: stablehlo.tanh
// PLAIN-NEXT: func.return
