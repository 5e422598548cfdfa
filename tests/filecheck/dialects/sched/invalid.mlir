// Each case breaks one rule of a right schedule; the same schedule unbroken is in fits_machine.mlir.
// RUN: xdsl-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// CHECK: sched.region 'fc': (S1) the schedule holds ['test.op', 'sched.vector']; write sched ops, with one sched.vector
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    "test.op"() : () -> ()
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S1)
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S2) the body has no contraction, so the schedule is sched.vector, with rows [] if any, and where it is complete sched.pieces, buffers, scans and sched.keep
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S3)
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S3)
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S3)
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial pe_x [k = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S3)
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.loops l1 [k = 4 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S4) sched.loops comes too late
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.loops l1 [n = 8 step 2]
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S4) sched.transfer comes too late
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer input dram to global tile 128
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S5) the l1 loop over n has extent 4, but the tile one level out has 8; write n = 8
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 4 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S5) the l1 loop over n has extent 8, but the tile one level out has 6; write n = 6
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.loops global [n = 8 step 6]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S6) pe_x spreads n over 4, but the L1 tile has 2 of it; spread no more than that
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 4]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S7) rows is used, but the vector unit computes; use an array or drop the axis
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute vector
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S8) the transfers of the input are global to l1; they must be dram to global, global to l1
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S8) the transfers of the weight are dram to global, global to l1; they must be global to l1
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer weight dram to global tile 64
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S8) the transfers of the weight are global to l1; they must be dram to global, global to l1
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S8) the transfers of the output are none; they must be global to dram, l1 to global
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S8) the transfers of the weight are global to l1, global to l1; they must be global to l1
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S8) the weight is kept in the global buffer, but
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.loops l1 [n = 8 step 2]
    sched.transfer input dram to l1 tile 32
    sched.transfer output l1 to dram tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S9) weight moves 60 bytes from global to l1; its l1 tile has 64
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 60
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S14) rows spreads n, but an array that is weight_stationary has g, c, r, s there; spread it over the PEs or leave it to the loops
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial rows [n = 2]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// A column would sum both groups.
// CHECK: sched.region 'heads': (S14) rows spread g over 2, but groups of more than one channel do not lie side by side on an array; leave g to the PEs or the loops
func.func @main(%x: tensor<2x8x4xf32> {region.role = "input"}, %w: tensor<2x4x4xf32> {region.role = "weight"}) -> tensor<2x8x4xf32> {
  %0 = sched.region "heads" matmul (%a = %x : tensor<2x8x4xf32> in dram, %b = %w : tensor<2x4x4xf32> in pinned) -> (tensor<2x8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x8x4xf32>, tensor<2x4x4xf32>) -> tensor<2x8x4xf32>
    sched.yield %1 : tensor<2x8x4xf32>
  } schedule {
    sched.contraction [g = 2, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 256
    sched.transfer output global to dram tile 256
    sched.transfer input global to l1 tile 256
    sched.transfer weight global to l1 tile 128
    sched.transfer output l1 to global tile 256
    sched.spatial rows [g = 2, c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<2x8x4xf32>
}

// -----

// CHECK: sched.region 'conv': (S9) input moves 96 bytes from dram to l1; its l1 tile has 192
func.func @main(%x: tensor<1x6x6x2xf32>, %w: tensor<3x3x2x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = sched.region "conv" conv (%a = %x : tensor<1x6x6x2xf32> in dram, %b = %w : tensor<3x3x2x4xf32> in dram) -> (tensor<1x4x4x4xf32> in dram) {
    %1 = "stablehlo.convolution"(%a, %b) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64}> : (tensor<1x6x6x2xf32>, tensor<3x3x2x4xf32>) -> tensor<1x4x4x4xf32>
    sched.yield %1 : tensor<1x4x4x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 1, p = 4, q = 4, k = 4, c = 2, r = 3, s = 3] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.loops l1 [p = 4 step 2]
    sched.transfer input dram to l1 tile 96
    sched.transfer weight dram to l1 tile 288
    sched.transfer output l1 to dram tile 128
    sched.compute vector
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<1x4x4x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S10) the bounds make 16 elements of output, but the result of stablehlo.dot_general have 32
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 4, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S10) the bounds make 8 elements of weight, but the weights of stablehlo.dot_general have 16
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 2, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M1) 8 steps are spread over pe_x, but @m has 2 there
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 128 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.transfer input global to l1 tile 128
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 128
    sched.spatial pe_x [n = 8]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M2) the schedule uses level l2, which @m does not have
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 128 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.transfer input global to l2 tile 128
    sched.transfer weight global to l2 tile 64
    sched.transfer output l2 to global tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input l2 to l1 tile 32
    sched.transfer weight l2 to l1 tile 64
    sched.transfer output l1 to l2 tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M2) no transfer goes through l2, which @m has
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 private input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 128 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M3) the input tile takes 128 bytes of private l1, double-buffered, but @m has 64; make the tile smaller
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 128 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 4]
    sched.transfer input global to l1 tile 64
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 64
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M3) the weight tile takes 128 bytes of shared l1, double-buffered, but @m has 124; make the tile smaller
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 shared input 64 weight 31 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M3) the weight tile takes 128 bytes of private l2, double-buffered, but @m has 127; make the tile smaller
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 private input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 127 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l2 [n = 8 step 2]
    sched.transfer input global to l2 tile 32
    sched.transfer weight global to l2 tile 64
    sched.transfer output l2 to global tile 32
    sched.loops l1 [k = 4 step 2]
    sched.transfer input l2 to l1 tile 32
    sched.transfer weight l2 to l1 tile 32
    sched.transfer output l1 to l2 tile 16
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 2]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M4) the global tiles take 512 bytes, double-buffered, but @m has a global buffer of 511; make the tiles smaller
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 511
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 128 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (M5) a tensor is in the global buffer, which @m does not have; place it in dram
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 64 weight 128 output 64
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.contraction: (K1) bounds [0, 8, 1, 1, 4, 4, 1, 1]; write a positive size for each of g n p q k c r s
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 0, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.contraction: (K2) stride [0.0, 1.0]; write 2 positive numbers
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [0, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.contraction: (K2) bytes [4.0, 4.0]; write 3 positive numbers
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.loops: (L1) dims [n, n]; list at least one, each once, or drop the op
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 4, n = 4 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.loops: (L1) dims []; list at least one
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 []
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.loops: (L2) loops over tiles in dram; name tile, global, l2 or l1
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops dram [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.transfer: (T1) input from l1 to global; it must move inward
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input l1 to global tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.transfer: (T1) output from global to l1; it must move outward
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output global to l1 tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.spatial: (P1) dims [n, n]; list at least one, each once, or drop the op
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2, n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.vector: (V1) alu = -1; a count is not negative
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = -1, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.extent: (E1) n = 1; at least 2, or leave it out
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 1]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.loop: (E2) n = 8 step 8; the step is at least 1 and below the extent, or the loop is left out
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 8]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.loop: (E2) n = 8 step 0
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 0]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: Expected 'n'
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, p = 1, n = 8, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input dram to global tile 128
    sched.transfer output global to dram tile 128
    sched.loops l1 [n = 8 step 2]
    sched.transfer input global to l1 tile 32
    sched.transfer weight global to l1 tile 64
    sched.transfer output l1 to global tile 32
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 4]
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: 'sched.compute' expects parent op 'sched.region'
"test.op"() ({
  sched.compute vector
  "test.termop"() : () -> ()
}) : () -> ()

