// TPU-v3 as fabricated, in FAST's template: 2 cores of 2 systolic arrays, one PE of the template for each array.
// Clock, arrays, 32 MiB on chip, 900 GB/s of HBM2: Google Cloud documentation and Ten Lessons (ISCA 2021), found; 32 GiB on four
// stacks: from memory. Vector unit: 2048 lanes per core (8 sublanes x 128 lanes x 2 units), found; multiplier 8 makes 1024 lanes
// of each array. Links: 4 to other chips, found, of 656 Gb/s (from memory, Ten Lessons table 1); host: PCIe generation 3 x16, assumed.
// Native batch 64: FAST's table as remembered, not found.
// L1: the arrays' feeding and result buffers; sizes assumed (one 128 x 128 weight tile in bf16 takes 32 KiB).
builtin.module {
  arch.accelerator @tpu_v3 clock_hz 9.400000e+08 node_nm 16 dtype bf16 native_batch 64 host_bytes_per_s 16000000000 link_bytes_per_s 328000000000 {
    arch.dram "hbm2" channels 4 channel_bytes_per_s 2.250000e+11
    arch.global_buffer bytes 33554432
    arch.pe_grid x 2 y 2
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 131072 weight 131072 output 262144
    arch.systolic_array rows 128 columns 128
    arch.vector_unit multiplier 8
  }
}
