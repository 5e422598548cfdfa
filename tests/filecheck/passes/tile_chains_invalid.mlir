// RUN: xdsl-opt %s -p tile-chains --split-input-file --verify-diagnostics | filecheck %s
// RUN: xdsl-opt %s -p 'tile-chains{most-tiles=0}' --split-input-file --verify-diagnostics | filecheck %s --check-prefix NONE

// CHECK: tile-chains needs a machine: the module has no arch.accelerator
// NONE: tile-chains: most-tiles is 0; it must be at least 1
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  func.return %x : tensor<8xf32>
}

// -----

// CHECK: tile-chains: @main has stablehlo.tanh outside any region; run form-regions first
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e8
  arch.global_buffer bytes 32768
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 4096 weight 4096 output 4096
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 4
}
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = stablehlo.tanh %x : tensor<8xf32>
  func.return %0 : tensor<8xf32>
}
