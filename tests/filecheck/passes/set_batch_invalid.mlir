// RUN: xdsl-opt %s -p "set-batch{size=8}" --split-input-file --verify-diagnostics | filecheck %s

// Normalization over the batch mixes inferences.
// CHECK: set-batch{size=8}: stablehlo.reduce : (tensor<1x4xf32>, tensor<f32>) -> (tensor<4xf32>) (op 1 of the function{{.*}}) mixes the inferences of a batch
func.func public @main(%x : tensor<1x4xf32>) -> tensor<1x4xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = "stablehlo.reduce"(%x, %zero) <{dimensions = array<i64: 0>}> ({
  ^bb0(%l : tensor<f32>, %r : tensor<f32>):
    %s = stablehlo.add %l, %r : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<1x4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<4xf32>) -> tensor<1x4xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<1x4xf32>
  func.return %2 : tensor<1x4xf32>
}

// -----

// CHECK: set-batch{size=8}: stablehlo.reverse : {{.*}} mixes the inferences of a batch
func.func public @main(%x : tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = "stablehlo.reverse"(%x) <{dimensions = array<i64: 0>}> : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = stablehlo.add %0, %x : tensor<1x4xf32>
  func.return %1 : tensor<1x4xf32>
}

// -----

// CHECK: set-batch{size=8}: func.call : {{.*}} has no rule for batched operands; run inline first
func.func public @main(%x : tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = func.call @f(%x) : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = stablehlo.add %0, %x : tensor<1x4xf32>
  func.return %1 : tensor<1x4xf32>
}
func.func private @f(%x : tensor<1x4xf32>) -> tensor<1x4xf32> {
  func.return %x : tensor<1x4xf32>
}

// -----

// CHECK: set-batch{size=8}: @main: no result has a dimension that could be the batch
func.func public @main(%x : tensor<f32>) -> tensor<f32> {
  func.return %x : tensor<f32>
}

// -----

// CHECK: set-batch: the module has no @main with a body; name the model's function so
builtin.module {
}

// -----

// CHECK: set-batch{size=8}: stablehlo.reshape : (tensor<1xi32>) -> (tensor<i32>) (op 0 of the function{{.*}}) makes a scalar of what each inference has its own of
func.func public @main(%branch : tensor<1xi32>, %x : tensor<1x4xf32>) -> tensor<1x4xf32> {
  %index = stablehlo.reshape %branch : (tensor<1xi32>) -> tensor<i32>
  %0 = "stablehlo.case"(%index) ({
    stablehlo.return %x : tensor<1x4xf32>
  }, {
    %1 = stablehlo.negate %x : tensor<1x4xf32>
    stablehlo.return %1 : tensor<1x4xf32>
  }) : (tensor<i32>) -> tensor<1x4xf32>
  func.return %0 : tensor<1x4xf32>
}
