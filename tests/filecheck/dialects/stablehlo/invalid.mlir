// RUN: xdsl-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// CHECK: 'stablehlo.convolution': the result must have the shape (1, 6, 6, 8), not (1, 8, 8, 8)
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>)
%0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x8x8x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x8x8x8xf32>

// -----

// CHECK: not the dimension numbers of a convolution: [b, 0, 0, f] must name each of b, f, 0, 1 once
"test.op"() {numbers = #stablehlo.conv<[b, 0, 0, f]x[0, 1, i, o]->[b, 0, 1, f]>} : () -> ()

// -----

// CHECK: bad constant: the literal has the shape [2], its type is tensor<3xf32>
%c = stablehlo.constant dense<[1.0, 2.0]> : tensor<3xf32>

// -----

// CHECK: 'stablehlo.reduce': dimensions [2] must be different ones of the inputs' 2
%x, %c = "test.op"() : () -> (tensor<4x5xf32>, tensor<f32>)
%0 = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = [2] : (tensor<4x5xf32>, tensor<f32>) -> tensor<4x5xf32>
