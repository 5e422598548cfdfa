// RUN: xdsl-opt %s -p place-tensors | filecheck %s --check-prefix ALL
// RUN: xdsl-opt %s -p 'place-tensors{residency=weights}' | filecheck %s --check-prefix WEIGHTS
// RUN: xdsl-opt %s -p 'place-tensors{residency=activations}' | filecheck %s --check-prefix ACTIVATIONS
// RUN: xdsl-opt %s -p 'place-tensors,place-tensors{residency=none}' | filecheck %s --check-prefix NONE
// RUN: sed 's/bytes 1048576/bytes 0/' %s | xdsl-opt -p place-tensors | filecheck %s --check-prefix NONE

// Every tensor fits the global buffer and DRAM is slow, so all that may stay on chip does. The model's input and output
// may not.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = region.fused "first" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    region.yield %1 : tensor<8x4xf32>
  }
  %2 = region.fused "second" matmul (%a = %0 : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %3 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    %4 = stablehlo.tanh %3 : tensor<8x4xf32>
    region.yield %4 : tensor<8x4xf32>
  }
  %5 = region.fused "last" vector (%a = %2 : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %6 = stablehlo.add %a, %a : tensor<8x4xf32>
    region.yield %6 : tensor<8x4xf32>
  }
  func.return %5 : tensor<8x4xf32>
}

// ALL: region.fused "first" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in global)
// ALL: region.fused "second" matmul (%{{.*}} = %0 : tensor<8x4xf32> in global, %{{.*}} = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in global)
// ALL: region.fused "last" vector (%{{.*}} = %{{.*}} : tensor<8x4xf32> in global) -> (tensor<8x4xf32> in dram)

// WEIGHTS: region.fused "first" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram)
// WEIGHTS: region.fused "second" matmul (%{{.*}} = %0 : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram)
// WEIGHTS: region.fused "last" vector (%{{.*}} = %{{.*}} : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in dram)

// ACTIVATIONS: region.fused "first" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in global)
// ACTIVATIONS: region.fused "second" matmul (%{{.*}} = %0 : tensor<8x4xf32> in global, %{{.*}} = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in global)
// ACTIVATIONS: region.fused "last" vector (%{{.*}} = %{{.*}} : tensor<8x4xf32> in global) -> (tensor<8x4xf32> in dram)

// NONE: region.fused "first" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram)
// NONE: region.fused "second" matmul (%{{.*}} = %0 : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram)
// NONE: region.fused "last" vector (%{{.*}} = %{{.*}} : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in dram)
