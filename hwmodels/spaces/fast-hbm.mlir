// FAST's search space with stacks of HBM2 or HBM2E as alternatives to channels of GDDR6; a channel of HBM is a stack, as
// fast as the technology data say.
builtin.module {
  arch.accelerator @fast clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 8 host_bytes_per_s 16000000000 space {native_batch = #arch.range<1 to 256>} {
    arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10 space {kind = #arch.choice<["gddr6", "hbm2", "hbm2e"]>, channels = #arch.range<1 to 8>}
    arch.global_buffer bytes 134217728 space {bytes = #arch.range<1048576 to 268435456, zero>}
    arch.pe_grid x 8 y 8 space {x = #arch.range<1 to 256>, y = #arch.range<1 to 256>}
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1 space {scope = #arch.choice<["disabled", "private", "shared"]>, input_multiplier = #arch.range<1 to 128>, weight_multiplier = #arch.range<1 to 128>, output_multiplier = #arch.range<1 to 128>}
    arch.l1 private input 32768 weight 32768 output 32768 space {scope = #arch.choice<["private", "shared"]>, input = #arch.range<1024 to 1048576>, weight = #arch.range<1024 to 1048576>, output = #arch.range<1024 to 1048576>}
    arch.systolic_array rows 32 columns 32 space {rows = #arch.range<1 to 256>, columns = #arch.range<1 to 256>}
    arch.vector_unit multiplier 1 space {multiplier = #arch.range<1 to 16>}
  }
}
