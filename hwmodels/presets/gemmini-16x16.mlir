// Gemmini's default instance (ucb-bar/gemmini; Genc et al., DAC 2021): 16 x 16 int8, scratchpad 256 KiB in 4 banks, accumulator
// 64 KiB, 1 GHz, found or from memory. 22 nm FinFET (Intel 22FFL) counts as the 28 nm of the data. DMA bus of 16 bytes
// per cycle, found (FireSim configuration); DRAM: DDR3, one 64-bit channel of which the bus takes 16 GB/s.
// The scratchpad holds inputs and weights alike: half of it each.
// The template cannot say: the Rocket core that issues each instruction; the shared L2 cache of 512 KiB behind the DMA; activation and
// scaling on the accumulator's way out (here 16 lanes, one per column).
builtin.module {
  arch.accelerator @gemmini_16x16 clock_hz 1.000000e+09 node_nm 28 dtype i8 native_batch 1 {
    arch.dram "ddr3" channels 1 channel_bytes_per_s 1.600000e+10
    arch.global_buffer bytes 0
    arch.pe_grid x 1 y 1
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 131072 weight 131072 output 65536
    arch.systolic_array rows 16 columns 16
    arch.vector_unit multiplier 1
  }
}
