// The TPU-v3 of tpu-v3.mlir, same design and clock, at the 7 nm of the machines that it is compared with, as FAST compared;
// without the links to other chips, which none of those machines has.
builtin.module {
  arch.accelerator @tpu_v3_7nm clock_hz 9.400000e+08 node_nm 7 dtype bf16 native_batch 64 host_bytes_per_s 16000000000 {
    arch.dram "hbm2" channels 4 channel_bytes_per_s 2.250000e+11
    arch.global_buffer bytes 33554432
    arch.pe_grid x 2 y 2
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 131072 weight 131072 output 262144
    arch.systolic_array rows 128 columns 128
    arch.vector_unit multiplier 8
  }
}
