// FAST-Small (Zhang et al., ASPLOS 2022, table of example designs) as remembered: 8 PEs of 64 x 32, 8 MB, 8 GDDR6 channels,
// 32.8 TFLOPS at 1 GHz, native batch 64. Not found in print, assumed: L1 sizes, no L2, the TPU-v3's vector
// multiplier, PCIe generation 3 x16 to the host.
builtin.module {
  arch.accelerator @fast_small clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 64 host_bytes_per_s 16000000000 {
    arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10
    arch.global_buffer bytes 8388608
    arch.pe_grid x 4 y 2
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 32768 weight 32768 output 32768
    arch.systolic_array rows 64 columns 32
    arch.vector_unit multiplier 8
  }
}
