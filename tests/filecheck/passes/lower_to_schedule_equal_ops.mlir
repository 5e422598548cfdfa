// RUN: xdsl-opt %s -p lower-to-schedule,cse | filecheck %s

// Equal ops of a body are one before its program is written, so that a later cse leaves the program right.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}) -> tensor<8x4xf32> {
  %0 = region.fused "twice" vector (%a = %x : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.tanh %a : tensor<8x4xf32>
    %2 = stablehlo.tanh %a : tensor<8x4xf32>
    %3 = stablehlo.add %1, %2 : tensor<8x4xf32>
    region.yield %3 : tensor<8x4xf32>
  }
  func.return %0 : tensor<8x4xf32>
}

// CHECK:      %[[T:.*]] = stablehlo.tanh
// CHECK-NEXT: stablehlo.add %[[T]], %[[T]]
// CHECK:      sched.vector {alu = 32, transcendental = 32,
// CHECK-NEXT: sched.scan per piece [0 tanh, 1 add]
