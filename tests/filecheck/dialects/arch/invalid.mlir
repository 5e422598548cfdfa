// RUN: xdsl-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// CHECK: arch.pe_grid: (A1) x is 0; it must be a positive finite number
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 0 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.accelerator: (A1) clock_hz is -1.0; it must be a positive finite number
arch.accelerator @m clock_hz -1.0 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.systolic_array: (A2) space of 'depth'; parameters that can be searched here: rows, columns
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32 space {depth = #arch.range<1 to 2>}
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.l1: (A3) the space of scope is #arch.range<1 to 2>; write an #arch.choice
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024 space {scope = #arch.range<1 to 2>}
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.pe_grid: (A3) the space of y is #arch.choice<
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8 space {y = #arch.choice<["8"]>}
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.pe_grid: (A4) x is 12, outside its own space #arch.range<1 to 16>
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 12 y 8 space {x = #arch.range<1 to 16>}
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.global_buffer: (A4) bytes is 0, outside its own space #arch.range<1 to 16>
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0 space {bytes = #arch.range<1 to 16>}
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.accelerator @m: (A5) 0 of arch.l2; an accelerator has exactly one
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.accelerator @m: (A5) 2 of arch.pe_grid; an accelerator has exactly one
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.pe_grid x 8 y 8
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}

// -----

// CHECK: arch.accelerator @m: (A6) test.op is no component; move it out
arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.6e10
  arch.global_buffer bytes 0
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 1024 weight 1024 output 1024
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
  "test.op"() : () -> ()
}

// -----

// CHECK: (R1) 12 is no power of two; a range goes over powers of two
"test.op"() {a = #arch.range<1 to 12>} : () -> ()

// -----

// CHECK: (R2) 16 to 8 is empty; write the smaller end first
"test.op"() {a = #arch.range<16 to 8>} : () -> ()

// -----

// CHECK: (R3) ['a', 'a']; list at least one option, each once
"test.op"() {a = #arch.choice<["a", "a"]>} : () -> ()
