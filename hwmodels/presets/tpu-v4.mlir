// TPU v4, in FAST's template: 2 TensorCores of 4 systolic arrays, one PE of the template for each array.
// cores, 4 arrays a core, 275 TFLOPS in bf16, 1200 GB/s of HBM2: Google Cloud documentation of TPU v4, found
// clock: 275 TFLOPS / (2 x 8 arrays x 128 x 128 MACs), derived; arrays of 128 x 128 as TPU v3's, not looked up
// HBM2: 1228 GB/s, README of the kernels' measurements; 4 stacks, assumed
// global buffer: 128 MiB of CMEM; L1: 16 MiB of vector memory in each core: not looked up; the split by array and role, assumed
// vector unit: 2048 lanes per core (8 sublanes x 128 lanes x 2 units) as TPU v3's, assumed; multiplier 4 makes 512 of each array
// node: 7 nm, not looked up; native batch 64: as tpu-v3.mlir, assumed
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
