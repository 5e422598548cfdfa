// RUN: xdsl-opt %s -p lower-to-schedule | filecheck %s
// RUN: xdsl-opt %s -p 'lower-to-schedule{dataflow=output_stationary}' | filecheck %s --check-prefix OUTPUT
// RUN: xdsl-opt %s -p place-tensors,lower-to-schedule | filecheck %s --check-prefix PLACED

// One PE whose buffers hold everything: 8 * 4 * 4 = 128 bytes of inputs and outputs and 4 * 4 * 4 = 64 of weights. DRAM
// moves a byte a nanosecond: of two halves of the output channels one leaves while the other is computed.

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
  %7 = region.fused "center" matmul (%a = %0 : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %8 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    %9 = stablehlo.reduce(%8 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8x4xf32>, tensor<f32>) -> tensor<8xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0] : (tensor<8xf32>) -> tensor<8x4xf32>
    %11 = stablehlo.subtract %8, %10 : tensor<8x4xf32>
    region.yield %11 : tensor<8x4xf32>
  }
  func.return %5 : tensor<8x4xf32>
}

// In the global buffer there are both slots of all three tiles of "first", and those of "second" that do not depend on it:
// 2 * (128 + 32 + 64) + 2 * 32 bytes.
// CHECK:      sched.memory global bytes 1048576 peak 512
// CHECK-NOT:  region.fused
// CHECK:      sched.region "first" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
// CHECK-NEXT:   stablehlo.dot_general
// CHECK-NEXT:   sched.yield
// CHECK-NEXT: } schedule {
// CHECK-NEXT:   sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1]
// CHECK-NEXT:     stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
// CHECK-NEXT:   sched.loops global [k = 4 step 2]
// CHECK-NEXT:   sched.tile global [n = 8, k = 2, c = 4]
// CHECK-NEXT:   sched.transfer input dram to global tile 128
// CHECK-NEXT:   sched.transfer weight dram to global tile 32
// CHECK-NEXT:   sched.transfer output global to dram tile 64
// CHECK-NEXT:   sched.buffer input global slots 2 bytes 128 at {{\[.*\]$}}
// CHECK-NEXT:   sched.buffer weight global slots 2 bytes 32 at {{\[.*\]$}}
// CHECK-NEXT:   sched.buffer output global slots 2 bytes 64 at {{\[.*\]$}}
// CHECK-NEXT:   sched.transfer input global to l1 tile 128
// CHECK-NEXT:   sched.transfer weight global to l1 tile 32
// CHECK-NEXT:   sched.transfer output l1 to global tile 64
// CHECK-NEXT:   sched.buffer input l1 slots 2 bytes 128 at [0 to 256]
// CHECK-NEXT:   sched.buffer weight l1 slots 2 bytes 32 at [0 to 64]
// CHECK-NEXT:   sched.buffer output l1 slots 2 bytes 64 at [0 to 128]
// CHECK-NEXT:   sched.spatial rows [c = 4]
// CHECK-NEXT:   sched.spatial columns [n = 4]
// CHECK-NEXT:   sched.compute input_stationary
// CHECK-NEXT:   sched.folds input count 2 preload 4 stream 2
// CHECK-NEXT:   sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
// CHECK-NEXT: }
// "first" makes the input of "second", so only the weights are there before it begins.
// CHECK:      sched.region "second" matmul
// CHECK:        sched.buffer input global slots 2 bytes 128 at {{\[.*\]$}}
// CHECK-NEXT:   sched.buffer weight global slots 2 bytes 32 at {{\[.*\]}} prefetch
// CHECK:        sched.vector {alu = 0, transcendental = 32, divide = 0, reduce = 0, move = 0}
// CHECK-NEXT:   sched.scan per output [1 tanh]
// CHECK:      sched.region "last" vector
// CHECK-NEXT:   stablehlo.add
// CHECK-NEXT:   sched.yield
// CHECK-NEXT: } schedule {
// CHECK-NEXT:   sched.pieces 1
// CHECK-NEXT:   sched.buffer input l1 slots 2 bytes 128 at [0 to 256]
// CHECK-NEXT:   sched.buffer output l1 slots 2 bytes 128 at [0 to 256]
// CHECK-NEXT:   sched.vector {alu = 32, transcendental = 0, divide = 0, reduce = 0, move = 0}
// CHECK-NEXT:   sched.scan per piece [0 add]
// CHECK-NEXT: }
// The 128 bytes of the product wait for the ends of their rows, 16 bytes each: stored once, read once again.
// CHECK:      sched.region "center" matmul
// CHECK:        sched.vector {alu = 32, transcendental = 0, divide = 0, reduce = 32, move = 0}
// CHECK-NEXT:          rows [k] {rescan_bytes = 256, kept_bytes = 128, row_bytes = 16}
// CHECK-NEXT:   sched.keep l1 bytes 128
// CHECK-NEXT:   sched.scan per output [2 reduce]
// CHECK-NEXT:   sched.scan per row [3 broadcast_in_dim, 4 subtract]

// OUTPUT: sched.region "first"
// OUTPUT: sched.spatial rows [n = 4]
// OUTPUT: sched.spatial columns [k = 4]
// OUTPUT: sched.compute output_stationary

// What stays on chip needs no transfer across the chip's border.
// At "first" there are 64 bytes of weights, the result and two slots of the input: 64 + 128 + 256.
// PLACED:      sched.memory global bytes 1048576 peak 448
// PLACED:      sched.region "first" matmul (%{{.*}} = %x : tensor<8x4xf32> in dram, %{{.*}} = %w : tensor<4x4xf32> in pinned at [0 to 64]) -> (tensor<8x4xf32> in global at [64 to 192]) {
// PLACED:        sched.contraction
// PLACED-NEXT:     stride
// PLACED-NEXT:   sched.loops global [k = 4 step 2]
// PLACED-NEXT:   sched.tile global
// PLACED-NEXT:   sched.transfer input dram to global tile 128
// PLACED-NEXT:   sched.buffer input global slots 2 bytes 128 at [192 to 448]
// PLACED-NEXT:   sched.transfer input global to l1 tile 128
// PLACED:      sched.region "second" matmul (%{{.*}} = %0 : tensor<8x4xf32> in global at [64 to 192]
// PLACED:        sched.contraction
// PLACED-NEXT:     stride
// Its tanh follows the last tile of the PEs, which is so smaller.
// PLACED-NEXT:   sched.loops global [k = 4 step 2]
// PLACED-NEXT:   sched.tile global
// PLACED-NEXT:   sched.loops l1 [k = 2 step 1]
// PLACED-NEXT:   sched.tile l1
// PLACED-NEXT:   sched.transfer input global to l1 tile 128
