// RUN: xdsl-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// CHECK: region.fused: (C1) the name is empty
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "", kind = #region<kind vector>, operand_spaces = [#region<space dram>], result_spaces = [#region<space dram>]}> ({
^bb0(%b: tensor<4xf32>):
  "region.yield"(%b) : (tensor<4xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<4xf32>

// -----

// CHECK: region.fused 'a': (C2) 1 operands, 2 operand spaces; give one each
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "a", kind = #region<kind vector>, operand_spaces = [#region<space dram>, #region<space dram>], result_spaces = [#region<space dram>]}> ({
^bb0(%b: tensor<4xf32>):
  "region.yield"(%b) : (tensor<4xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<4xf32>

// -----

// CHECK: region.fused 'a': (C2) 1 results, 0 result spaces; give one each
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "a", kind = #region<kind vector>, operand_spaces = [#region<space dram>], result_spaces = []}> ({
^bb0(%b: tensor<4xf32>):
  "region.yield"(%b) : (tensor<4xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<4xf32>

// -----

// CHECK: region.fused 'a': (C3) 2 block arguments for 1 operands
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "a", kind = #region<kind vector>, operand_spaces = [#region<space dram>], result_spaces = [#region<space dram>]}> ({
^bb0(%b: tensor<4xf32>, %c: tensor<4xf32>):
  "region.yield"(%b) : (tensor<4xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<4xf32>

// -----

// CHECK: region.fused 'a': (C3) block argument 0 is tensor<8xf32>, operand 0 is tensor<4xf32>
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "a", kind = #region<kind vector>, operand_spaces = [#region<space dram>], result_spaces = [#region<space dram>]}> ({
^bb0(%b: tensor<8xf32>):
  "region.yield"(%b) : (tensor<8xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<8xf32>

// -----

// CHECK: region.fused 'a': (C4) the body ends with test.termop; it must end with region.yield
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "a", kind = #region<kind vector>, operand_spaces = [#region<space dram>], result_spaces = [#region<space dram>]}> ({
^bb0(%b: tensor<4xf32>):
  "test.termop"(%b) : (tensor<4xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<4xf32>

// -----

// CHECK: region.fused 'a': (C4) yielded value 0 is tensor<4xf32>, result 0 is tensor<8xf32>
%x = "test.op"() : () -> tensor<4xf32>
%0 = "region.fused"(%x) <{name = "a", kind = #region<kind vector>, operand_spaces = [#region<space dram>], result_spaces = [#region<space dram>]}> ({
^bb0(%b: tensor<4xf32>):
  "region.yield"(%b) : (tensor<4xf32>) -> ()
}) : (tensor<4xf32>) -> tensor<8xf32>

// -----

// CHECK: region.fused 'a': (C5) 2 contractions (stablehlo.dot_general, stablehlo.dot_general); a region holds at most one: split it
%x = "test.op"() : () -> tensor<4x4xf32>
%0 = region.fused "a" matmul (%b = %x : tensor<4x4xf32> in dram) -> (tensor<4x4xf32> in dram) {
  %1 = stablehlo.dot_general %b, %b, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = stablehlo.dot_general %1, %b, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  region.yield %2 : tensor<4x4xf32>
}

// -----

// CHECK: region.fused 'a': (C6) result 0 is in pinned but no weight: use dram or global
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = region.fused "a" vector (%b = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in pinned) {
    region.yield %b : tensor<4xf32>
  }
  func.return %r : tensor<4xf32>
}

// -----

// CHECK: region.fused 'prepare_0': (C6) result 0 is in global but a prepared weight: use dram or pinned
func.func @main(%w: tensor<4xf32> {region.role = "weight"}) {
  %r = region.fused "prepare_0" prepare (%b = %w : tensor<4xf32> in dram) -> (tensor<4xf32> in global) {
    region.yield %b : tensor<4xf32>
  }
  func.return
}

// -----

// CHECK: region.fused 'prepare_0': (C11) operand 0 is an argument with the role input, but a prepare region runs before there is any; give it weights, or another kind
func.func @main(%x: tensor<4xf32> {region.role = "input"}) {
  %r = region.fused "prepare_0" prepare (%b = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  func.return
}

// -----

// CHECK: region.fused 'prepare_0': (C11) operand 0 is the result of 'a', but a prepare region runs before there is any; give it weights, or another kind
func.func @main(%x: tensor<4xf32>) {
  %0 = region.fused "a" vector (%b = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  %r = region.fused "prepare_0" prepare (%b = %0 : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  func.return
}

// -----

// CHECK: region.fused 'a': (C7) result 0 is returned but lives in global; use dram
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = region.fused "a" vector (%b = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in global) {
    region.yield %b : tensor<4xf32>
  }
  func.return %r : tensor<4xf32>
}

// -----

// CHECK: region.fused 'b': (C8) operand 0 is read from dram but 'a' writes it to global; make both the same
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = region.fused "a" vector (%b = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in global) {
    region.yield %b : tensor<4xf32>
  }
  %r = region.fused "b" vector (%b = %0 : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  func.return %r : tensor<4xf32>
}

// -----

// CHECK: region.fused 'a': (C9) operand 0 is in global, but no region wrote it and its role is input; use dram
func.func @main(%x: tensor<4xf32> {region.role = "input"}) -> tensor<4xf32> {
  %r = region.fused "a" vector (%b = %x : tensor<4xf32> in global) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  func.return %r : tensor<4xf32>
}

// -----

// CHECK: region.fused 'a': (C9) operand 0 is in pinned, but no region wrote it and its role is input; use dram, or pinned for a weight
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = region.fused "a" vector (%b = %x : tensor<4xf32> in pinned) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  func.return %r : tensor<4xf32>
}

// -----

// CHECK: region.fused 'a': (C10) operand 0 is read from pinned, but 'b' reads it from dram; make all the same
func.func @main(%x: tensor<4xf32> {region.role = "weight"}) -> tensor<4xf32> {
  %0 = region.fused "a" vector (%b = %x : tensor<4xf32> in pinned) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  %r = region.fused "b" vector (%b = %x : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
    region.yield %b : tensor<4xf32>
  }
  func.return %r : tensor<4xf32>
}

// -----

// CHECK: Operation using value defined out of its IsolatedFromAbove parent
%x = "test.op"() : () -> tensor<4xf32>
%0 = region.fused "a" vector () -> (tensor<4xf32> in dram) {
  region.yield %x : tensor<4xf32>
}

// -----

// CHECK: 'region.yield' expects parent op 'region.fused'
"test.op"() ({
  region.yield
}) : () -> ()
