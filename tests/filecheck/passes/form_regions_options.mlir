// RUN: xdsl-opt %s -p form-regions --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "form-regions{prepare=false}" --split-input-file | filecheck %s --check-prefix RUNTIME
// RUN: xdsl-opt %s -p "form-regions{duplicate=true}" --split-input-file | filecheck %s --check-prefix TWICE

// Padding of a weight runs once, when the model is loaded; without preparation, each time that the product runs.
func.func public @main(%x : tensor<8x8xf32>, %w : tensor<6x4xf32>) -> tensor<8x4xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.pad %w, %zero, low = [0, 0], high = [2, 0], interior = [0, 0] : (tensor<6x4xf32>, tensor<f32>) -> tensor<8x4xf32>
  %1 = stablehlo.dot_general %x, %0, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  func.return %1 : tensor<8x4xf32>
}

// CHECK:        [[P:%.*]] = region.fused "prepare_0" prepare ({{%.*}} = %w : tensor<6x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
// CHECK:          stablehlo.pad
// CHECK:        region.fused "matmul_0" matmul ({{%.*}} = %x : tensor<8x8xf32> in dram, {{%.*}} = [[P]] : tensor<8x4xf32> in dram)
// CHECK-NEXT:     stablehlo.dot_general
// CHECK-NEXT:     region.yield

// RUNTIME-NOT:  prepare
// RUNTIME:      region.fused "matmul_0" matmul (
// RUNTIME:        stablehlo.pad
// RUNTIME:        stablehlo.dot_general

// -----

// Two products read what a third one gives, widened: the region gives the narrow numbers, and each of the two widens
// them, where duplication is allowed. An exponential is not cheap: it is not repeated.
func.func public @main(%x : tensor<8x4xbf16>, %w : tensor<4x4xbf16>, %u : tensor<4x2xf32>, %v : tensor<4x3xf32>) -> (tensor<8x2xf32>, tensor<8x3xf32>) {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x4xbf16>, tensor<4x4xbf16>) -> tensor<8x4xbf16>
  %1 = stablehlo.exponential %0 : tensor<8x4xbf16>
  %2 = stablehlo.convert %1 : (tensor<8x4xbf16>) -> tensor<8x4xf32>
  %3 = stablehlo.dot_general %2, %u, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
  %4 = stablehlo.dot_general %2, %v, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x3xf32>) -> tensor<8x3xf32>
  func.return %3, %4 : tensor<8x2xf32>, tensor<8x3xf32>
}

// CHECK:      region.fused "matmul_0" matmul ({{.*}}) -> (tensor<8x4xf32> in dram) {
// CHECK:        stablehlo.exponential
// CHECK-NEXT:   stablehlo.convert
// CHECK:      region.fused "matmul_1" matmul
// CHECK-NEXT:   stablehlo.dot_general
// CHECK:      region.fused "matmul_2" matmul
// CHECK-NEXT:   stablehlo.dot_general

// TWICE:      region.fused "matmul_0" matmul ({{.*}}) -> (tensor<8x4xbf16> in dram) {
// TWICE:        stablehlo.exponential
// TWICE-NEXT:   region.yield
// TWICE:      region.fused "matmul_1" matmul
// TWICE-NEXT:   stablehlo.convert
// TWICE-NEXT:   stablehlo.dot_general
// TWICE:      region.fused "matmul_2" matmul
// TWICE-NEXT:   stablehlo.convert
// TWICE-NEXT:   stablehlo.dot_general

// -----

// A loop stays, with the number of its turns and a region in its body; its condition and its counter are no work.
func.func public @main(%x : tensor<8x4xf32>) -> tensor<8x4xf32> {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %one = stablehlo.constant dense<1> : tensor<i32>
  %three = stablehlo.constant dense<3> : tensor<i32>
  %0, %1 = "stablehlo.while"(%zero, %x) ({
  ^bb0(%i : tensor<i32>, %y : tensor<8x4xf32>):
    %2 = stablehlo.compare LT, %i, %three, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %2 : tensor<i1>
  }, {
  ^bb1(%i : tensor<i32>, %y : tensor<8x4xf32>):
    %2 = stablehlo.add %i, %one : tensor<i32>
    %3 = stablehlo.tanh %y : tensor<8x4xf32>
    stablehlo.return %2, %3 : tensor<i32>, tensor<8x4xf32>
  }) : (tensor<i32>, tensor<8x4xf32>) -> (tensor<i32>, tensor<8x4xf32>)
  func.return %1 : tensor<8x4xf32>
}

// CHECK:      "stablehlo.while"
// CHECK:        region.fused "vector_0" vector
// CHECK-NEXT:     stablehlo.tanh
// CHECK-NEXT:     region.yield
// CHECK:      {region.trips = 3 : i64}
