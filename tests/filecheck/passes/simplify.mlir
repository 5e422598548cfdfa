// RUN: xdsl-opt %s -p simplify --split-input-file | filecheck %s

// Neutral elements; a division by a power of two; conversions to and fro. An argument that nothing uses stays.
func.func @arithmetic(%x : tensor<4xbf16>, %unused : tensor<f32>) -> tensor<4xbf16> {
  %one = stablehlo.constant dense<1.0> : tensor<bf16>
  %ones = stablehlo.broadcast_in_dim %one, dims = [] : (tensor<bf16>) -> tensor<4xbf16>
  %a = stablehlo.multiply %ones, %x : tensor<4xbf16>
  %low = stablehlo.constant dense<0xFF80> : tensor<4xbf16>
  %b = stablehlo.maximum %a, %low : tensor<4xbf16>
  %c = stablehlo.convert %b : (tensor<4xbf16>) -> tensor<4xf32>
  %d = stablehlo.convert %c : (tensor<4xf32>) -> tensor<4xbf16>
  %four = stablehlo.constant dense<4.0> : tensor<4xbf16>
  %e = stablehlo.divide %d, %four : tensor<4xbf16>
  %f = stablehlo.negate %e : tensor<4xbf16>
  %g = stablehlo.add %x, %f : tensor<4xbf16>
  func.return %g : tensor<4xbf16>
}

// CHECK:      func.func @arithmetic([[X:%.*]]: tensor<4xbf16>, %{{.*}}: tensor<f32>) -> tensor<4xbf16> {
// CHECK-NEXT:   [[QUARTER:%.*]] = stablehlo.constant dense<2.500000e-01> : tensor<4xbf16>
// CHECK-NEXT:   [[E:%.*]] = stablehlo.multiply [[X]], [[QUARTER]]
// CHECK-NEXT:   [[G:%.*]] = stablehlo.subtract [[X]], [[E]]
// CHECK-NEXT:   func.return [[G]]

// -----

// Of floats these change -0, infinities, or the last bit; bfloat16 does not hold what float16 does.
func.func @inexact(%x : tensor<4xf32>, %h : tensor<4xf16>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf16>) {
  %zero = stablehlo.constant dense<0.0> : tensor<4xf32>
  %three = stablehlo.constant dense<3.0> : tensor<4xf32>
  %lowest = stablehlo.constant dense<-3.40282347E+38> : tensor<4xf32>
  %a = stablehlo.add %x, %zero : tensor<4xf32>
  %b = stablehlo.multiply %x, %zero : tensor<4xf32>
  %c = stablehlo.divide %x, %three : tensor<4xf32>
  %d = stablehlo.maximum %x, %lowest : tensor<4xf32>
  %e = stablehlo.subtract %x, %x : tensor<4xf32>
  %f = stablehlo.convert %h : (tensor<4xf16>) -> tensor<4xbf16>
  %g = stablehlo.convert %f : (tensor<4xbf16>) -> tensor<4xf16>
  func.return %a, %b, %c, %d, %e, %g : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf16>
}

// CHECK:      func.func @inexact
// CHECK:        stablehlo.add
// CHECK-NEXT:   stablehlo.multiply
// CHECK-NEXT:   stablehlo.divide
// CHECK-NEXT:   stablehlo.maximum
// CHECK-NEXT:   stablehlo.subtract
// CHECK-NEXT:   stablehlo.convert
// CHECK-NEXT:   stablehlo.convert

// -----

// Of integers they hold.
func.func @integers(%x : tensor<4xi32>, %p : tensor<4xi1>) -> (tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi1>) {
  %zero = stablehlo.constant dense<0> : tensor<4xi32>
  %true = stablehlo.constant dense<true> : tensor<4xi1>
  %a = stablehlo.add %x, %zero : tensor<4xi32>
  %b = stablehlo.multiply %x, %zero : tensor<4xi32>
  %c = stablehlo.subtract %x, %x : tensor<4xi32>
  %d = stablehlo.and %true, %p : tensor<4xi1>
  %e = stablehlo.not %d : tensor<4xi1>
  %f = stablehlo.not %e : tensor<4xi1>
  func.return %a, %b, %c, %f : tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi1>
}

