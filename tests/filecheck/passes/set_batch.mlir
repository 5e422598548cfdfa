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

// -----

// A loop: what it hands on has the batch from the first iteration on, its counter has not.
func.func public @main(%x : tensor<1x3xf32>, %w : tensor<3x3xf32>) -> tensor<1x3xf32> {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %h = stablehlo.constant dense<0.0> : tensor<1x3xf32>
  %0, %1 = "stablehlo.while"(%zero, %h) ({
  ^bb0(%i : tensor<i32>, %y : tensor<1x3xf32>):
    %n = stablehlo.constant dense<4> : tensor<i32>
    %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  }, {
  ^bb0(%i : tensor<i32>, %y : tensor<1x3xf32>):
    %one = stablehlo.constant dense<1> : tensor<i32>
    %next = stablehlo.add %i, %one : tensor<i32>
    %2 = stablehlo.dot_general %y, %w, contracting_dims = [1] x [0] : (tensor<1x3xf32>, tensor<3x3xf32>) -> tensor<1x3xf32>
    %3 = stablehlo.add %2, %x : tensor<1x3xf32>
    stablehlo.return %next, %3 : tensor<i32>, tensor<1x3xf32>
  }) : (tensor<i32>, tensor<1x3xf32>) -> (tensor<i32>, tensor<1x3xf32>)
  func.return %1 : tensor<1x3xf32>
}

// CHECK:      func.func public @main([[X:%.*]]: tensor<8x3xf32> {region.role = "input"}
// CHECK:        [[ZERO:%.*]] = stablehlo.constant dense<0> : tensor<i32>
// CHECK-NEXT:   [[H:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<8x3xf32>
// CHECK-NEXT:   "stablehlo.while"([[ZERO]], [[H]]) ({
// CHECK-NEXT:   ^bb0({{%.*}}: tensor<i32>, {{%.*}}: tensor<8x3xf32>):
// CHECK:        ^bb{{[01]}}({{%.*}}: tensor<i32>, [[Y:%.*]]: tensor<8x3xf32>):
// CHECK:          [[D:%.*]] = stablehlo.dot_general [[Y]]
// CHECK-NEXT:     [[S:%.*]] = stablehlo.add [[D]], [[X]] : tensor<8x3xf32>
// CHECK-NEXT:     stablehlo.return {{%.*}}, [[S]] : tensor<i32>, tensor<8x3xf32>
// CHECK-NEXT:   }) : (tensor<i32>, tensor<8x3xf32>) -> (tensor<i32>, tensor<8x3xf32>)
