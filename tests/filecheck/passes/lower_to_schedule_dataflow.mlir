// RUN: xdsl-opt %s -p 'lower-to-schedule{dataflow=weight_stationary}' | filecheck %s --check-prefixes CHECK,WEIGHT
// RUN: xdsl-opt %s -p 'lower-to-schedule{dataflow=input_stationary}' | filecheck %s --check-prefixes CHECK,INPUT
// RUN: xdsl-opt %s -p 'lower-to-schedule{dataflow=output_stationary}' | filecheck %s --check-prefixes CHECK,OUTPUT
// RUN: xdsl-opt %s -p 'place-tensors{dataflow=input_stationary},lower-to-schedule{dataflow=input_stationary}' | filecheck %s --check-prefix PLACED

// Which two of the dimensions n, k and c lie on the array's rows and columns is what the dataflow means: the operand that
// stays has these two. A region without a contraction has no dataflow.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 1048576
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x16xf32> {region.role = "weight"}) -> tensor<8x16xf32> {
  %0 = region.fused "product" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x16xf32> in dram) -> (tensor<8x16xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x16xf32>) -> tensor<8x16xf32>
    region.yield %1 : tensor<8x16xf32>
  }
  %2 = region.fused "sum" vector (%a = %0 : tensor<8x16xf32> in dram) -> (tensor<8x16xf32> in dram) {
    %3 = stablehlo.add %a, %a : tensor<8x16xf32>
    region.yield %3 : tensor<8x16xf32>
  }
  func.return %2 : tensor<8x16xf32>
}

// CHECK:       sched.region "product" matmul
// CHECK:         sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 16, c = 4, r = 1, s = 1]
// WEIGHT:        sched.spatial rows [c = 4]
// WEIGHT-NEXT:   sched.spatial columns [k = 4]
// WEIGHT-NEXT:   sched.compute weight_stationary
// INPUT:         sched.spatial rows [c = 4]
// INPUT-NEXT:    sched.spatial columns [n = 4]
// INPUT-NEXT:    sched.compute input_stationary
// OUTPUT:        sched.spatial rows [n = 4]
// OUTPUT-NEXT:   sched.spatial columns [k = 4]
// OUTPUT-NEXT:   sched.compute output_stationary
// CHECK:       sched.region "sum" vector
// CHECK-NOT:     sched.compute

// PLACED:      sched.region "product" matmul ({{.*}} in dram, {{.*}} in pinned at {{.*}}) -> (tensor<8x16xf32> in global at {{.*}})
// PLACED:        sched.compute input_stationary
