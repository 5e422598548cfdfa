// NVDLA, the configuration nv_small (nvdla/hw, spec/defs/nv_small.spec; primer): 64 int8 MACs as 8 input channels x 8 output
// channels, convolution buffer of 128 KiB, 1 GB/s, 1 GHz, 28 nm estimates, found. The convolution buffer is L1, half
// for inputs and half for weights: it divides freely between both. L1 outputs: the accumulators' buffer, assumed.
// The template cannot say: one activation per cycle in the single-point processor (here 8 lanes, one per column); no global buffer
// and no interfaces but a bus, so the die's overhead is not NVDLA's.
builtin.module {
  arch.accelerator @nvdla_small clock_hz 1.000000e+09 node_nm 28 dtype i8 native_batch 1 {
    arch.dram "lpddr4" channels 1 channel_bytes_per_s 1.000000e+09
    arch.global_buffer bytes 0
    arch.pe_grid x 1 y 1
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 65536 weight 65536 output 8192
    arch.systolic_array rows 8 columns 8
    arch.vector_unit multiplier 1
  }
}
