// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=16}" --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=3}" --split-input-file | filecheck %s --check-prefix THREE

func.func @main(%x : tensor<8x27xf32>, %w : tensor<27x30xf32>) -> tensor<8x30xf32> {
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x27xf32>, tensor<27x30xf32>) -> tensor<8x30xf32>
  func.return %y : tensor<8x30xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<8x27xf32>, [[W:%.*]]: tensor<27x30xf32>) -> tensor<8x30xf32> {
// CHECK-NEXT:   [[Z0:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:   [[A:%.*]] = stablehlo.pad [[X]], [[Z0]], low = [0, 0], high = [0, 5], interior = [0, 0]
// CHECK-NEXT:   [[Z1:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:   [[B:%.*]] = stablehlo.pad [[W]], [[Z1]], low = [0, 0], high = [5, 2], interior = [0, 0]
// CHECK-NEXT:   [[C:%.*]] = stablehlo.dot_general [[A]], [[B]], contracting_dims = [1] x [0] : (tensor<8x32xf32>, tensor<32x32xf32>) -> tensor<8x32xf32>
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.slice [[C]] [0:8, 0:30] : (tensor<8x32xf32>) -> tensor<8x30xf32>
// CHECK-NEXT:   func.return [[Y]] : tensor<8x30xf32>

// 27 and 30 are multiples of 3 already.
// THREE:      func.func @main([[X:%.*]]: tensor<8x27xf32>, [[W:%.*]]: tensor<27x30xf32>) -> tensor<8x30xf32> {
// THREE-NEXT:   [[Y:%.*]] = stablehlo.dot_general [[X]], [[W]]
// THREE-NEXT:   func.return [[Y]] : tensor<8x30xf32>

// -----

// A depthwise convolution has one input channel for each group.
func.func @main(%x : tensor<1x5x5x4xf32>, %w : tensor<3x3x1x4xf32>) -> tensor<1x3x3x4xf32> {
  %y = "stablehlo.convolution"(%x, %w) <{
    dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>,
    feature_group_count = 4 : i64, batch_group_count = 1 : i64
  }> : (tensor<1x5x5x4xf32>, tensor<3x3x1x4xf32>) -> tensor<1x3x3x4xf32>
  func.return %y : tensor<1x3x3x4xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<1x5x5x4xf32>, [[W:%.*]]: tensor<3x3x1x4xf32>) -> tensor<1x3x3x4xf32> {
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.convolution([[X]], [[W]])
// CHECK:        func.return [[Y]]
