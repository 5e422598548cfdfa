// RUN: xdsl-opt %s | filecheck %s
// RUN: xdsl-opt %s | xdsl-opt | filecheck %s

// What MLIR writes for numbers without digits is read and written again with every bit.

// CHECK:      %{{.*}} = stablehlo.constant dense<"0x80FF"> : tensor<bf16>
%minus_infinity = stablehlo.constant dense<0xFF80> : tensor<bf16>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<"0x80FF"> : tensor<2x2xbf16>
%repeated = stablehlo.constant dense<0xFF80> : tensor<2x2xbf16>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<"0x803F807F"> : tensor<2xbf16>
%among_numbers = stablehlo.constant dense<[1.0, 0x7F80]> : tensor<2xbf16>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<"0xEFBEC07F"> : tensor<f32>
%nan_with_payload = stablehlo.constant dense<0x7FC0BEEF> : tensor<f32>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<[0.000000e+00, -0.000000e+00]> : tensor<2xf32>
%signed_zeros = stablehlo.constant dense<[0.0, -0.0]> : tensor<2xf32>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<1.00000009e-01> : tensor<f32>
%nine_digits = stablehlo.constant dense<0x3DCCCCCE> : tensor<f32>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<1.401298e-45> : tensor<f32>
%denormal = stablehlo.constant dense<0x00000001> : tensor<f32>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<(1.000000e+00,-2.500000e+00)> : tensor<3xcomplex<f32>>
%complex = stablehlo.constant dense<(1.0, -2.5)> : tensor<3xcomplex<f32>>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<[true, false]> : tensor<2xi1>
%truth = stablehlo.constant dense<[true, false]> : tensor<2xi1>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<[[1, -2], [7, -8]]> : tensor<2x2xi4>
%small = stablehlo.constant dense<[[1, -2], [7, -8]]> : tensor<2x2xi4>
// CHECK-NEXT: %{{.*}} = stablehlo.constant dense<18446744073709551615> : tensor<ui64>
%unsigned = stablehlo.constant dense<18446744073709551615> : tensor<ui64>
