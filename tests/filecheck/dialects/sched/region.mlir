// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | filecheck %s --check-prefix GENERIC
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 1048576
  arch.pe_grid x 2 y 2
  arch.l2 private input_multiplier 2 weight_multiplier 1 output_multiplier 1
  arch.l1 shared input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x4xf32> {region.role = "weight"}) -> tensor<8x4xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    sched.yield %1 : tensor<8x4xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 0.5] dilation [1, 0.33333333333333331] bytes [4, 4, 4]
    sched.loops global [n = 8 step 6]
    sched.transfer input dram to global tile 96
    sched.transfer output global to dram tile 96
    sched.loops l2 [n = 6 step 4, k = 4 step 2]
    sched.transfer input global to l2 tile 64
    sched.transfer weight global to l2 tile 32
    sched.transfer output l2 to global tile 32
    sched.loops l1 [n = 4 step 2]
    sched.transfer input l2 to l1 tile 32
    sched.transfer weight l2 to l1 tile 32
    sched.transfer output l1 to l2 tile 16
    sched.spatial pe_x [n = 2]
    sched.spatial rows [c = 4]
    sched.spatial columns [k = 2]
    sched.compute weight_stationary
    sched.vector {alu = 1, transcendental = 2, divide = 3, reduce = 4, move = 5} rows [n, k] {rescan_bytes = 8, kept_bytes = 7, row_bytes = 6}
  }
  func.return %0 : tensor<8x4xf32>
}

// CHECK:      %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram) {
// CHECK-NEXT:   %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
// CHECK-NEXT:   sched.yield %1 : tensor<8x4xf32>
// CHECK-NEXT: } schedule {
// CHECK-NEXT:   sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1]
// CHECK-NEXT:     stride [1, 5.000000e-01] dilation [1, 0.3333333333333333] bytes [4, 4, 4]
// CHECK-NEXT:   sched.loops global [n = 8 step 6]
// CHECK-NEXT:   sched.transfer input dram to global tile 96
// CHECK-NEXT:   sched.transfer output global to dram tile 96
// CHECK-NEXT:   sched.loops l2 [n = 6 step 4, k = 4 step 2]
// CHECK-NEXT:   sched.transfer input global to l2 tile 64
// CHECK-NEXT:   sched.transfer weight global to l2 tile 32
// CHECK-NEXT:   sched.transfer output l2 to global tile 32
// CHECK-NEXT:   sched.loops l1 [n = 4 step 2]
// CHECK-NEXT:   sched.transfer input l2 to l1 tile 32
// CHECK-NEXT:   sched.transfer weight l2 to l1 tile 32
// CHECK-NEXT:   sched.transfer output l1 to l2 tile 16
// CHECK-NEXT:   sched.spatial pe_x [n = 2]
// CHECK-NEXT:   sched.spatial rows [c = 4]
// CHECK-NEXT:   sched.spatial columns [k = 2]
// CHECK-NEXT:   sched.compute weight_stationary
// CHECK-NEXT:   sched.vector {alu = 1, transcendental = 2, divide = 3, reduce = 4, move = 5}
// CHECK-NEXT:     rows [n, k] {rescan_bytes = 8, kept_bytes = 7, row_bytes = 6}
// CHECK-NEXT: }

// GENERIC: "sched.contraction"() <{bounds = array<i64: 1, 8, 1, 1, 4, 4, 1, 1>, stride = [1.000000e+00 : f64, 5.000000e-01 : f64]
// GENERIC: "sched.loops"() <{level = #sched<level l2>, loops = [#sched.loop<n = 6 step 4>, #sched.loop<k = 4 step 2>]}>
// GENERIC: "sched.transfer"() <{operand = #sched<operand output>, source = #sched<level l1>, destination = #sched<level l2>, tile_bytes = 16 : i64}>
// GENERIC: "sched.spatial"() <{axis = #sched<axis rows>, extents = [#sched.extent<c = 4>]}>
// GENERIC: "sched.compute"() <{engine = #sched<engine weight_stationary>}>
