// RUN: xdsl-opt %s -p "softmax-form{passes=4}" --verify-diagnostics | filecheck %s

// CHECK: softmax-form: passes=4 is no form of softmax; it must be 2 or 3
builtin.module {
}
