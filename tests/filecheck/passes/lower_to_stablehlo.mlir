// RUN: xdsl-opt %s -p lower-to-stablehlo --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p lower-to-stablehlo --split-input-file | filecheck %s --check-prefix GONE

// Bodies take the place of their regions, schedules and the machine go; foreign attributes stay.
builtin.module attributes {region.batch = 8 : i64, keep = 1 : i64} {
  arch.accelerator @small clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 8 {
    arch.vector_unit multiplier 1
    arch.systolic_array rows 32 columns 32
    arch.l1 private input 32768 weight 32768 output 32768
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.pe_grid x 8 y 8
    arch.global_buffer bytes 1048576
    arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  }
  func.func public @main(%x : tensor<8x4xf32> {region.role = "input", keep = 2 : i64}, %w : tensor<4x4xf32> {region.role = "weight"}) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
    %0, %1 = region.fused "matmul_0" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned) -> (tensor<8x4xf32> in dram, tensor<8x4xf32> in global) {
      %2 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
      %3 = stablehlo.tanh %2 : tensor<8x4xf32>
      region.yield %2, %3 : tensor<8x4xf32>, tensor<8x4xf32>
    }
    %4 = sched.region "vector_1" vector (%c = %1 : tensor<8x4xf32> in global) -> (tensor<8x4xf32> in dram) {
      %5 = stablehlo.negate %c : tensor<8x4xf32>
      sched.yield %5 : tensor<8x4xf32>
    } schedule {
      sched.vector {alu = 32, transcendental = 0, divide = 0, reduce = 0, move = 0}
    }
    func.return %0, %4 : tensor<8x4xf32>, tensor<8x4xf32>
  }
}

// CHECK:      builtin.module attributes {keep = 1 : i64} {
// CHECK-NEXT:   func.func public @main([[X:%.*]]: tensor<8x4xf32> {keep = 2 : i64}, [[W:%.*]]: tensor<4x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
// CHECK-NEXT:     [[D:%.*]] = stablehlo.dot_general [[X]], [[W]]
// CHECK-NEXT:     [[T:%.*]] = stablehlo.tanh [[D]] : tensor<8x4xf32>
// CHECK-NEXT:     [[N:%.*]] = stablehlo.negate [[T]] : tensor<8x4xf32>
// CHECK-NEXT:     func.return [[D]], [[N]] : tensor<8x4xf32>, tensor<8x4xf32>
// CHECK-NEXT:   }
// CHECK-NEXT: }
// GONE-NOT: {{region|sched|arch}}.
