// RUN: xdsl-opt %s -p "assign-layout" --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "assign-layout{convolution=nhwc}" --split-input-file | filecheck %s --check-prefix NHWC
// RUN: xdsl-opt %s -p "assign-layout{convolution=nchw}" --split-input-file | filecheck %s --check-prefix NCHW
// RUN: xdsl-opt %s -p "assign-layout{weights=counted}" --split-input-file | filecheck %s --check-prefix COUNTED

func.func @main(%x : tensor<2x3x8x8xf32>, %w : tensor<1x1x3x4xf32>) -> tensor<2x4x8x8xf32> {
  %a = stablehlo.transpose %x, dims = [0, 2, 3, 1] : (tensor<2x3x8x8xf32>) -> tensor<2x8x8x3xf32>
  %b = "stablehlo.convolution"(%a, %w) <{
    dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>,
    feature_group_count = 1 : i64, batch_group_count = 1 : i64
  }> : (tensor<2x8x8x3xf32>, tensor<1x1x3x4xf32>) -> tensor<2x8x8x4xf32>
  %c = stablehlo.transpose %b, dims = [0, 3, 1, 2] : (tensor<2x8x8x4xf32>) -> tensor<2x4x8x8xf32>
  %d = stablehlo.tanh %c : tensor<2x4x8x8xf32>
  func.return %d : tensor<2x4x8x8xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<2x3x8x8xf32>, [[W:%.*]]: tensor<1x1x3x4xf32>) -> tensor<2x4x8x8xf32> {
// CHECK-NEXT:   [[B:%.*]] = stablehlo.convolution([[X]], [[W]]) dim_numbers = [b, f, 0, 1]x[0, 1, i, o]->[b, f, 0, 1]
// CHECK-NEXT:   [[D:%.*]] = stablehlo.tanh [[B]] : tensor<2x4x8x8xf32>
// CHECK-NEXT:   func.return [[D]] : tensor<2x4x8x8xf32>

// One transpose of the 3 channels stays, and one of the 4: as it was.
// NHWC:      func.func @main([[X:%.*]]: tensor<2x3x8x8xf32>, [[W:%.*]]: tensor<1x1x3x4xf32>) -> tensor<2x4x8x8xf32> {
// NHWC-NEXT:   [[A:%.*]] = stablehlo.transpose [[X]], dims = [0, 2, 3, 1]
// NHWC-NEXT:   [[B:%.*]] = stablehlo.convolution([[A]], [[W]]) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]
// NHWC-NEXT:   [[C:%.*]] = stablehlo.transpose [[B]], dims = [0, 3, 1, 2]
// NHWC-NEXT:   [[D:%.*]] = stablehlo.tanh [[C]] : tensor<2x4x8x8xf32>
// NHWC-NEXT:   func.return [[D]] : tensor<2x4x8x8xf32>

// NCHW:      func.func @main([[X:%.*]]: tensor<2x3x8x8xf32>, [[W:%.*]]: tensor<1x1x3x4xf32>) -> tensor<2x4x8x8xf32> {
// NCHW-NEXT:   [[B:%.*]] = stablehlo.convolution([[X]], [[W]]) dim_numbers = [b, f, 0, 1]x[0, 1, i, o]->[b, f, 0, 1]
// NCHW-NEXT:   [[D:%.*]] = stablehlo.tanh [[B]] : tensor<2x4x8x8xf32>

// -----

// Heads: the transposes on both sides of the products become batching and contracting dimensions.
func.func @main(
  %q : tensor<2x5x3x4xf32> {region.role = "input"}, %k : tensor<2x5x3x4xf32> {region.role = "input"},
  %w : tensor<25x7xf32> {region.role = "weight"}
) -> tensor<2x3x5x7xf32> {
  %0 = stablehlo.transpose %q, dims = [0, 2, 1, 3] : (tensor<2x5x3x4xf32>) -> tensor<2x3x5x4xf32>
  %1 = stablehlo.transpose %k, dims = [0, 2, 3, 1] : (tensor<2x5x3x4xf32>) -> tensor<2x3x4x5xf32>
  %2 = stablehlo.dot_general %0, %1, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2]
    : (tensor<2x3x5x4xf32>, tensor<2x3x4x5xf32>) -> tensor<2x3x5x5xf32>
  %3 = stablehlo.slice %w [0:5, 0:7] : (tensor<25x7xf32>) -> tensor<5x7xf32>
  %4 = stablehlo.dot_general %2, %3, contracting_dims = [3] x [0]
    : (tensor<2x3x5x5xf32>, tensor<5x7xf32>) -> tensor<2x3x5x7xf32>
  func.return %4 : tensor<2x3x5x7xf32>
}

