// RUN: xdsl-opt %s -p "set-batch{size=8}" --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "set-batch{size=1}" --split-input-file | filecheck %s --check-prefix ONE

func.func public @main(%x : tensor<1x4x6xf32>, %w : tensor<6x5xf32>, %b : tensor<5xf32>) -> tensor<1x4x5xf32> {
  %0 = stablehlo.reshape %x : (tensor<1x4x6xf32>) -> tensor<4x6xf32>
  %1 = stablehlo.dot_general %0, %w, contracting_dims = [1] x [0] : (tensor<4x6xf32>, tensor<6x5xf32>) -> tensor<4x5xf32>
  %2 = stablehlo.reshape %1 : (tensor<4x5xf32>) -> tensor<1x4x5xf32>
  %3 = stablehlo.broadcast_in_dim %b, dims = [2] : (tensor<5xf32>) -> tensor<1x4x5xf32>
  %4 = stablehlo.add %2, %3 : tensor<1x4x5xf32>
  func.return %4 : tensor<1x4x5xf32>
}

// The reshape merges the batch with the rows and parts them again; the broadcast grows.
// CHECK:      builtin.module attributes {region.batch = 8 : i64} {
// CHECK-NEXT:   func.func public @main([[X:%.*]]: tensor<8x4x6xf32> {region.role = "input"}, [[W:%.*]]: tensor<6x5xf32> {region.role = "weight"}, [[B:%.*]]: tensor<5xf32> {region.role = "weight"}) -> tensor<8x4x5xf32> {
// CHECK-NEXT:     [[R:%.*]] = stablehlo.reshape [[X]] : (tensor<8x4x6xf32>) -> tensor<32x6xf32>
// CHECK-NEXT:     [[D:%.*]] = stablehlo.dot_general [[R]], [[W]], contracting_dims = [1] x [0] : (tensor<32x6xf32>, tensor<6x5xf32>) -> tensor<32x5xf32>
// CHECK-NEXT:     [[S:%.*]] = stablehlo.reshape [[D]] : (tensor<32x5xf32>) -> tensor<8x4x5xf32>
// CHECK-NEXT:     [[C:%.*]] = stablehlo.broadcast_in_dim [[B]], dims = [2] : (tensor<5xf32>) -> tensor<8x4x5xf32>
// CHECK-NEXT:     [[A:%.*]] = stablehlo.add [[S]], [[C]] : tensor<8x4x5xf32>
// CHECK-NEXT:     func.return [[A]] : tensor<8x4x5xf32>

// ONE:      builtin.module attributes {region.batch = 1 : i64} {
// ONE-NEXT:   func.func public @main([[X:%.*]]: tensor<1x4x6xf32> {region.role = "input"}, {{.*}} -> tensor<1x4x5xf32>
// ONE-NEXT:     stablehlo.reshape [[X]] : (tensor<1x4x6xf32>) -> tensor<4x6xf32>
