// A small convolutional classifier: depthwise convolution, squeeze-and-excite, pooling, and a dense layer that a reshape
// hides the batch from.
module @convolutional {
  func.func public @main(%k0: tensor<3x3x3x8xf32>, %k1: tensor<3x3x1x8xf32>, %s: tensor<8xf32>, %k2: tensor<1x1x8x4xf32>,
                         %w: tensor<4x5xf32>, %x: tensor<1x9x9x3xf32>) -> tensor<1x5xf32> {
    %c = stablehlo.constant dense<0.5> : tensor<1x1x1x3xf32>
    %c0 = stablehlo.broadcast_in_dim %c, dims = [0, 1, 2, 3] : (tensor<1x1x1x3xf32>) -> tensor<1x9x9x3xf32>
    %x0 = stablehlo.subtract %x, %c0 : tensor<1x9x9x3xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %x1 = stablehlo.pad %x0, %zero, low = [0, 0, 0, 0], high = [0, 1, 1, 0], interior = [0, 0, 0, 0] : (tensor<1x9x9x3xf32>, tensor<f32>) -> tensor<1x10x10x3xf32>
    %0 = stablehlo.convolution(%x1, %k0) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x10x10x3xf32>, tensor<3x3x3x8xf32>) -> tensor<1x4x4x8xf32>
    %six = stablehlo.constant dense<6.0> : tensor<1x4x4x8xf32>
    %1 = stablehlo.minimum %0, %six : tensor<1x4x4x8xf32>
    %2 = stablehlo.convolution(%1, %k1) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 8 : i64} : (tensor<1x4x4x8xf32>, tensor<3x3x1x8xf32>) -> tensor<1x4x4x8xf32>
    %s1 = stablehlo.reshape %s : (tensor<8xf32>) -> tensor<1x1x1x8xf32>
    %s2 = stablehlo.broadcast_in_dim %s1, dims = [0, 1, 2, 3] : (tensor<1x1x1x8xf32>) -> tensor<1x4x4x8xf32>
    %3 = stablehlo.multiply %2, %s2 : tensor<1x4x4x8xf32>
    %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1, 2] : (tensor<1x4x4x8xf32>, tensor<f32>) -> tensor<1x8xf32>
    %5 = stablehlo.reshape %4 : (tensor<1x8xf32>) -> tensor<1x1x1x8xf32>
    %6 = stablehlo.logistic %5 : tensor<1x1x1x8xf32>
    %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1, 2, 3] : (tensor<1x1x1x8xf32>) -> tensor<1x4x4x8xf32>
    %8 = stablehlo.multiply %3, %7 : tensor<1x4x4x8xf32>
    %9 = stablehlo.convolution(%8, %k2) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x4x8xf32>, tensor<1x1x8x4xf32>) -> tensor<1x4x4x4xf32>
    %ninf = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %10 = "stablehlo.reduce_window"(%9, %ninf) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %m = stablehlo.maximum %a, %b : tensor<f32>
      stablehlo.return %m : tensor<f32>
    }) : (tensor<1x4x4x4xf32>, tensor<f32>) -> tensor<1x2x2x4xf32>
    %11 = stablehlo.slice %10 [0:1, 0:1, 0:2, 0:4] : (tensor<1x2x2x4xf32>) -> tensor<1x1x2x4xf32>
    %12 = stablehlo.reshape %11 : (tensor<1x1x2x4xf32>) -> tensor<2x4xf32>
    %13 = stablehlo.dot_general %12, %w, contracting_dims = [1] x [0] : (tensor<2x4xf32>, tensor<4x5xf32>) -> tensor<2x5xf32>
    %14 = stablehlo.reshape %13 : (tensor<2x5xf32>) -> tensor<1x2x5xf32>
    %15 = stablehlo.reduce(%14 init: %ninf) applies stablehlo.maximum across dimensions = [1] : (tensor<1x2x5xf32>, tensor<f32>) -> tensor<1x5xf32>
    return %15 : tensor<1x5xf32>
  }
}
