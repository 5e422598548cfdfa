// RUN: xdsl-opt %s -p inline --split-input-file | filecheck %s
// RUN: xdsl-opt %s -p inline --split-input-file | filecheck %s --check-prefix GONE
// RUN: xdsl-opt %s -p canonicalize --split-input-file | filecheck %s --check-prefix KEPT

// Calls of calls, twice each, and the functions go.
func.func public @main(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @twice(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @step(%0) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %1 : tensor<4xf32>
}
func.func private @twice(%y : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @step(%y) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @step(%0) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %1 : tensor<4xf32>
}
func.func private @step(%z : tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.tanh %z : tensor<4xf32>
  func.return %0 : tensor<4xf32>
}

// CHECK:      func.func public @main([[X:%.*]]: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT:   [[A:%.*]] = stablehlo.tanh [[X]] : tensor<4xf32>
// CHECK-NEXT:   [[B:%.*]] = stablehlo.tanh [[A]] : tensor<4xf32>
// CHECK-NEXT:   [[C:%.*]] = stablehlo.tanh [[B]] : tensor<4xf32>
// CHECK-NEXT:   func.return [[C]] : tensor<4xf32>
// CHECK-NEXT: }
// GONE-NOT: private @{{twice|step|swap}}

// Without the pass the calls stay.
// KEPT: func.call @twice

// -----

// A call inside a branch; what it captures from outside stays bound.
func.func public @main(%p : tensor<i1>, %x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.if"(%p) ({
    %1 = func.call @swap(%x) : (tensor<4xf32>) -> tensor<4xf32>
    "stablehlo.return"(%1) : (tensor<4xf32>) -> ()
  }, {
    "stablehlo.return"(%x) : (tensor<4xf32>) -> ()
  }) : (tensor<i1>) -> tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
func.func private @swap(%y : tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.negate %y : tensor<4xf32>
  func.return %0 : tensor<4xf32>
}

// CHECK:      func.func public @main({{%.*}}: tensor<i1>, [[X:%.*]]: tensor<4xf32>)
// CHECK:        "stablehlo.if"
// CHECK-NEXT:     [[N:%.*]] = stablehlo.negate [[X]] : tensor<4xf32>
// CHECK-NEXT:     stablehlo.return [[N]] : tensor<4xf32>

// -----

// A public function that nothing calls and a function without a body stay; so does one that an attribute names.
func.func public @main(%x : tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @external(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.custom_call"(%0) <{call_target_name = "f", called_computations = [@named]}> : (tensor<4xf32>) -> tensor<4xf32>
  func.return %1 : tensor<4xf32>
}
func.func public @other() {
  func.return
}
func.func private @external(tensor<4xf32>) -> tensor<4xf32>
func.func private @named(%x : tensor<4xf32>) -> tensor<4xf32> {
  func.return %x : tensor<4xf32>
}

// CHECK:      func.call @external
// CHECK:      func.func public @other()
// CHECK:      func.func private @external
// CHECK:      func.func private @named

// -----

// A composite is what its decomposition computes.

// CHECK-LABEL: func.func @main
// CHECK-NEXT:    %0 = stablehlo.tanh %x : tensor<4xf32>
// CHECK-NEXT:    func.return %0 : tensor<4xf32>
// CHECK-NOT:   @my_tanh
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.composite"(%x) <{name = "my.tanh", decomposition = @my_tanh, version = 1 : i32}>
    : (tensor<4xf32>) -> tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
func.func private @my_tanh(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.tanh %x : tensor<4xf32>
  func.return %0 : tensor<4xf32>
}
