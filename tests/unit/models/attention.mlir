// Causal self-attention with an embedding and a padding mask; batch and positions, then batch and heads, share a dimension.
module @attention {
  func.func public @main(%table: tensor<11x8xf32>, %pos: tensor<6x8xf32>, %wq: tensor<8x2x4xf32>, %wk: tensor<8x2x4xf32>, %wv: tensor<8x2x4xf32>,
                         %wo: tensor<2x4x8xf32>, %tokens: tensor<1x6xi32>, %mask: tensor<1x6xi1>) -> (tensor<1x6x8xf32>, tensor<1x8xf32>) {
    %t0 = stablehlo.broadcast_in_dim %tokens, dims = [0, 1] : (tensor<1x6xi32>) -> tensor<1x6x1xi32>
    %e = "stablehlo.gather"(%table, %t0) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 8>}> : (tensor<11x8xf32>, tensor<1x6x1xi32>) -> tensor<1x6x8xf32>
    %p0 = stablehlo.reshape %pos : (tensor<6x8xf32>) -> tensor<1x6x8xf32>
    %x = stablehlo.add %e, %p0 : tensor<1x6x8xf32>
    %flat = stablehlo.reshape %x : (tensor<1x6x8xf32>) -> tensor<6x8xf32>
    %q0 = stablehlo.dot_general %flat, %wq, contracting_dims = [1] x [0] : (tensor<6x8xf32>, tensor<8x2x4xf32>) -> tensor<6x2x4xf32>
    %bias = stablehlo.sine %pos : tensor<6x8xf32>
    %bias1 = stablehlo.reshape %bias : (tensor<6x8xf32>) -> tensor<6x2x4xf32>
    %q1 = stablehlo.add %q0, %bias1 : tensor<6x2x4xf32>
    %q2 = stablehlo.reshape %q1 : (tensor<6x2x4xf32>) -> tensor<1x6x2x4xf32>
    %q = stablehlo.transpose %q2, dims = [0, 2, 1, 3] : (tensor<1x6x2x4xf32>) -> tensor<1x2x6x4xf32>
    %qm = stablehlo.reshape %q : (tensor<1x2x6x4xf32>) -> tensor<2x6x4xf32>
    %k0 = stablehlo.dot_general %x, %wk, contracting_dims = [2] x [0] : (tensor<1x6x8xf32>, tensor<8x2x4xf32>) -> tensor<1x6x2x4xf32>
    %k = stablehlo.transpose %k0, dims = [0, 2, 1, 3] : (tensor<1x6x2x4xf32>) -> tensor<1x2x6x4xf32>
    %km = stablehlo.reshape %k : (tensor<1x2x6x4xf32>) -> tensor<2x6x4xf32>
    %s = stablehlo.dot_general %qm, %km, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<2x6x4xf32>, tensor<2x6x4xf32>) -> tensor<2x6x6xf32>
    %s1 = stablehlo.reshape %s : (tensor<2x6x6xf32>) -> tensor<1x2x6x6xf32>
    %m0 = stablehlo.broadcast_in_dim %mask, dims = [0, 3] : (tensor<1x6xi1>) -> tensor<1x1x1x6xi1>
    %m1 = stablehlo.broadcast_in_dim %m0, dims = [0, 1, 2, 3] : (tensor<1x1x1x6xi1>) -> tensor<1x2x6x6xi1>
    %i = stablehlo.iota dim = 2 : tensor<1x2x6x6xi32>
    %j = stablehlo.iota dim = 3 : tensor<1x2x6x6xi32>
    %causal = stablehlo.compare GE, %i, %j, SIGNED : (tensor<1x2x6x6xi32>, tensor<1x2x6x6xi32>) -> tensor<1x2x6x6xi1>
    %m2 = stablehlo.and %m1, %causal : tensor<1x2x6x6xi1>
    %low = stablehlo.constant dense<-1.0e9> : tensor<f32>
    %low1 = stablehlo.broadcast_in_dim %low, dims = [] : (tensor<f32>) -> tensor<1x2x6x6xf32>
    %s2 = stablehlo.select %m2, %s1, %low1 : tensor<1x2x6x6xi1>, tensor<1x2x6x6xf32>
    %ninf = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %max = stablehlo.reduce(%s2 init: %ninf) applies stablehlo.maximum across dimensions = [3] : (tensor<1x2x6x6xf32>, tensor<f32>) -> tensor<1x2x6xf32>
    %max1 = stablehlo.broadcast_in_dim %max, dims = [0, 1, 2] : (tensor<1x2x6xf32>) -> tensor<1x2x6x6xf32>
    %d = stablehlo.subtract %s2, %max1 : tensor<1x2x6x6xf32>
    %ex = stablehlo.exponential %d : tensor<1x2x6x6xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %sum = stablehlo.reduce(%ex init: %zero) applies stablehlo.add across dimensions = [3] : (tensor<1x2x6x6xf32>, tensor<f32>) -> tensor<1x2x6xf32>
    %sum1 = stablehlo.broadcast_in_dim %sum, dims = [0, 1, 2] : (tensor<1x2x6xf32>) -> tensor<1x2x6x6xf32>
    %pr = stablehlo.divide %ex, %sum1 : tensor<1x2x6x6xf32>
    %v = stablehlo.dot_general %x, %wv, contracting_dims = [2] x [0] : (tensor<1x6x8xf32>, tensor<8x2x4xf32>) -> tensor<1x6x2x4xf32>
    %o = stablehlo.dot_general %v, %pr, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3] : (tensor<1x6x2x4xf32>, tensor<1x2x6x6xf32>) -> tensor<1x2x4x6xf32>
    %o1 = stablehlo.transpose %o, dims = [0, 3, 1, 2] : (tensor<1x2x4x6xf32>) -> tensor<1x6x2x4xf32>
    %y = stablehlo.dot_general %o1, %wo, contracting_dims = [2, 3] x [0, 1] : (tensor<1x6x2x4xf32>, tensor<2x4x8xf32>) -> tensor<1x6x8xf32>
    %z = stablehlo.add %y, %x : tensor<1x6x8xf32>
    %first = stablehlo.slice %z [0:1, 0:1, 0:8] : (tensor<1x6x8xf32>) -> tensor<1x1x8xf32>
    %f = stablehlo.reshape %first : (tensor<1x1x8xf32>) -> tensor<1x8xf32>
    return %z, %f : tensor<1x6x8xf32>, tensor<1x8xf32>
  }
}
