// Eyeriss v1 (Chen et al., ISSCC 2016, JSSC 2017), as close as the template gets: 168 MACs in a grid of 14 x 12 PEs, 108 KiB of global
// buffer, 200 MHz (100 to 250), found or from memory. Scratchpads of a PE: inputs 12, weights 224, sums 24 words of 16 bits,
// from memory, here in bytes. One 64-bit DDR3 channel: assumed.
// The template cannot say: row-stationary dataflow (each PE of the template is an array of one MAC that keeps weights, inputs or
// sums); 16-bit integers (f16 stands for their width); 65 nm (28 nm, the oldest node of the data, stands for it: area and power
// are those of a shrunk chip); zero skipping; no vector unit (here a lane for each PE).
builtin.module {
  arch.accelerator @eyeriss clock_hz 2.000000e+08 node_nm 28 dtype f16 native_batch 4 {
    arch.dram "ddr3" channels 1 channel_bytes_per_s 1.706400e+10
    arch.global_buffer bytes 110592
    arch.pe_grid x 14 y 12
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 24 weight 448 output 48
    arch.systolic_array rows 1 columns 1
    arch.vector_unit multiplier 1
  }
}
