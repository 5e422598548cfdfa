// RUN: xdsl-opt %s -p inline,canonicalize,cse,dce | filecheck %s

// xDSL's own passes know that StableHLO ops have no effects: equal ops become one, also those with a body; dead ones go.
func.func public @main(%x : tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %nought = stablehlo.constant dense<0.0> : tensor<f32>
  %dead = stablehlo.exponential %x : tensor<4x8xf32>
  %a = "stablehlo.reduce"(%x, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%l : tensor<f32>, %r : tensor<f32>):
    %s = stablehlo.add %l, %r : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %b = "stablehlo.reduce"(%x, %nought) <{dimensions = array<i64: 1>}> ({
  ^bb0(%l : tensor<f32>, %r : tensor<f32>):
    %s = stablehlo.add %l, %r : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  func.return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// CHECK:      func.func public @main([[X:%.*]]: tensor<4x8xf32>)
// CHECK-NEXT:   [[Z:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:   [[A:%.*]] = stablehlo.reduce([[X]] init: [[Z]])
// CHECK-NOT:    stablehlo.reduce
// CHECK-NOT:    stablehlo.exponential
// CHECK:        func.return [[A]], [[A]] : tensor<4xf32>, tensor<4xf32>

// What has an effect stays, used or not.
func.func public @effects(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.custom_call"(%x) <{call_target_name = "print", has_side_effect = true}> : (tensor<4xf32>) -> tensor<4xf32>
  func.return %x : tensor<4xf32>
}

// CHECK:      func.func public @effects
// CHECK-NEXT:   stablehlo.custom_call
