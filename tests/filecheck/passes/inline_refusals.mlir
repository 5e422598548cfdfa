// RUN: xdsl-opt %s -p inline --split-input-file --verify-diagnostics | filecheck %s

// CHECK: inline: @branches, called by @main, has 2 blocks; only functions of one block can be inlined
func.func public @main(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @branches(%x) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
func.func private @branches(%x : tensor<4xf32>) -> tensor<4xf32> {
  cf.br ^end(%x : tensor<4xf32>)
^end(%y : tensor<4xf32>):
  func.return %y : tensor<4xf32>
}

// -----

// CHECK: inline: the calls @f -> @f are recursive
func.func public @main(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
func.func private @f(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