// CHECK:      func.func @integers([[X:%.*]]: tensor<4xi32>, [[P:%.*]]: tensor<4xi1>)
// CHECK-NEXT:   [[B:%.*]] = stablehlo.constant dense<0> : tensor<4xi32>
// CHECK-NEXT:   [[C:%.*]] = stablehlo.constant dense<0> : tensor<4xi32>
// CHECK-NEXT:   func.return [[X]], [[B]], [[C]], [[P]]

// -----

// A bias as Keras spells it; statistics that JAX broadcasts before it computes with them.
func.func @broadcasts(%bias : tensor<64xf32>, %mean : tensor<8x1xf32>) -> (tensor<8x7x64xf32>, tensor<8x64xf32>) {
  %a = stablehlo.reshape %bias : (tensor<64xf32>) -> tensor<1x1x64xf32>
  %b = stablehlo.broadcast_in_dim %a, dims = [0, 1, 2] : (tensor<1x1x64xf32>) -> tensor<8x7x64xf32>
  %c = stablehlo.broadcast_in_dim %mean, dims = [0, 1] : (tensor<8x1xf32>) -> tensor<8x64xf32>
  %eps = stablehlo.constant dense<1.0> : tensor<8x64xf32>
  %d = stablehlo.add %c, %eps : tensor<8x64xf32>
  %e = stablehlo.rsqrt %d : tensor<8x64xf32>
  func.return %b, %e : tensor<8x7x64xf32>, tensor<8x64xf32>
}

// CHECK:      func.func @broadcasts([[BIAS:%.*]]: tensor<64xf32>, [[MEAN:%.*]]: tensor<8x1xf32>)
// CHECK-NEXT:   [[B:%.*]] = stablehlo.broadcast_in_dim [[BIAS]], dims = [2] : (tensor<64xf32>) -> tensor<8x7x64xf32>
// CHECK-NEXT:   [[EPS:%.*]] = stablehlo.constant dense<1.000000e+00> : tensor<8x1xf32>
// CHECK-NEXT:   [[D:%.*]] = stablehlo.add [[MEAN]], [[EPS]] : tensor<8x1xf32>
// CHECK-NEXT:   [[R:%.*]] = stablehlo.rsqrt [[D]] : tensor<8x1xf32>
// CHECK-NEXT:   [[E:%.*]] = stablehlo.broadcast_in_dim [[R]], dims = [0, 1] : (tensor<8x1xf32>) -> tensor<8x64xf32>
// CHECK-NEXT:   func.return [[B]], [[E]]

// -----

// Where no element moves, the op is a reshape.
func.func @movement(%x : tensor<2x1x3xf32>) -> (tensor<2x3x1xf32>, tensor<3x2x1xf32>, tensor<1x2xf32>, tensor<2x1x3xf32>) {
  %a = stablehlo.transpose %x, dims = [0, 2, 1] : (tensor<2x1x3xf32>) -> tensor<2x3x1xf32>
  %b = stablehlo.transpose %a, dims = [1, 0, 2] : (tensor<2x3x1xf32>) -> tensor<3x2x1xf32>
  %c = stablehlo.transpose %b, dims = [2, 0, 1] : (tensor<3x2x1xf32>) -> tensor<1x3x2xf32>
  %d = stablehlo.slice %c [0:1, 1:3, 0:2] : (tensor<1x3x2xf32>) -> tensor<1x2x2xf32>
  %e = stablehlo.slice %d [0:1, 0:1, 0:2] : (tensor<1x2x2xf32>) -> tensor<1x1x2xf32>
  %f = stablehlo.reshape %e : (tensor<1x1x2xf32>) -> tensor<1x2xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %g = stablehlo.pad %x, %zero, low = [0, 0, 0], high = [0, 0, 0], interior = [0, 0, 0] : (tensor<2x1x3xf32>, tensor<f32>) -> tensor<2x1x3xf32>
  %h = "stablehlo.concatenate"(%g) <{dimension = 0 : i64}> : (tensor<2x1x3xf32>) -> tensor<2x1x3xf32>
  func.return %a, %b, %f, %h : tensor<2x3x1xf32>, tensor<3x2x1xf32>, tensor<1x2xf32>, tensor<2x1x3xf32>
}

