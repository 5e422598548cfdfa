// TPU v2 (Norrie et al., IEEE Micro 2021; Jouppi et al., CACM 2020): 2 cores with one 128 x 128 array each, one PE for each core.
// 16 nm, 700 MHz, 46 TFLOPS bf16, 16 GiB of HBM at 700 GB/s, 32 MiB on chip, found. Four stacks of 175 GB/s: from memory, and the
// only count of whole stacks that both the 16 GiB and the 700 GB/s allow. Vector unit: 2048 lanes for each core, found.
// Links: 4 to other chips of 496 Gb/s (from memory, Ten Lessons table 1); host: PCIe generation 3 x16, assumed.
// L1: the arrays' feeding and result buffers, assumed as for tpu-v3. Native batch: as tpu-v3.
// The template cannot say: the vector memory (here the global buffer) belongs to a core, 16 MiB each.
builtin.module {
  arch.accelerator @tpu_v2 clock_hz 7.000000e+08 node_nm 16 dtype bf16 native_batch 64 host_bytes_per_s 16000000000 link_bytes_per_s 248000000000 {
    arch.dram "hbm2" channels 4 channel_bytes_per_s 1.750000e+11
    arch.global_buffer bytes 33554432
    arch.pe_grid x 2 y 1
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 131072 weight 131072 output 262144
    arch.systolic_array rows 128 columns 128
    arch.vector_unit multiplier 16
  }
}
