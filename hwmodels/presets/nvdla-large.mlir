// NVDLA, the configuration nv_large (nvdla/hw, spec/defs/nv_large.spec; primer): 2048 int8 MACs as 64 input channels x 32 output
// channels, convolution buffer of 16 banks x 32 KiB = 512 KiB, 20 GB/s, 1 GHz, 28 nm estimates, found. The convolution
// buffer is L1, half for inputs and half for weights: it divides freely between both. L1 outputs: the accumulators' buffer,
// assumed. DRAM: one LPDDR4 channel of 32 bits at 5 GT/s, assumed to give the 20 GB/s.
// The template cannot say: 16 activations per cycle in the single-point processor (here 32 lanes, one per column); no global buffer
// and no interfaces but a bus, so the die's overhead is not NVDLA's.
builtin.module {
  arch.accelerator @nvdla_large clock_hz 1.000000e+09 node_nm 28 dtype i8 native_batch 1 {
    arch.dram "lpddr4" channels 1 channel_bytes_per_s 2.000000e+10
    arch.global_buffer bytes 0
    arch.pe_grid x 1 y 1
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 262144 weight 262144 output 32768
    arch.systolic_array rows 64 columns 32
    arch.vector_unit multiplier 1
  }
}
