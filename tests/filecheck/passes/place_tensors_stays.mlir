// RUN: xdsl-opt %s -p place-tensors | filecheck %s
// RUN: xdsl-opt %s -p 'place-tensors{dataflow=output_stationary}' | filecheck %s
// RUN: xdsl-opt %s -p 'place-tensors,place-tensors' | filecheck %s

// What may not move: the model's input and output, and a tensor that is larger than the global buffer. The weight of 2
// MiB does not fit the buffer of 1 MiB, the activation of 512 bytes between the regions does.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x16384xf32> {region.role = "input"}, %w: tensor<16384x32xf32> {region.role = "weight"}, %v: tensor<32x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = region.fused "large" matmul (%a = %x : tensor<8x16384xf32> in dram, %b = %w : tensor<16384x32xf32> in dram) -> (tensor<8x32xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x16384xf32>, tensor<16384x32xf32>) -> tensor<8x32xf32>
    region.yield %1 : tensor<8x32xf32>
  }
  %2 = region.fused "small" matmul (%a = %0 : tensor<8x32xf32> in dram, %b = %v : tensor<32x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %3 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x32xf32>, tensor<32x4xf32>) -> tensor<8x4xf32>
    region.yield %3 : tensor<8x4xf32>
  }
  func.return %2 : tensor<8x4xf32>
}

// CHECK: region.fused "large" matmul ({{.*}} = %x : tensor<8x16384xf32> in dram, {{.*}} = %w : tensor<16384x32xf32> in dram) -> (tensor<8x32xf32> in global)
// CHECK: region.fused "small" matmul ({{.*}} = %0 : tensor<8x32xf32> in global, {{.*}} = %v : tensor<32x4xf32> in pinned) -> (tensor<8x4xf32> in dram)
