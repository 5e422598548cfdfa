// FAST-Large (Zhang et al., ASPLOS 2022, table of example designs) as remembered: 64 PEs of 32 x 32, 128 MB, 8 GDDR6 channels,
// 131 TFLOPS at 1 GHz, native batch 8. Not found in print, assumed: L1 sizes, no L2, as many vector lanes as
// the TPU-v3 (64 x 32 x 2 = 4096), PCIe generation 3 x16 to the host.
// 56 GB/s per channel: one x32 GDDR6 device at 14 Gb/s per pin, Micron, found
builtin.module {
  arch.accelerator @fast_large clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 8 host_bytes_per_s 16000000000 {
    arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10
    arch.global_buffer bytes 134217728
    arch.pe_grid x 8 y 8
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 32768 weight 32768 output 32768
    arch.systolic_array rows 32 columns 32
    arch.vector_unit multiplier 2
  }
}
