// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=16}" --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=3}" --split-input-file | filecheck %s --check-prefix THREE
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=16 assume-finite=true}" --split-input-file | filecheck %s --check-prefix FINITE
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=16 waste=0.1}" --split-input-file | filecheck %s --check-prefix WASTE
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=1 rows=16}" --split-input-file | filecheck %s --check-prefix ROWS
// RUN: xdsl-opt %s -p "pad-tensors{rows=1 columns=16}" --split-input-file | filecheck %s --check-prefix COLUMNS

func.func @main(%x : tensor<8x27xf32>, %w : tensor<27x30xf32>) -> tensor<8x30xf32> {
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x27xf32>, tensor<27x30xf32>) -> tensor<8x30xf32>
  func.return %y : tensor<8x30xf32>
}

// The weights are padded where the function begins, ahead of time.
// CHECK:      func.func @main([[X:%.*]]: tensor<8x27xf32>, [[W:%.*]]: tensor<27x30xf32>) -> tensor<8x30xf32> {
// CHECK-NEXT:   [[Z:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT:   [[B:%.*]] = stablehlo.pad [[W]], [[Z]], low = [0, 0], high = [5, 2], interior = [0, 0]
// CHECK-NEXT:   [[A:%.*]] = stablehlo.pad [[X]], [[Z]], low = [0, 0], high = [0, 5], interior = [0, 0]
// CHECK-NEXT:   [[C:%.*]] = stablehlo.dot_general [[A]], [[B]], contracting_dims = [1] x [0] : (tensor<8x32xf32>, tensor<32x32xf32>) -> tensor<8x32xf32>
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.slice [[C]] [0:8, 0:30] : (tensor<8x32xf32>) -> tensor<8x30xf32>
// CHECK-NEXT:   func.return [[Y]] : tensor<8x30xf32>

// 27 and 30 are multiples of 3 already.
// THREE:      func.func @main([[X:%.*]]: tensor<8x27xf32>, [[W:%.*]]: tensor<27x30xf32>) -> tensor<8x30xf32> {
// THREE-NEXT:   [[Y:%.*]] = stablehlo.dot_general [[X]], [[W]]
// THREE-NEXT:   func.return [[Y]] : tensor<8x30xf32>

// 27 to 32 adds 19 percent, 30 to 32 adds 7.
// WASTE:      stablehlo.dot_general {{.*}} : (tensor<8x27xf32>, tensor<27x32xf32>) -> tensor<8x32xf32>
// ROWS:       stablehlo.dot_general {{.*}} : (tensor<8x32xf32>, tensor<32x30xf32>) -> tensor<8x30xf32>
// COLUMNS:    stablehlo.dot_general {{.*}} : (tensor<8x27xf32>, tensor<27x32xf32>) -> tensor<8x32xf32>

// -----

// What lies between two products keeps the padding: a bias, which is padded too, and an activation.
func.func @main(%w : tensor<16x30xf32>, %b : tensor<30xf32>, %v : tensor<30x16xf32>, %x : tensor<1x16xf32>) -> tensor<1x16xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<1x16xf32>, tensor<16x30xf32>) -> tensor<1x30xf32>
  %1 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<30xf32>) -> tensor<1x30xf32>
  %2 = stablehlo.add %0, %1 : tensor<1x30xf32>
  %3 = stablehlo.tanh %2 : tensor<1x30xf32>
  %4 = stablehlo.dot_general %3, %v, contracting_dims = [1] x [0] : (tensor<1x30xf32>, tensor<30x16xf32>) -> tensor<1x16xf32>
  func.return %4 : tensor<1x16xf32>
}

