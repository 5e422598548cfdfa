// RUN: xdsl-opt %s -p place-tensors | filecheck %s --check-prefix SLOW
// RUN: sed 's/channel_bytes_per_s 1.0e8/channel_bytes_per_s 1.0e12/' %s | xdsl-opt -p place-tensors | filecheck %s --check-prefix FAST

// Slices of a row pay where DRAM is slow; where it is fast, the chain only costs, and is given up.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e8
  arch.global_buffer bytes 32768
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 4096 weight 4096 output 4096
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 4
}
func.func @main(%x: tensor<1x64x16x4xf32> {region.role = "input"}, %w: tensor<1x1x4x16xf32> {region.role = "weight"}, %v: tensor<3x3x16x4xf32> {region.role = "weight"}) -> tensor<1x64x16x4xf32> {
  %0 = region.fused "expand" conv (%a = %x : tensor<1x64x16x4xf32> in dram, %b = %w : tensor<1x1x4x16xf32> in dram) -> (tensor<1x64x16x16xf32> in tile) chain "c" recompute [1 of 64 step 1 before 1 after 1 tiles 64] {
    %1 = stablehlo.convolution(%a, %b) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x64x16x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x64x16x16xf32>
    region.yield %1 : tensor<1x64x16x16xf32>
  }
  %2 = region.fused "project" conv (%a = %0 : tensor<1x64x16x16xf32> in tile, %b = %v : tensor<3x3x16x4xf32> in dram) -> (tensor<1x64x16x4xf32> in dram) chain "c" recompute [1 of 64 step 1 tiles 64] {
    %3 = stablehlo.convolution(%a, %b) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x64x16x16xf32>, tensor<3x3x16x4xf32>) -> tensor<1x64x16x4xf32>
    region.yield %3 : tensor<1x64x16x4xf32>
  }
  func.return %2 : tensor<1x64x16x4xf32>
}

// SLOW: region.fused "expand" conv {{.*}} -> (tensor<1x64x16x16xf32> in tile) chain "c" recompute [1 of 64 step 1 before 1 after 1 tiles 64] {
// SLOW: region.fused "project" conv (%{{.*}} = %{{.*}} in tile,

// FAST: region.fused "expand" conv {{.*}} -> (tensor<1x64x16x16xf32> in dram) {
// FAST: region.fused "project" conv (%{{.*}} = %{{.*}} in dram,
