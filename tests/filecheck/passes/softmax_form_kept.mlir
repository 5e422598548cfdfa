// RUN: xdsl-opt %s -p "softmax-form{passes=2}" --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "softmax-form{passes=3}" --split-input-file | filecheck %s

// Near to a softmax, and left alone: the maximum is of another tensor.
func.func @main(%x : tensor<4x4xf32>, %other : tensor<4x4xf32>) -> tensor<4x4xf32> {
  %low = stablehlo.constant dense<"0x000080FF"> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%other init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %b = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
  %d = stablehlo.subtract %x, %b : tensor<4x4xf32>
  %e = stablehlo.exponential %d : tensor<4x4xf32>
  %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
  %y = stablehlo.divide %e, %t : tensor<4x4xf32>
  func.return %y : tensor<4x4xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<4x4xf32>, [[O:%.*]]: tensor<4x4xf32>)
// CHECK:        stablehlo.reduce([[O]] init: {{%.*}}) applies stablehlo.maximum
// CHECK-NEXT:   stablehlo.broadcast_in_dim
// CHECK-NEXT:   stablehlo.subtract [[X]],
// CHECK-NEXT:   stablehlo.exponential
// CHECK-NEXT:   stablehlo.reduce({{%.*}} init: {{%.*}}) applies stablehlo.add
// CHECK-NEXT:   stablehlo.broadcast_in_dim
// CHECK-NEXT:   stablehlo.divide
// CHECK-NEXT:   func.return

// -----

// The exponentials are divided by a sum that starts at 1: rows do not sum to 1.
func.func @main(%x : tensor<4x4xf32>) -> tensor<4x4xf32> {
  %low = stablehlo.constant dense<"0x000080FF"> : tensor<f32>
  %one = stablehlo.constant dense<1.0> : tensor<f32>
  %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %b = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
  %d = stablehlo.subtract %x, %b : tensor<4x4xf32>
  %e = stablehlo.exponential %d : tensor<4x4xf32>
  %s = stablehlo.reduce(%e init: %one) applies stablehlo.add across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
  %y = stablehlo.divide %e, %t : tensor<4x4xf32>
  func.return %y : tensor<4x4xf32>
}

// CHECK:      [[ONE:%.*]] = stablehlo.constant dense<1.000000e+00>
// CHECK:      stablehlo.reduce({{%.*}} init: {{%.*}}) applies stablehlo.maximum
// CHECK:      stablehlo.reduce({{%.*}} init: [[ONE]]) applies stablehlo.add
