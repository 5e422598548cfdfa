// TPU v4, in FAST's template: 2 TensorCores of 4 systolic arrays, one PE of the template for each array.
// clock, 8 arrays of 128 x 128, 275 TFLOPS in bf16, 7 nm: TPU v4 (ISCA 2023) table 4, found
// 4 stacks of HBM2, 1228 GB/s together: TPU v4 (ISCA 2023) table 4 (1200 GB/s) and Google Cloud documentation (1228), found
// global buffer: 128 MiB of CMEM, which both cores share, found
// L1: 16 MiB of vector memory in each core, found; split among its 4 arrays and, by role, assumed
// vector unit: 2048 lanes per core (8 sublanes x 128 lanes x 2 units) as TPU v3's, assumed; multiplier 4 makes 512 of each array
// native batch 64: as tpu-v3.mlir, assumed
builtin.module {
  arch.accelerator @tpu_v4 clock_hz 1.050000e+09 node_nm 7 dtype bf16 native_batch 64 {
    arch.dram "hbm2" channels 4 channel_bytes_per_s 3.070000e+11
    arch.global_buffer bytes 134217728
    arch.pe_grid x 4 y 2
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 1048576 weight 1048576 output 2097152
    arch.systolic_array rows 128 columns 128
    arch.vector_unit multiplier 4
  }
}
