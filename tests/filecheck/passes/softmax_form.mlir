// RUN: xdsl-opt %s -p "softmax-form" --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "softmax-form{passes=2}" --split-input-file | filecheck %s --check-prefix TWO
// RUN: xdsl-opt %s -p "softmax-form{passes=2},softmax-form{passes=3}" --split-input-file | filecheck %s

// As JAX writes it over the middle dimension, in bfloat16 with the sum in float32.
func.func @main(%x : tensor<2x8x4xbf16>) -> tensor<2x8x4xbf16> {
  %low = stablehlo.constant dense<"0x80FF"> : tensor<bf16>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<2x8x4xbf16>, tensor<bf16>) -> tensor<2x4xbf16>
  %lows = stablehlo.broadcast_in_dim %low, dims = [] : (tensor<bf16>) -> tensor<2x4xbf16>
  %f = stablehlo.maximum %lows, %m : tensor<2x4xbf16>
  %k = stablehlo.broadcast_in_dim %f, dims = [0, 2] : (tensor<2x4xbf16>) -> tensor<2x1x4xbf16>
  %b = stablehlo.broadcast_in_dim %k, dims = [0, 1, 2] : (tensor<2x1x4xbf16>) -> tensor<2x8x4xbf16>
  %d = stablehlo.subtract %x, %b : tensor<2x8x4xbf16>
  %e = stablehlo.exponential %d : tensor<2x8x4xbf16>
  %w = stablehlo.convert %e : (tensor<2x8x4xbf16>) -> tensor<2x8x4xf32>
  %s = stablehlo.reduce(%w init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<2x8x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %t = stablehlo.broadcast_in_dim %s, dims = [0, 2] : (tensor<2x4xf32>) -> tensor<2x1x4xf32>
  %n = stablehlo.convert %t : (tensor<2x1x4xf32>) -> tensor<2x1x4xbf16>
  %u = stablehlo.broadcast_in_dim %n, dims = [0, 1, 2] : (tensor<2x1x4xbf16>) -> tensor<2x8x4xbf16>
  %y = stablehlo.divide %e, %u : tensor<2x8x4xbf16>
  func.return %y : tensor<2x8x4xbf16>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<2x8x4xbf16>) -> tensor<2x8x4xbf16> {
// CHECK-NEXT:   [[LOW:%.*]] = stablehlo.constant dense<"0x80FF"> : tensor<bf16>
// CHECK-NEXT:   [[M:%.*]] = stablehlo.reduce([[X]] init: [[LOW]]) applies stablehlo.maximum across dimensions = [1]
// CHECK-NEXT:   [[B:%.*]] = stablehlo.broadcast_in_dim [[M]], dims = [0, 2] : (tensor<2x4xbf16>) -> tensor<2x8x4xbf16>
// CHECK-NEXT:   [[D:%.*]] = stablehlo.subtract [[X]], [[B]] : tensor<2x8x4xbf16>
// CHECK-NEXT:   [[E:%.*]] = stablehlo.exponential [[D]] : tensor<2x8x4xbf16>
// CHECK-NEXT:   [[ZERO:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:   [[W:%.*]] = stablehlo.convert [[E]] : (tensor<2x8x4xbf16>) -> tensor<2x8x4xf32>
// CHECK-NEXT:   [[S:%.*]] = stablehlo.reduce([[W]] init: [[ZERO]]) applies stablehlo.add across dimensions = [1]
// CHECK-NEXT:   [[N:%.*]] = stablehlo.convert [[S]] : (tensor<2x4xf32>) -> tensor<2x4xbf16>
// CHECK-NEXT:   [[U:%.*]] = stablehlo.broadcast_in_dim [[N]], dims = [0, 2] : (tensor<2x4xbf16>) -> tensor<2x8x4xbf16>
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.divide [[E]], [[U]] : tensor<2x8x4xbf16>
// CHECK-NEXT:   func.return [[Y]]

// TWO:      func.func @main([[X:%.*]]: tensor<2x8x4xbf16>) -> tensor<2x8x4xbf16> {
// TWO-NEXT:   [[W:%.*]] = stablehlo.convert [[X]] : (tensor<2x8x4xbf16>) -> tensor<2x8x4xf32>
// TWO-NEXT:   [[ONE:%.*]] = stablehlo.constant dense<1.000000e+00> : tensor<f32>
// TWO-NEXT:   [[ONES:%.*]] = stablehlo.broadcast_in_dim [[ONE]], dims = [] : (tensor<f32>) -> tensor<2x8x4xf32>
// TWO-NEXT:   [[LOW:%.*]] = stablehlo.constant dense<"0x000080FF"> : tensor<f32>
// TWO-NEXT:   [[ZERO:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// TWO-NEXT:   [[M:%.*]], [[S:%.*]] = stablehlo.reduce([[W]] init: [[LOW]]), ([[ONES]] init: [[ZERO]]) across dimensions = [1]
// TWO-NEXT:   reducer([[M0:%.*]]: tensor<f32>, [[M1:%.*]]: tensor<f32>) ([[S0:%.*]]: tensor<f32>, [[S1:%.*]]: tensor<f32>) {
// TWO-NEXT:     [[TOP:%.*]] = stablehlo.maximum [[M0]], [[M1]] : tensor<f32>
// TWO-NEXT:     [[SAME:%.*]] = stablehlo.compare EQ, [[M0]], [[M1]], FLOAT
// TWO-NEXT:     [[D0:%.*]] = stablehlo.subtract [[M0]], [[TOP]] : tensor<f32>
// TWO-NEXT:     [[E0:%.*]] = stablehlo.exponential [[D0]] : tensor<f32>
// TWO-NEXT:     [[P0:%.*]] = stablehlo.multiply [[S0]], [[E0]] : tensor<f32>
// TWO-NEXT:     [[T0:%.*]] = stablehlo.select [[SAME]], [[S0]], [[P0]]
// TWO-NEXT:     [[D1:%.*]] = stablehlo.subtract [[M1]], [[TOP]] : tensor<f32>
// TWO-NEXT:     [[E1:%.*]] = stablehlo.exponential [[D1]] : tensor<f32>
// TWO-NEXT:     [[P1:%.*]] = stablehlo.multiply [[S1]], [[E1]] : tensor<f32>
// TWO-NEXT:     [[T1:%.*]] = stablehlo.select [[SAME]], [[S1]], [[P1]]
// TWO-NEXT:     [[T:%.*]] = stablehlo.add [[T0]], [[T1]] : tensor<f32>
// TWO-NEXT:     stablehlo.return [[TOP]], [[T]]
// TWO-NEXT:   }
// TWO-NEXT:   [[MN:%.*]] = stablehlo.convert [[M]] : (tensor<2x4xf32>) -> tensor<2x4xbf16>
// TWO-NEXT:   [[B:%.*]] = stablehlo.broadcast_in_dim [[MN]], dims = [0, 2] : (tensor<2x4xbf16>) -> tensor<2x8x4xbf16>
// TWO-NEXT:   [[D:%.*]] = stablehlo.subtract [[X]], [[B]] : tensor<2x8x4xbf16>
// TWO-NEXT:   [[E:%.*]] = stablehlo.exponential [[D]] : tensor<2x8x4xbf16>
// TWO-NEXT:   [[N:%.*]] = stablehlo.convert [[S]] : (tensor<2x4xf32>) -> tensor<2x4xbf16>
// TWO-NEXT:   [[U:%.*]] = stablehlo.broadcast_in_dim [[N]], dims = [0, 2] : (tensor<2x4xbf16>) -> tensor<2x8x4xbf16>
// TWO-NEXT:   [[Y:%.*]] = stablehlo.divide [[E]], [[U]] : tensor<2x8x4xbf16>
// TWO-NEXT:   func.return [[Y]]

// -----

// Not a softmax: the sum is over another dimension than the maximum.
func.func @main(%x : tensor<4x4xf32>) -> tensor<4x4xf32> {
  %low = stablehlo.constant dense<"0x000080FF"> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [0] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %b = stablehlo.broadcast_in_dim %m, dims = [1] : (tensor<4xf32>) -> tensor<4x4xf32>
  %d = stablehlo.subtract %x, %b : tensor<4x4xf32>
  %e = stablehlo.exponential %d : tensor<4x4xf32>
  %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
  %y = stablehlo.divide %e, %t : tensor<4x4xf32>
  func.return %y : tensor<4x4xf32>
}

// TWO:      stablehlo.reduce({{.*}}) applies stablehlo.maximum across dimensions = [0]
// TWO:      stablehlo.reduce({{.*}}) applies stablehlo.add across dimensions = [1]
