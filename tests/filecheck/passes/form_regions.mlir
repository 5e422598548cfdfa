// RUN: xdsl-opt %s -p form-regions --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p form-regions --split-input-file | xdsl-opt --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "form-regions{sink=false}" --split-input-file | filecheck %s --check-prefix STAYS

// Each matrix product opens a region and takes in what follows; the constant is copied; the pad moves to its user.
func.func public @main(%x : tensor<8x4xf32>, %w : tensor<4x4xf32>, %v : tensor<16x2xf32>) -> tensor<4x2xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %zeros = stablehlo.broadcast_in_dim %zero, dims = [] : (tensor<f32>) -> tensor<8x4xf32>
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %1 = stablehlo.maximum %0, %zeros : tensor<8x4xf32>
  %2 = stablehlo.pad %1, %zero, low = [8, 0], high = [0, 0], interior = [0, 0] : (tensor<8x4xf32>, tensor<f32>) -> tensor<16x4xf32>
  %3 = stablehlo.dot_general %2, %v, contracting_dims = [0] x [0] : (tensor<16x4xf32>, tensor<16x2xf32>) -> tensor<4x2xf32>
  func.return %3 : tensor<4x2xf32>
}

// CHECK:      func.func public @main([[X:%.*]]: tensor<8x4xf32> {region.role = "{{.*}}"}, [[W:%.*]]: tensor<4x4xf32> {{{.*}}}, [[V:%.*]]: tensor<16x2xf32> {{{.*}}}) -> tensor<4x2xf32> {
// CHECK-NEXT:   [[R0:%.*]] = region.fused "matmul_0" matmul ([[A:%.*]] = [[X]] : tensor<8x4xf32> in dram, [[B:%.*]] = [[W]] : tensor<4x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
// CHECK-NEXT:     [[Z:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:     [[ZS:%.*]] = stablehlo.broadcast_in_dim [[Z]], dims = [] : (tensor<f32>) -> tensor<8x4xf32>
// CHECK-NEXT:     [[D:%.*]] = stablehlo.dot_general [[A]], [[B]]
// CHECK-NEXT:     [[M:%.*]] = stablehlo.maximum [[D]], [[ZS]] : tensor<8x4xf32>
// CHECK-NEXT:     region.yield [[M]] : tensor<8x4xf32>
// CHECK-NEXT:   }
// CHECK-NEXT:   [[R1:%.*]] = region.fused "matmul_1" matmul ([[C:%.*]] = [[R0]] : tensor<8x4xf32> in dram, [[E:%.*]] = [[V]] : tensor<16x2xf32> in dram) -> (tensor<4x2xf32> in dram) {
// CHECK-NEXT:     [[Z1:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:     [[P:%.*]] = stablehlo.pad [[C]], [[Z1]]
// CHECK-NEXT:     [[G:%.*]] = stablehlo.dot_general [[P]], [[E]]
// CHECK-NEXT:     region.yield [[G]] : tensor<4x2xf32>
// CHECK-NEXT:   }
// CHECK-NEXT:   func.return [[R1]] : tensor<4x2xf32>

// STAYS: region.fused "matmul_0" matmul ({{.*}}) -> (tensor<16x4xf32> in dram)
// STAYS: region.fused "matmul_1" matmul

// -----

// A result that is returned and read again leaves the region once; a pooling opens its own.
func.func public @main(%x : tensor<1x4x4x2xf32>, %w : tensor<1x1x2x2xf32>) -> (tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>) {
  %low = stablehlo.constant dense<-1.0> : tensor<f32>
  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = "stablehlo.reduce_window"(%0, %low) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
  ^bb0(%l : tensor<f32>, %r : tensor<f32>):
    %s = stablehlo.maximum %l, %r : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<1x4x4x2xf32>, tensor<f32>) -> tensor<1x2x2x2xf32>
  func.return %0, %1 : tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>
}

// CHECK:      func.func public @main({{%.*}}: tensor<1x4x4x2xf32> {region.role = "input"}, {{%.*}}: tensor<1x1x2x2xf32> {region.role = "weight"})
// CHECK-NEXT:   [[R0:%.*]] = region.fused "conv_0" conv
// CHECK:        [[R1:%.*]] = region.fused "pool_1" pool ({{%.*}} = [[R0]] : tensor<1x4x4x2xf32> in dram) -> (tensor<1x2x2x2xf32> in dram) {
// CHECK:        func.return [[R0]], [[R1]] : tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>