// -----

// CHECK: sched.vector: (V2) rows {rescan_bytes = 32, kept_bytes = 64, row_bytes = 4}; write rescan_bytes >= kept_bytes >= row_bytes > 0, or leave the rows out
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0} rows [] {rescan_bytes = 32, kept_bytes = 64, row_bytes = 4}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: sched.vector: (V2) rows {rescan_bytes = 64, kept_bytes = 32, row_bytes = 0}; write rescan_bytes >= kept_bytes >= row_bytes > 0
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0} rows [] {rescan_bytes = 64, kept_bytes = 32, row_bytes = 0}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: sched.vector: (V3) rows along [c]; name g, n, p, q or k at most once each, and only where there are rows
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0} rows [c] {rescan_bytes = 64, kept_bytes = 32, row_bytes = 4}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: sched.vector: (V3) rows along [k, k]; name g, n, p, q or k at most once each, and only where there are rows
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0} rows [k, k] {rescan_bytes = 64, kept_bytes = 32, row_bytes = 4}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: sched.vector: (V3) rows along [k]; name g, n, p, q or k at most once each, and only where there are rows
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0} rows [k] {rescan_bytes = 0, kept_bytes = 0, row_bytes = 0}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: sched.region 'double': (S2) the body has no contraction, so the schedule is sched.vector, with rows [] if any, and where it is complete sched.pieces, buffers, scans and sched.keep
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "double" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    %1 = stablehlo.add %a, %a : tensor<8xf32>
    sched.yield %1 : tensor<8xf32>
  } schedule {
    sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0} rows [k] {rescan_bytes = 64, kept_bytes = 32, row_bytes = 4}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: sched.transfer: (T2) tile is no memory; name dram, global, l2 or l1
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.transfer input tile to l1 tile 128
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (S11) sched.loops tile in a region of no chain; drop it, or give the region a chain
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.loops tile [n = 8 step 4]
    sched.transfer input dram to l1 tile 64
    sched.transfer weight dram to l1 tile 64
    sched.transfer output l1 to dram tile 64
    sched.compute weight_stationary
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L1) sched.slice in a region of no chain; drop it, or give the region a chain
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice operand 0 [0 of 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) operand 0 has 2 cuts; the chain has 1 loops
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice operand 0 [0 of 8, whole]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) there is no operand 2; drop its slice
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice operand 2 [0 of 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) there is no contraction 0; drop its slice
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice contraction [n of 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) operand 0 is cut along 'n', 8 of it, but it has {'0': 8, '1': 4}; cut what it has
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice operand 0 [n of 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) operand 0 is cut along '0', 3 of it, but it has {'0': 8, '1': 4}; cut what it has
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice operand 0 [0 of 3]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.cut: (E4) inner 1 of 8 scale 1 from 2 to 1; write numbers of at least 1, and ends in order
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice operand 0 [0 of 8 from 2 to 1]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: lots is no kind of vector work; write one of alu, transcendental, divide, reduce, move
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice vector {lots = 1} [of 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.hold: (H1) vector is held; hold an operand or a result
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.hold vector 0 at [0 to 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) op 0 of the body is dot_general, not a reduction of one tensor
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.slice reduction 0 [0 of 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.region 'fc': (L3) there is no result 7 of region 'fc' to hold; drop its sched.hold
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.hold result 7 at [0 to 8]
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}

// -----

// CHECK: sched.slice: (H2) counts [1] of vector; write one of each of alu, transcendental, divide, reduce, move for vector work, and none for all else
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) chain "c" keep [0 of 8 step 4 tiles 2] {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    "sched.slice"() <{subject = #sched<subject vector>, index = 0 : i64, counts = array<i64: 1>, cuts = [#sched.cut<of 8>]}> : () -> ()
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8x4xf32>
}
