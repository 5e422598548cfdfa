// RUN: xdsl-opt %s | filecheck %s
// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | filecheck %s --check-prefix GENERIC

// The forms that jaxlib prints, for the ops that xdsl-jax lacks or reads otherwise.

// CHECK-LABEL: @main
func.func @main(%image: tensor<1x8x8x4xf32>, %kernel: tensor<3x3x4x8xf32>, %x: tensor<3x5xf32>, %zero: tensor<f32>, %i: tensor<i32>) {
  // CHECK:      stablehlo.convolution(%{{.*}}, %{{.*}}) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = {{\[\[}}0, 1], [0, 1]], reverse = [false, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision HIGH>]} : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x4x4x8xf32>
  // GENERIC:    "stablehlo.convolution"(%{{.*}}, %{{.*}}) <{{{.*}}dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>
  %conv = stablehlo.convolution(%image, %kernel) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 1], [0, 1]], reverse = [false, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision HIGH>]} : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x4x4x8xf32>

  // CHECK-NEXT: stablehlo.reduce(%{{.*}} init: %{{.*}}) applies stablehlo.add across dimensions = [1] : (tensor<3x5xf32>, tensor<f32>) -> tensor<3xf32>
  %sum = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<3x5xf32>, tensor<f32>) -> tensor<3xf32>

  // CHECK-NEXT: stablehlo.reduce(%{{.*}} init: %{{.*}}), (%{{.*}} init: %{{.*}}) across dimensions = [1] : (tensor<3x5xf32>, tensor<3x5xf32>, tensor<f32>, tensor<f32>) -> (tensor<3xf32>, tensor<3xf32>)
  // CHECK-NEXT: reducer(%[[A:.*]]: tensor<f32>, %{{.*}}: tensor<f32>) (%{{.*}}: tensor<f32>, %[[D:.*]]: tensor<f32>)  {
  // CHECK-NEXT:   stablehlo.return %[[A]], %[[D]] : tensor<f32>, tensor<f32>
  %two:2 = stablehlo.reduce(%x init: %zero), (%x init: %zero) across dimensions = [1] : (tensor<3x5xf32>, tensor<3x5xf32>, tensor<f32>, tensor<f32>) -> (tensor<3xf32>, tensor<3xf32>)
    reducer(%a: tensor<f32>, %b: tensor<f32>) (%c: tensor<f32>, %d: tensor<f32>) {
      stablehlo.return %a, %d : tensor<f32>, tensor<f32>
    }

  // CHECK:      stablehlo.pad %{{.*}}, %{{.*}}, low = [1, 0], high = [-1, 2], interior = [0, 1] : (tensor<3x5xf32>, tensor<f32>) -> tensor<3x11xf32>
  %padded = stablehlo.pad %x, %zero, low = [1, 0], high = [-1, 2], interior = [0, 1] : (tensor<3x5xf32>, tensor<f32>) -> tensor<3x11xf32>
  // CHECK-NEXT: stablehlo.compare LT, %{{.*}}, %{{.*}}, FLOAT : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xi1>
  // GENERIC:    "stablehlo.compare"(%{{.*}}, %{{.*}}) <{{{.*}}compare_type = #stablehlo<comparison_type FLOAT>
  %less = stablehlo.compare LT, %x, %x, FLOAT : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xi1>
  // CHECK-NEXT: stablehlo.reverse %{{.*}}, dims = [0, 1] : tensor<3x5xf32>
  %reversed = stablehlo.reverse %x, dims = [0, 1] : tensor<3x5xf32>
  // CHECK-NEXT: stablehlo.dynamic_update_slice %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : (tensor<3x5xf32>, tensor<3x5xf32>, tensor<i32>, tensor<i32>) -> tensor<3x5xf32>
  %updated = stablehlo.dynamic_update_slice %x, %reversed, %i, %i : (tensor<3x5xf32>, tensor<3x5xf32>, tensor<i32>, tensor<i32>) -> tensor<3x5xf32>
  // CHECK-NEXT: stablehlo.exponential %{{.*}} {result_accuracy = #stablehlo.result_accuracy<mode = #stablehlo.result_accuracy_mode<HIGHEST>>} : tensor<3x5xf32>
  %exact = stablehlo.exponential %x {result_accuracy = #stablehlo.result_accuracy<mode = #stablehlo.result_accuracy_mode<HIGHEST>>} : tensor<3x5xf32>
  // CHECK-NEXT: chlo.erf %{{.*}} : tensor<3x5xf32> -> tensor<3x5xf32>
  %erf = chlo.erf %x : tensor<3x5xf32> -> tensor<3x5xf32>
  // CHECK-NEXT: chlo.top_k(%{{.*}}, k = 2) : tensor<3x5xf32> -> (tensor<3x2xf32>, tensor<3x2xi32>)
  %best:2 = chlo.top_k(%x, k = 2) : tensor<3x5xf32> -> (tensor<3x2xf32>, tensor<3x2xi32>)
  func.return
}
