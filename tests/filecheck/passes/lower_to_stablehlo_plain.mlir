// RUN: xdsl-opt %s -p lower-to-stablehlo | filecheck %s
// RUN: xdsl-opt %s -p lower-to-stablehlo,lower-to-stablehlo | filecheck %s

// What holds nothing of our dialects stays as it is: other functions, attributes of others, ops with regions.
builtin.module attributes {mhlo.num_partitions = 1 : i32} {
  func.func public @main(%x : tensor<2x4xf32> {mhlo.sharding = "{replicated}"}) -> (tensor<2xf32> {jax.result_info = "y"}) {
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
    %1 = func.call @f(%0) : (tensor<2xf32>) -> tensor<2xf32>
    func.return %1 : tensor<2xf32>
  }
  func.func private @f(%x : tensor<2xf32>) -> tensor<2xf32> {
    func.return %x : tensor<2xf32>
  }
}

// CHECK:      builtin.module attributes {mhlo.num_partitions = 1 : i32} {
// CHECK-NEXT:   func.func public @main([[X:%.*]]: tensor<2x4xf32> {mhlo.sharding = "{replicated}"}) -> (tensor<2xf32> {jax.result_info = "y"}) {
// CHECK-NEXT:     [[ZERO:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:     [[R:%.*]] = stablehlo.reduce([[X]] init: [[ZERO]]) applies stablehlo.add across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:     [[C:%.*]] = func.call @f([[R]]) : (tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:     func.return [[C]] : tensor<2xf32>
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func private @f([[Y:%.*]]: tensor<2xf32>) -> tensor<2xf32> {
// CHECK-NEXT:     func.return [[Y]] : tensor<2xf32>
