// TPU v4i (Jouppi et al., Ten Lessons, ISCA 2021): one core of 4 systolic arrays, one PE of the template for each array.
// 7 nm, 1,050 MHz, 4 x 128 x 128, 138 TFLOPS bf16, 128 MiB CMEM (the global buffer), 16 MiB VMEM (the PEs' L1, 4 MiB each: 1 + 1 +
// 2), 614 GB/s of HBM, 2 links, found; 8 GiB on two stacks of 307 GB/s, links of 400 Gb/s: from memory. Vector unit: 2048 lanes of
// the core (8 sublanes x 128 lanes x 2 units), assumed as a core of TPU v3. Host: PCIe generation 3 x16, assumed. Native
// batch: assumed, within the batches of 8 to 200 that the paper's latency limits allow.
// The template cannot say: VMEM is one memory for all four arrays and the vector unit; the arrays do int8 at the same rate.
builtin.module {
  arch.accelerator @tpu_v4i clock_hz 1.050000e+09 node_nm 7 dtype bf16 native_batch 64 host_bytes_per_s 16000000000 link_bytes_per_s 100000000000 {
    arch.dram "hbm2" channels 2 channel_bytes_per_s 3.070000e+11
    arch.global_buffer bytes 134217728
    arch.pe_grid x 2 y 2
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 1048576 weight 1048576 output 2097152
    arch.systolic_array rows 128 columns 128
    arch.vector_unit multiplier 4
  }
}
