// RUN: xdsl-opt %s -p tile-chains | filecheck %s
// RUN: xdsl-opt %s -p tile-chains,lower-to-stablehlo | filecheck %s --check-prefix PLAIN
// RUN: xdsl-opt %s -p lower-to-stablehlo | filecheck %s --check-prefix PLAIN

// Products that need all rows of an image are cut along images alone. What the model returns goes to DRAM, though the
// chain uses it too.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e8
  arch.global_buffer bytes 16384
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 4096 weight 4096 output 4096
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 4
}
func.func @main(%x: tensor<6x32x8xf32> {region.role = "input"}, %w: tensor<8x32xf32> {region.role = "weight"}, %v: tensor<32x8xf32> {region.role = "weight"}) -> (tensor<6x32x8xf32>, tensor<6x32x32xf32>) {
  %0 = region.fused "up" matmul (%a = %x : tensor<6x32x8xf32> in dram, %b = %w : tensor<8x32xf32> in dram) -> (tensor<6x32x32xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [2] x [0] : (tensor<6x32x8xf32>, tensor<8x32xf32>) -> tensor<6x32x32xf32>
    %2 = stablehlo.tanh %1 : tensor<6x32x32xf32>
    region.yield %2 : tensor<6x32x32xf32>
  }
  %3 = region.fused "scores" matmul (%a = %0 : tensor<6x32x32xf32> in dram) -> (tensor<6x32x32xf32> in dram) {
    %4 = stablehlo.dot_general %a, %a, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<6x32x32xf32>, tensor<6x32x32xf32>) -> tensor<6x32x32xf32>
    region.yield %4 : tensor<6x32x32xf32>
  }
  %5 = region.fused "down" matmul (%a = %3 : tensor<6x32x32xf32> in dram, %b = %v : tensor<32x8xf32> in dram) -> (tensor<6x32x8xf32> in dram) {
    %6 = stablehlo.dot_general %a, %b, contracting_dims = [2] x [0] : (tensor<6x32x32xf32>, tensor<32x8xf32>) -> tensor<6x32x8xf32>
    region.yield %6 : tensor<6x32x8xf32>
  }
  func.return %5, %0 : tensor<6x32x8xf32>, tensor<6x32x32xf32>
}

// CHECK: region.fused "scores" matmul {{.*}} -> (tensor<6x32x32xf32> in tile) chain "chain_0" keep [0 of 6 step {{.*}}] {
// CHECK: region.fused "down" matmul ({{.*}} in tile, {{.*}}) -> (tensor<6x32x8xf32> in dram) chain "chain_0" keep [0 of 6 step {{.*}}] hold [1] {

// PLAIN: func.func @main
// PLAIN-NOT: chain
// PLAIN: stablehlo.dot_general %{{.*}}, %v
// PLAIN-NEXT: func.return
