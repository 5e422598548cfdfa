// RUN: xdsl-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// CHECK: region.fused 'a': (C12) a tensor is in tile, so its producer and all that read it must be regions of one chain; use dram or global
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'a': (C12) a tensor is in tile
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'a': (C12) a tensor is in tile
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "d" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'a': (C13) a loop runs over 8 of dimension 1, but the first result has the shape [8]
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [1 of 8 step 4 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'a': (C13) a loop runs over 6 of dimension 0, but the first result has the shape [8]
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 6 step 3 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'a': (C13) a chain has at least one loop, and holds operands of the region, which has 1; it has 1 loops and holds [1]
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 2] hold [1] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'a': (C13) a chain has at least one loop, and holds operands of the region, which has 1; it has 0 loops and holds []
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'b': (C14) it runs in (4,) tiles (keep), the region before it in the same chain in (2,) (keep); make them the same
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 2 tiles 4] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'b': (C14) it runs in (2,) tiles (recompute), the region before it in the same chain in (2,) (keep)
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" recompute [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.fused 'b': (C15) chain "c" has other regions between this one and 'a'
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %4 = region.fused "m" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %5 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %5 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.tile_loop: (T1) step 0; at least 1
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 0 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.tile_loop: (T2) 2 tiles of 3 do not cover 8; divide the extent by the step, and round up
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 3 tiles 2] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.tile_loop: (T2) 3 tiles of 4 do not cover 8
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in tile) chain "c" keep [0 of 8 step 4 tiles 3] {
    %1 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %1 : tensor<8xf32>
  }
  %2 = region.fused "b" vector (%p = %0 : tensor<8xf32> in tile) -> (tensor<8xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %3 = stablehlo.tanh %p : tensor<8xf32>
    region.yield %3 : tensor<8xf32>
  }
  func.return %2 : tensor<8xf32>
}

// -----

// CHECK: region.tile_loop: (T3) 99999999 tiles; a loop has 1048576 at most: make the step greater
func.func @main(%x: tensor<99999999xf32>) -> tensor<99999999xf32> {
  %0 = region.fused "a" vector (%p = %x : tensor<99999999xf32> in dram) -> (tensor<99999999xf32> in dram) chain "c" keep [0 of 99999999 step 1 tiles 99999999] {
    %1 = stablehlo.tanh %p : tensor<99999999xf32>
    region.yield %1 : tensor<99999999xf32>
  }
  func.return %0 : tensor<99999999xf32>
}
