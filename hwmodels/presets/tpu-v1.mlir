// TPU v1 (Jouppi et al., ISCA 2017): one PE of the template.
// 28 nm, 700 MHz, 256 x 256 int8, 24 MiB Unified Buffer, 4 MiB accumulators, two channels of DDR3 with 34 GB/s together, PCIe
// generation 3 x16 (16 GB/s), all found. L1 weights: the weight FIFO, four tiles of 64 KiB, found. L1 inputs: the systolic data
// setup, assumed. Vector unit: 256 activation lanes, one for each column, found. Native batch: assumed (the paper's range from 8 to 200).
// The template cannot say: weights come from DRAM past the Unified Buffer; lanes work on int32 and give int8.
builtin.module {
  arch.accelerator @tpu_v1 clock_hz 7.000000e+08 node_nm 28 dtype i8 native_batch 64 host_bytes_per_s 16000000000 {
    arch.dram "ddr3" channels 2 channel_bytes_per_s 1.700000e+10
    arch.global_buffer bytes 25165824
    arch.pe_grid x 1 y 1
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 65536 weight 262144 output 4194304
    arch.systolic_array rows 256 columns 256
    arch.vector_unit multiplier 1
  }
}
