// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | filecheck %s --check-prefix GENERIC
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s

// Block arguments of a region may reuse names from outside.
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0, %1 = region.fused "fc" matmul (%x = %x : tensor<8x4xf32> in dram, %w = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in global, tensor<8x4xf32> in dram) attributes {note = 1 : i32} {
    %2 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    region.yield %2, %x : tensor<8x4xf32>, tensor<8x4xf32>
  }
  %3 = region.fused "sum" vector (%a = %0 : tensor<8x4xf32> in global) -> (tensor<8x4xf32> in dram) {
    %4 = stablehlo.add %a, %a : tensor<8x4xf32>
    region.yield %4 : tensor<8x4xf32>
  }
  region.fused "sink" opaque () -> () {
    region.yield
  }
  func.return %3 : tensor<8x4xf32>
}

// CHECK:      func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
// CHECK-NEXT:   %0, %1 = region.fused "fc" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in global, tensor<8x4xf32> in dram) attributes {note = 1 : i32} {
// CHECK-NEXT:     %2 = stablehlo.dot_general %{{.*}}, %{{.*}}, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
// CHECK-NEXT:     region.yield %2, %{{.*}} : tensor<8x4xf32>, tensor<8x4xf32>
// CHECK-NEXT:   }
// CHECK-NEXT:   %[[SUM:.*]] = region.fused "sum" vector (%a = %0 : tensor<8x4xf32> in global) -> (tensor<8x4xf32> in dram) {
// CHECK-NEXT:     %[[ADD:.*]] = stablehlo.add %a, %a : tensor<8x4xf32>
// CHECK-NEXT:     region.yield %[[ADD]] : tensor<8x4xf32>
// CHECK-NEXT:   }
// CHECK-NEXT:   region.fused "sink" opaque () -> () {
// CHECK-NEXT:     region.yield
// CHECK-NEXT:   }
// CHECK-NEXT:   func.return %[[SUM]] : tensor<8x4xf32>

// GENERIC: "region.fused"(%x, %w) <{name = "fc", kind = #region<kind matmul>, operand_spaces = [#region<space dram>, #region<space pinned>], result_spaces = [#region<space global>, #region<space dram>]}> ({