// FINITE:      func.func @main([[W:%.*]]: tensor<16x30xf32>, [[B:%.*]]: tensor<30xf32>, [[V:%.*]]: tensor<30x16xf32>, [[X:%.*]]: tensor<1x16xf32>)
// FINITE-DAG:    [[WP:%.*]] = stablehlo.pad [[W]], {{%.*}}, low = [0, 0], high = [0, 2]
// FINITE-DAG:    [[BP:%.*]] = stablehlo.pad [[B]], {{%.*}}, low = [0], high = [2]
// FINITE-DAG:    [[VP:%.*]] = stablehlo.pad [[V]], {{%.*}}, low = [0, 0], high = [2, 0]
// FINITE:        [[P:%.*]] = stablehlo.dot_general [[X]], [[WP]]
// FINITE-NEXT:   [[BB:%.*]] = stablehlo.broadcast_in_dim [[BP]], dims = [1] : (tensor<32xf32>) -> tensor<1x32xf32>
// FINITE-NEXT:   [[S:%.*]] = stablehlo.add [[P]], [[BB]] : tensor<1x32xf32>
// FINITE-NEXT:   [[T:%.*]] = stablehlo.tanh [[S]] : tensor<1x32xf32>
// FINITE-NEXT:   [[Q:%.*]] = stablehlo.dot_general [[T]], [[VP]]
// FINITE-NEXT:   func.return [[Q]] : tensor<1x16xf32>

// An infinity in %x would make the padding NaN, so it is cleared before it is summed over.
// CHECK:        [[T:%.*]] = stablehlo.tanh {{%.*}} : tensor<1x32xf32>
// CHECK-NEXT:   [[K:%.*]] = stablehlo.constant dense<[true, true, {{.*}}true, false, false]> : tensor<32xi1>
// CHECK-NEXT:   [[M:%.*]] = stablehlo.broadcast_in_dim [[K]], dims = [1] : (tensor<32xi1>) -> tensor<1x32xi1>
// CHECK-NEXT:   [[Z:%.*]] = stablehlo.constant dense<0.000000e+00> : tensor<1x32xf32>
// CHECK-NEXT:   [[C:%.*]] = stablehlo.select [[M]], [[T]], [[Z]] : tensor<1x32xi1>, tensor<1x32xf32>
// CHECK-NEXT:   stablehlo.dot_general [[C]]

// -----

// Reversed, the padding would come first, so it is cut off before.
func.func @main(%w : tensor<16x30xf32>, %v : tensor<30x16xf32>, %x : tensor<1x16xf32>) -> tensor<1x16xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<1x16xf32>, tensor<16x30xf32>) -> tensor<1x30xf32>
  %1 = stablehlo.reverse %0, dims = [1] : tensor<1x30xf32>
  %2 = stablehlo.dot_general %1, %v, contracting_dims = [1] x [0] : (tensor<1x30xf32>, tensor<30x16xf32>) -> tensor<1x16xf32>
  func.return %2 : tensor<1x16xf32>
}

// FINITE:      [[P:%.*]] = stablehlo.dot_general {{.*}} -> tensor<1x32xf32>
// FINITE-NEXT: [[S:%.*]] = stablehlo.slice [[P]] [0:1, 0:30] : (tensor<1x32xf32>) -> tensor<1x30xf32>
// FINITE-NEXT: [[R:%.*]] = stablehlo.reverse [[S]], dims = [1] : tensor<1x30xf32>
// FINITE-NEXT: [[A:%.*]] = stablehlo.pad [[R]], {{%.*}}, low = [0, 0], high = [0, 2]
// FINITE-NEXT: stablehlo.dot_general [[A]]

// -----

// A depthwise convolution has one input channel for each group.
func.func @main(%x : tensor<1x5x5x4xf32>, %w : tensor<3x3x1x4xf32>) -> tensor<1x3x3x4xf32> {
  %y = "stablehlo.convolution"(%x, %w) <{
    dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>,
    feature_group_count = 4 : i64, batch_group_count = 1 : i64
  }> : (tensor<1x5x5x4xf32>, tensor<3x3x1x4xf32>) -> tensor<1x3x3x4xf32>
  func.return %y : tensor<1x3x3x4xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<1x5x5x4xf32>, [[W:%.*]]: tensor<3x3x1x4xf32>) -> tensor<1x3x3x4xf32> {
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.convolution([[X]], [[W]])
// CHECK:        func.return [[Y]]
