// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=0}" | filecheck %s
// RUN: xdsl-opt %s -p "pad-tensors{multiple-of=0 columns=10}" | filecheck %s --check-prefix TEN

arch.accelerator @small clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 5.600000e+10
  arch.global_buffer bytes 0
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 32768 weight 32768 output 32768
  arch.systolic_array rows 16 columns 32
  arch.vector_unit multiplier 1
}

func.func @main(%w : tensor<30x62xbf16>, %x : tensor<1x30xbf16>) -> tensor<1x62xbf16> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<1x30xbf16>, tensor<30x62xbf16>) -> tensor<1x62xbf16>
  func.return %0 : tensor<1x62xbf16>
}

// CHECK: stablehlo.dot_general {{.*}} : (tensor<1x32xbf16>, tensor<32x64xbf16>) -> tensor<1x64xbf16>
// TEN:   stablehlo.dot_general {{.*}} : (tensor<1x32xbf16>, tensor<32x70xbf16>) -> tensor<1x70xbf16>
