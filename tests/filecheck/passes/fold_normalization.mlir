// RUN: xdsl-opt %s -p fold-normalization --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "fold-normalization{narrow=false}" --split-input-file | filecheck %s --check-prefix WIDE

// A bias and a batch normalization, as Keras computes them: in float32 behind a convolution in bfloat16.
func.func @main(%x : tensor<1x5x5x3xbf16>, %w : tensor<3x3x3x4xbf16>, %bias : tensor<4xbf16>, %s : tensor<4xf32>, %b : tensor<4xf32>) -> tensor<1x3x3x4xbf16> {
  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x5x5x3xbf16>, tensor<3x3x3x4xbf16>) -> tensor<1x3x3x4xbf16>
  %1 = stablehlo.broadcast_in_dim %bias, dims = [3] : (tensor<4xbf16>) -> tensor<1x3x3x4xbf16>
  %2 = stablehlo.add %0, %1 : tensor<1x3x3x4xbf16>
  %3 = stablehlo.convert %2 : (tensor<1x3x3x4xbf16>) -> tensor<1x3x3x4xf32>
  %4 = stablehlo.broadcast_in_dim %s, dims = [3] : (tensor<4xf32>) -> tensor<1x3x3x4xf32>
  %5 = stablehlo.multiply %3, %4 : tensor<1x3x3x4xf32>
  %6 = stablehlo.broadcast_in_dim %b, dims = [3] : (tensor<4xf32>) -> tensor<1x3x3x4xf32>
  %7 = stablehlo.add %5, %6 : tensor<1x3x3x4xf32>
  %8 = stablehlo.convert %7 : (tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xbf16>
  func.return %8 : tensor<1x3x3x4xbf16>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<1x5x5x3xbf16>, [[W:%.*]]: tensor<3x3x3x4xbf16>, [[BIAS:%.*]]: tensor<4xbf16>, [[S:%.*]]: tensor<4xf32>, [[B:%.*]]: tensor<4xf32>)
// CHECK-NEXT:   [[BW:%.*]] = stablehlo.convert [[BIAS]] : (tensor<4xbf16>) -> tensor<4xf32>
// CHECK-NEXT:   [[BS:%.*]] = stablehlo.multiply [[BW]], [[S]] : tensor<4xf32>
// CHECK-NEXT:   [[SHIFT:%.*]] = stablehlo.add [[BS]], [[B]] : tensor<4xf32>
// CHECK-NEXT:   [[WW:%.*]] = stablehlo.convert [[W]] : (tensor<3x3x3x4xbf16>) -> tensor<3x3x3x4xf32>
// CHECK-NEXT:   [[SW:%.*]] = stablehlo.broadcast_in_dim [[S]], dims = [3] : (tensor<4xf32>) -> tensor<3x3x3x4xf32>
// CHECK-NEXT:   [[WS:%.*]] = stablehlo.multiply [[WW]], [[SW]] : tensor<3x3x3x4xf32>
// CHECK-NEXT:   [[K:%.*]] = stablehlo.convert [[WS]] : (tensor<3x3x3x4xf32>) -> tensor<3x3x3x4xbf16>
// CHECK-NEXT:   [[C:%.*]] = stablehlo.convolution([[X]], [[K]])
// CHECK-NEXT:   [[CW:%.*]] = stablehlo.convert [[C]] : (tensor<1x3x3x4xbf16>) -> tensor<1x3x3x4xf32>
// CHECK-NEXT:   [[SX:%.*]] = stablehlo.broadcast_in_dim [[SHIFT]], dims = [3] : (tensor<4xf32>) -> tensor<1x3x3x4xf32>
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.add [[CW]], [[SX]] : tensor<1x3x3x4xf32>
// CHECK-NEXT:   [[R:%.*]] = stablehlo.convert [[Y]] : (tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xbf16>
// CHECK-NEXT:   func.return [[R]]

// A kernel in bfloat16 is not rounded again.
// WIDE:      func.func @main
// WIDE:        stablehlo.convolution(%x, %w)
// WIDE:        stablehlo.multiply
// WIDE-NEXT:   stablehlo.broadcast_in_dim
// WIDE-NEXT:   stablehlo.add

// -----

// Ahead of contractions, too, if nothing else uses the product; roles say what the weights are.
func.func @main(%x : tensor<2x5xf32> {region.role = "input"}, %s : tensor<5xf32> {region.role = "weight"}, %q : tensor<5x4xf32> {region.role = "weight"}, %k : tensor<5x3xf32> {region.role = "weight"}) -> (tensor<2x4xf32>, tensor<2x3xf32>) {
  %0 = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<5xf32>) -> tensor<2x5xf32>
  %1 = stablehlo.multiply %x, %0 : tensor<2x5xf32>
  %2 = stablehlo.dot_general %1, %q, contracting_dims = [1] x [0] : (tensor<2x5xf32>, tensor<5x4xf32>) -> tensor<2x4xf32>
  %3 = stablehlo.dot_general %1, %k, contracting_dims = [1] x [0] : (tensor<2x5xf32>, tensor<5x3xf32>) -> tensor<2x3xf32>
  func.return %2, %3 : tensor<2x4xf32>, tensor<2x3xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<2x5xf32> {{.*}}, [[S:%.*]]: tensor<5xf32> {{.*}}, [[Q:%.*]]: tensor<5x4xf32> {{.*}}, [[K:%.*]]: tensor<5x3xf32>
// CHECK-NEXT:   [[SQ:%.*]] = stablehlo.broadcast_in_dim [[S]], dims = [0] : (tensor<5xf32>) -> tensor<5x4xf32>
// CHECK-NEXT:   [[QS:%.*]] = stablehlo.multiply [[Q]], [[SQ]]
// CHECK-NEXT:   stablehlo.dot_general [[X]], [[QS]]
// CHECK-NEXT:   [[SK:%.*]] = stablehlo.broadcast_in_dim [[S]], dims = [0] : (tensor<5xf32>) -> tensor<5x3xf32>
// CHECK-NEXT:   [[KS:%.*]] = stablehlo.multiply [[K]], [[SK]]
// CHECK-NEXT:   stablehlo.dot_general [[X]], [[KS]]

// -----

// A scale that depends on the input stays, and so does one per row.
func.func @main(%x : tensor<2x4xf32>, %w : tensor<4x4xf32>, %s : tensor<2xf32>) -> tensor<2x4xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  %1 = stablehlo.multiply %0, %x : tensor<2x4xf32>
  %2 = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<2xf32>) -> tensor<2x4xf32>
  %3 = stablehlo.multiply %1, %2 : tensor<2x4xf32>
  func.return %3 : tensor<2x4xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<2x4xf32>, [[W:%.*]]: tensor<4x4xf32>
// CHECK-NEXT:   stablehlo.dot_general [[X]], [[W]]
// CHECK-NEXT:   stablehlo.multiply
// CHECK-NEXT:   stablehlo.broadcast_in_dim
// CHECK-NEXT:   stablehlo.multiply

// -----

// The result has no batch, so that nothing tells weights from inputs.
func.func @main(%x : tensor<4xf32>, %w : tensor<4xf32>, %s : tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [0] x [0] : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  %1 = stablehlo.multiply %0, %s : tensor<f32>
  func.return %1 : tensor<f32>
}

// CHECK:      func.func @main
// CHECK-NEXT:   stablehlo.dot_general
// CHECK-NEXT:   stablehlo.multiply
