// RUN: xdsl-opt %s -p lower-to-schedule --split-input-file --verify-diagnostics | filecheck %s

// CHECK: lower-to-schedule needs a machine: the module has no arch.accelerator; pass --hw NAME or put one arch.accelerator at the top of the module
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  func.return %x : tensor<8xf32>
}

// -----

// CHECK: lower-to-schedule needs one machine: the module has 2 (@m, @n); keep one arch.accelerator
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
arch.accelerator @n clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  func.return %x : tensor<8xf32>
}

// -----

// CHECK: lower-to-schedule: @main has stablehlo.add outside any region; run form-regions first
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = stablehlo.add %x, %x : tensor<8xf32>
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: lower-to-schedule: region 'a' is a sched.region already; run lower-to-schedule once, on what form-regions made
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sched.region "a" vector (%a = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
    sched.yield %a : tensor<8xf32>
  } schedule {
    sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
  }
  func.return %0 : tensor<8xf32>
}

// -----

// CHECK: lower-to-schedule: no tile of the contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] fits the buffers of machine 'm'
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 4 output 1024
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
