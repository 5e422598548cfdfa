// RUN: xdsl-opt %s -p "set-batch{size=8}" | filecheck %s
// RUN: xdsl-opt %s -p "set-batch{size=8 inputs=1}" | filecheck %s --check-prefix NAMED
// RUN: xdsl-opt %s -p "set-batch{size=8 inputs=1 dimensions=1}" | filecheck %s --check-prefix SECOND

func.func public @main(%position : tensor<1x1x4xf32>, %x : tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
  %0 = stablehlo.add %x, %position : tensor<1x1x4xf32>
  func.return %0 : tensor<1x1x4xf32>
}

// At batch 1 an embedding of positions looks like an input.
// CHECK: @main([[P:%.*]]: tensor<8x1x4xf32> {region.role = "input"}, [[X:%.*]]: tensor<8x1x4xf32> {region.role = "input"})

// NAMED:      @main([[P:%.*]]: tensor<1x1x4xf32> {region.role = "weight"}, [[X:%.*]]: tensor<8x1x4xf32> {region.role = "input"}) -> tensor<8x1x4xf32>
// NAMED-NEXT:   [[B:%.*]] = stablehlo.broadcast_in_dim [[P]], dims = [0, 1, 2] : (tensor<1x1x4xf32>) -> tensor<8x1x4xf32>
// NAMED-NEXT:   stablehlo.add [[X]], [[B]] : tensor<8x1x4xf32>

// The result has the batch in front, where a reshape takes it.
// SECOND:      @main([[P:%.*]]: tensor<1x1x4xf32> {region.role = "weight"}, [[X:%.*]]: tensor<1x8x4xf32> {region.role = "input"}) -> tensor<8x1x4xf32>
// SECOND-NEXT:   [[B:%.*]] = stablehlo.broadcast_in_dim [[P]], dims = [0, 1, 2] : (tensor<1x1x4xf32>) -> tensor<1x8x4xf32>
// SECOND-NEXT:   [[S:%.*]] = stablehlo.add [[X]], [[B]] : tensor<1x8x4xf32>
// SECOND-NEXT:   stablehlo.reshape [[S]] : (tensor<1x8x4xf32>) -> tensor<8x1x4xf32>
