// RUN: xdsl-opt %s | xdsl-opt | filecheck %s
// RUN: xdsl-opt %s --print-op-generic | filecheck %s --check-prefix GENERIC
// RUN: xdsl-opt %s --print-op-generic | xdsl-opt | filecheck %s

arch.accelerator @"fast-large" clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 8 space {native_batch = #arch.range<1 to 256>} {
  arch.vector_unit multiplier 1 space {multiplier = #arch.range<1 to 16>}
  arch.systolic_array rows 32 columns 32
  arch.l1 private input 32768 weight 32768 output 32768 space {scope = #arch.choice<["private", "shared"]>}
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.pe_grid x 8 y 8 space {x = #arch.range<1 to 256>, y = #arch.range<1 to 256>}
  arch.global_buffer bytes 0 space {bytes = #arch.range<1048576 to 268435456, zero>}
  arch.dram "gddr6" channels 8 channel_bytes_per_s 56000000001.0
}

// CHECK:      arch.accelerator @"fast-large" clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 8 space {native_batch = #arch.range<1 to 256>} {
// CHECK-NEXT:   arch.vector_unit multiplier 1 space {multiplier = #arch.range<1 to 16>}
// CHECK-NEXT:   arch.systolic_array rows 32 columns 32
// CHECK-NEXT:   arch.l1 private input 32768 weight 32768 output 32768 space {scope = #arch.choice<["private", "shared"]>}
// CHECK-NEXT:   arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
// CHECK-NEXT:   arch.pe_grid x 8 y 8 space {x = #arch.range<1 to 256>, y = #arch.range<1 to 256>}
// CHECK-NEXT:   arch.global_buffer bytes 0 space {bytes = #arch.range<1048576 to 268435456, zero>}
// CHECK-NEXT:   arch.dram "gddr6" channels 8 channel_bytes_per_s 56000000001.0
// CHECK-NEXT: }

// GENERIC: "arch.accelerator"() <{sym_name = "fast-large", clock_hz = 1.000000e+09 : f64, node_nm = 7 : i64, dtype = bf16, native_batch = 8 : i64, space = {native_batch = #arch.range<1 to 256>}}>
// GENERIC: "arch.systolic_array"() <{rows = 32 : i64, columns = 32 : i64}> : () -> ()
// GENERIC: "arch.l1"() <{scope = #arch<scope private>, input = 32768 : i64
// GENERIC: "arch.l2"() <{scope = #arch<l2_scope disabled>

arch.accelerator @single_buffered clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 8 tile_issue_cycles 40 tile_issue exposed {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 56000000000.0
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 32768 weight 32768 output 32768
  arch.systolic_array rows 32 columns 32 preload exposed space {rows = #arch.range<1 to 256>}
  arch.vector_unit multiplier 1
}

// CHECK:      arch.accelerator @single_buffered clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 8 tile_issue_cycles 40 tile_issue exposed {
// CHECK:        arch.systolic_array rows 32 columns 32 preload exposed space {rows = #arch.range<1 to 256>}

// GENERIC: "arch.systolic_array"() <{rows = 32 : i64, columns = 32 : i64, preload_exposed, space = {rows
