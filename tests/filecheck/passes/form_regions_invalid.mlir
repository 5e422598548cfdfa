// RUN: xdsl-opt %s -p form-regions --split-input-file --verify-diagnostics | filecheck %s

// CHECK: form-regions: @main calls @f; run inline first
func.func public @main(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
func.func private @f(%x : tensor<4xf32>) -> tensor<4xf32> {
  func.return %x : tensor<4xf32>
}

// -----

// CHECK: form-regions: @main already holds region.fused "vector_0"; run lower-to-stablehlo first
func.func public @main(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = region.fused "vector_0" vector (%a = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
    region.yield %a : tensor<4xf32>
  }
  func.return %0 : tensor<4xf32>
}

// -----

// CHECK: form-regions: the module has no @main with a body; name the model's function so
builtin.module {
}
