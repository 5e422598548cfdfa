// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=0}" --verify-diagnostics | filecheck %s

// CHECK: pad-tensors: multiple-of=0 must be at least 1
builtin.module {
}