// CHECK:      func.func @main([[Q:%.*]]: tensor<2x5x3x4xf32> {{.*}}, [[K:%.*]]: tensor<2x5x3x4xf32> {{.*}}, [[W:%.*]]: tensor<25x7xf32> {{.*}}) -> tensor<2x3x5x7xf32> {
// CHECK-NEXT:   [[S:%.*]] = stablehlo.dot_general [[Q]], [[K]], batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x5x3x4xf32>, tensor<2x5x3x4xf32>) -> tensor<2x3x5x5xf32>
// CHECK-NEXT:   [[V:%.*]] = stablehlo.slice [[W]] [0:5, 0:7]
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.dot_general [[S]], [[V]], contracting_dims = [3] x [0]
// CHECK-NEXT:   func.return [[Y]] : tensor<2x3x5x7xf32>

// -----

// What merges heads is undone in the weight: for nothing, or, where weights count too, for as much as it saves.
func.func @main(
  %x : tensor<2x6x3x4xf32> {region.role = "input"}, %w : tensor<24x5xf32> {region.role = "weight"}
) -> tensor<2x3x5xf32> {
  %a = stablehlo.transpose %x, dims = [0, 2, 1, 3] : (tensor<2x6x3x4xf32>) -> tensor<2x3x6x4xf32>
  %b = stablehlo.reshape %a : (tensor<2x3x6x4xf32>) -> tensor<2x3x24xf32>
  %c = stablehlo.dot_general %b, %w, contracting_dims = [2] x [0] : (tensor<2x3x24xf32>, tensor<24x5xf32>) -> tensor<2x3x5xf32>
  func.return %c : tensor<2x3x5xf32>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<2x6x3x4xf32> {{.*}}, [[W:%.*]]: tensor<24x5xf32> {{.*}}) -> tensor<2x3x5xf32> {
// CHECK-NEXT:   [[S:%.*]] = stablehlo.reshape [[W]] : (tensor<24x5xf32>) -> tensor<6x4x5xf32>
// CHECK-NEXT:   [[C:%.*]] = stablehlo.dot_general [[X]], [[S]], contracting_dims = [1, 3] x [0, 1] : (tensor<2x6x3x4xf32>, tensor<6x4x5xf32>) -> tensor<2x3x5xf32>
// CHECK-NEXT:   func.return [[C]] : tensor<2x3x5xf32>

// COUNTED:      %b = stablehlo.reshape
// COUNTED-NEXT: stablehlo.dot_general %b, %w, contracting_dims = [2] x [0]

// -----

// Must not match: the transform goes along the last dimension as it was written.
func.func @main(%x : tensor<3x4xcomplex<f32>>) -> tensor<4x3xcomplex<f32>> {
  %a = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x4xcomplex<f32>>) -> tensor<4x3xcomplex<f32>>
  %b = stablehlo.fft %a, type = FFT, length = [3] : (tensor<4x3xcomplex<f32>>) -> tensor<4x3xcomplex<f32>>
  func.return %b : tensor<4x3xcomplex<f32>>
}

// CHECK:      func.func @main([[X:%.*]]: tensor<3x4xcomplex<f32>>) -> tensor<4x3xcomplex<f32>> {
// CHECK-NEXT:   [[A:%.*]] = stablehlo.transpose [[X]], dims = [1, 0]
// CHECK-NEXT:   [[B:%.*]] = stablehlo.fft [[A]]
// CHECK-NEXT:   func.return [[B]]