// CHECK:      func.func @movement([[X:%.*]]: tensor<2x1x3xf32>)
// CHECK-NEXT:   [[A:%.*]] = stablehlo.reshape [[X]] : (tensor<2x1x3xf32>) -> tensor<2x3x1xf32>
// CHECK-NEXT:   [[B:%.*]] = stablehlo.transpose [[A]], dims = [1, 0, 2]
// CHECK-NEXT:   [[C:%.*]] = stablehlo.reshape [[B]] : (tensor<3x2x1xf32>) -> tensor<1x3x2xf32>
// CHECK-NEXT:   [[E:%.*]] = stablehlo.slice [[C]] [0:1, 1:2, 0:2]
// CHECK-NEXT:   [[F:%.*]] = stablehlo.reshape [[E]] : (tensor<1x1x2xf32>) -> tensor<1x2xf32>
// CHECK-NEXT:   func.return [[A]], [[B]], [[F]], [[X]]

// -----

// A convolution pads with zeros by itself, a pooling with its initial value; neither with another number.
func.func @windows(%x : tensor<1x5x5x4xf32>, %w : tensor<3x3x4x2xf32>) -> (tensor<1x5x5x2xf32>, tensor<1x5x5x2xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %one = stablehlo.constant dense<1.0> : tensor<f32>
  %a = stablehlo.pad %x, %zero, low = [0, 1, 0, 0], high = [0, 1, 1, 0], interior = [0, 0, 0, 0] : (tensor<1x5x5x4xf32>, tensor<f32>) -> tensor<1x7x6x4xf32>
  %b = stablehlo.convolution(%a, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {pad = [[0, 0], [1, 0]]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x7x6x4xf32>, tensor<3x3x4x2xf32>) -> tensor<1x5x5x2xf32>
  %c = stablehlo.pad %x, %one, low = [0, 1, 1, 0], high = [0, 1, 1, 0], interior = [0, 0, 0, 0] : (tensor<1x5x5x4xf32>, tensor<f32>) -> tensor<1x7x7x4xf32>
  %d = stablehlo.convolution(%c, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x7x7x4xf32>, tensor<3x3x4x2xf32>) -> tensor<1x5x5x2xf32>
  func.return %b, %d : tensor<1x5x5x2xf32>, tensor<1x5x5x2xf32>
}

// CHECK:      func.func @windows([[X:%.*]]: tensor<1x5x5x4xf32>, [[W:%.*]]: tensor<3x3x4x2xf32>)
// CHECK-NEXT:   [[ONE:%.*]] = stablehlo.constant dense<1.000000e+00>
// CHECK-NEXT:   [[B:%.*]] = stablehlo.convolution([[X]], [[W]]) {{.*}} window = {pad = {{\[}}[1, 1], [1, 1]]
// CHECK-NEXT:   [[C:%.*]] = stablehlo.pad [[X]], [[ONE]]
// CHECK-NEXT:   [[D:%.*]] = stablehlo.convolution([[C]], [[W]])
// CHECK-NEXT:   func.return [[B]], [[D]]

// -----

// A branch that is known; a sum of one element.
func.func @structure(%x : tensor<4x1xf32>) -> (tensor<4x1xf32>, tensor<4xf32>) {
  %true = stablehlo.constant dense<true> : tensor<i1>
  %a = "stablehlo.if"(%true) ({
    %0 = stablehlo.exponential %x : tensor<4x1xf32>
    stablehlo.return %0 : tensor<4x1xf32>
  }, {
    stablehlo.return %x : tensor<4x1xf32>
  }) : (tensor<i1>) -> tensor<4x1xf32>
  %zero = stablehlo.constant dense<-0.0> : tensor<f32>
  %b = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x1xf32>, tensor<f32>) -> tensor<4xf32>
  func.return %a, %b : tensor<4x1xf32>, tensor<4xf32>
}

// CHECK:      func.func @structure([[X:%.*]]: tensor<4x1xf32>)
// CHECK-NEXT:   [[A:%.*]] = stablehlo.exponential [[X]]
// CHECK-NEXT:   [[B:%.*]] = stablehlo.reshape [[X]] : (tensor<4x1xf32>) -> tensor<4xf32>
// CHECK-NEXT:   func.return [[A]], [[B]]
