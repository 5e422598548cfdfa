// RUN: xdsl-opt %s -p fold-constants --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p "fold-constants{limit=8}" --split-input-file | filecheck %s --check-prefix LIMIT

// One repeated value stays one; what is computed from iotas is written down, if it is not too long.
func.func @masks(%x : tensor<8x300x300xf32>) -> (tensor<8x300x300xf32>, tensor<3x3xi1>) {
  %two = stablehlo.constant dense<2.0> : tensor<f32>
  %half = stablehlo.constant dense<0.5> : tensor<f32>
  %scalar = stablehlo.multiply %two, %half : tensor<f32>
  %a = stablehlo.broadcast_in_dim %scalar, dims = [] : (tensor<f32>) -> tensor<8x300x300xf32>
  %y = stablehlo.add %x, %a : tensor<8x300x300xf32>
  %row = stablehlo.iota dim = 0 : tensor<3x3xi32>
  %column = stablehlo.iota dim = 1 : tensor<3x3xi32>
  %mask = stablehlo.compare GE, %row, %column : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
  func.return %y, %mask : tensor<8x300x300xf32>, tensor<3x3xi1>
}

// CHECK:      func.func @masks([[X:%.*]]: tensor<8x300x300xf32>)
// CHECK-NEXT:   [[A:%.*]] = stablehlo.constant dense<1.000000e+00> : tensor<8x300x300xf32>
// CHECK-NEXT:   [[Y:%.*]] = stablehlo.add [[X]], [[A]]
// CHECK-NEXT:   [[MASK:%.*]] = stablehlo.constant dense<{{\[}}[true, false, false], [true, true, false], [true, true, true]]> : tensor<3x3xi1>
// CHECK-NEXT:   func.return [[Y]], [[MASK]]

// LIMIT:      func.func @masks([[X:%.*]]: tensor<8x300x300xf32>)
// LIMIT-NEXT:   [[A:%.*]] = stablehlo.constant dense<1.000000e+00> : tensor<8x300x300xf32>
// LIMIT:        [[ROW:%.*]] = stablehlo.iota dim = 0
// LIMIT-NEXT:   [[COLUMN:%.*]] = stablehlo.iota dim = 1
// LIMIT-NEXT:   [[MASK:%.*]] = stablehlo.compare GE, [[ROW]], [[COLUMN]]

// -----

// Integers wrap; bfloat16 is rounded after each op; infinities, NaN and -0 are kept.
func.func @numbers() -> (tensor<2xi8>, tensor<bf16>, tensor<2xf32>, tensor<3xui8>, tensor<3xi32>) {
  %a = stablehlo.constant dense<[127, -128]> : tensor<2xi8>
  %b = stablehlo.add %a, %a : tensor<2xi8>
  %c = stablehlo.constant dense<256.0> : tensor<bf16>
  %d = stablehlo.constant dense<1.0> : tensor<bf16>
  %e = stablehlo.add %c, %d : tensor<bf16>
  %f = stablehlo.constant dense<[0.0, -1.0]> : tensor<2xf32>
  %g = stablehlo.constant dense<0.0> : tensor<2xf32>
  %h = stablehlo.divide %f, %g : tensor<2xf32>
  %i = stablehlo.convert %f : (tensor<2xf32>) -> tensor<2xi32>
  %j = stablehlo.constant dense<[0, 1, 200]> : tensor<3xui8>
  %k = stablehlo.negate %j : tensor<3xui8>
  %l = stablehlo.constant dense<[-7, 7, -8]> : tensor<3xi32>
  %m = stablehlo.constant dense<2> : tensor<3xi32>
  %n = stablehlo.divide %l, %m : tensor<3xi32>
  func.return %b, %e, %h, %k, %n : tensor<2xi8>, tensor<bf16>, tensor<2xf32>, tensor<3xui8>, tensor<3xi32>
}

// CHECK:      func.func @numbers
// CHECK-NEXT:   stablehlo.constant dense<[-2, 0]> : tensor<2xi8>
// CHECK-NEXT:   stablehlo.constant dense<2.560000e+02> : tensor<bf16>
// CHECK-NEXT:   stablehlo.constant dense<"0x{{0000C0FF|0000C07F}}000080FF"> : tensor<2xf32>
// CHECK-NEXT:   stablehlo.constant dense<[0, 255, 56]> : tensor<3xui8>
// CHECK-NEXT:   stablehlo.constant dense<[-3, 3, -4]> : tensor<3xi32>
// CHECK-NEXT:   func.return

// -----

// Elements move as they are, whatever their type.
func.func @movement() -> (tensor<3x2xf8E4M3FN>, tensor<5xi4>) {
  %a = stablehlo.constant dense<[[1.0, 2.0, 4.0], [0.5, 0.25, 8.0]]> : tensor<2x3xf8E4M3FN>
  %b = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf8E4M3FN>) -> tensor<3x2xf8E4M3FN>
  %c = stablehlo.constant dense<[-8, 7]> : tensor<2xi4>
  %d = stablehlo.constant dense<3> : tensor<i4>
  %e = stablehlo.pad %c, %d, low = [1], high = [1], interior = [1] : (tensor<2xi4>, tensor<i4>) -> tensor<5xi4>
  func.return %b, %e : tensor<3x2xf8E4M3FN>, tensor<5xi4>
}

// CHECK:      func.func @movement
// CHECK-NEXT:   stablehlo.constant dense<{{\[}}[1.000000e+00, 5.000000e-01], [2.000000e+00, 2.500000e-01], [4.000000e+00, 8.000000e+00]]> : tensor<3x2xf8E4M3FN>
// CHECK-NEXT:   stablehlo.constant dense<[3, -8, 3, 7, 3]> : tensor<5xi4>
// CHECK-NEXT:   func.return

// -----

// What implementations may compute differently stays: an exponential, an integer over zero, the larger of 0 and -0, a
// float that is no int8, numbers that may be flushed to zero, and a double that is rounded to bfloat16.
func.func @left_alone() -> (tensor<f32>, tensor<i32>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<bf16>) {
  %one = stablehlo.constant dense<1.0> : tensor<f32>
  %a = stablehlo.exponential %one : tensor<f32>
  %two = stablehlo.constant dense<2> : tensor<i32>
  %none = stablehlo.constant dense<0> : tensor<i32>
  %b = stablehlo.divide %two, %none : tensor<i32>
  %plus = stablehlo.constant dense<0.0> : tensor<f32>
  %minus = stablehlo.constant dense<-0.0> : tensor<f32>
  %c = stablehlo.maximum %plus, %minus : tensor<f32>
  %large = stablehlo.constant dense<300.0> : tensor<f32>
  %d = stablehlo.convert %large : (tensor<f32>) -> tensor<i8>
  %tiny = stablehlo.constant dense<2.0e-38> : tensor<f32>
  %quarter = stablehlo.constant dense<0.25> : tensor<f32>
  %e = stablehlo.multiply %tiny, %quarter : tensor<f32>
  %third = stablehlo.constant dense<0.3333333333333333> : tensor<f64>
  %f = stablehlo.convert %third : (tensor<f64>) -> tensor<bf16>
  func.return %a, %b, %c, %d, %e, %f : tensor<f32>, tensor<i32>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<bf16>
}

// CHECK:      func.func @left_alone
// CHECK:        stablehlo.exponential
// CHECK:        stablehlo.divide
// CHECK:        stablehlo.maximum
// CHECK:        stablehlo.convert {{.*}} -> tensor<i8>
// CHECK:        stablehlo.multiply
// CHECK:        stablehlo.convert {{.*}} -> tensor<bf16>
