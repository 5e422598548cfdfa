// RUN: xdsl-opt %s --split-input-file | filecheck %s
// RUN: xdsl-opt %s --split-input-file | filecheck %s --check-prefix HALO

// The tiles fill L1 to the last byte: 16 input bytes a PE twice, 64 of weights twice, 16 of outputs twice.
// CHECK: sched.region "fc"
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 32 weight 128 output 32
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

// Shared L1 buffers of four PEs hold the tile once: 2 * 32, 2 * 64 and 2 * 32 bytes of 4 * 16, 4 * 32 and 4 * 16.
// CHECK: sched.region "fc"
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 shared input 16 weight 32 output 16
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

// Two rows of outputs need four rows of inputs: 4 * 6 * 2 elements of 4 bytes.
// HALO: sched.transfer input dram to l1 tile 192
func.func @main(%x: tensor<1x6x6x2xf32>, %w: tensor<3x3x2x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = sched.region "conv" conv (%a = %x : tensor<1x6x6x2xf32> in dram, %b = %w : tensor<3x3x2x4xf32> in dram) -> (tensor<1x4x4x4xf32> in dram) {
    %1 = "stablehlo.convolution"(%a, %b) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64}> : (tensor<1x6x6x2xf32>, tensor<3x3x2x4xf32>) -> tensor<1x4x4x4xf32>
    sched.yield %1 : tensor<1x4x4x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 1, p = 4, q = 4, k = 4, c = 2, r = 3, s = 3] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
    sched.loops l1 [p = 4 step 2]
    sched.transfer input dram to l1 tile 192
    sched.transfer weight dram to l1 tile 288
    sched.transfer output l1 to dram tile 128
    sched.compute vector
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<1x4x4x4xf32>
}
