// RUN: xdsl-opt %s -p tile-chains | filecheck %s --check-prefixes KEEP
// RUN: xdsl-opt %s -p 'tile-chains,tile-chains' | filecheck %s --check-prefixes KEEP
// RUN: xdsl-opt %s -p 'tile-chains{halo=recompute}' | filecheck %s --check-prefixes RECOMPUTE
// RUN: xdsl-opt %s -p 'tile-chains{most-tiles=1}' | filecheck %s --check-prefixes WHOLE
// RUN: xdsl-opt %s -p 'tile-chains,place-tensors,lower-to-schedule' | filecheck %s --check-prefixes SCHEDULE
// RUN: sed 's/bytes 32768/bytes 0/' %s | xdsl-opt -p tile-chains | filecheck %s --check-prefixes WHOLE
// RUN: sed 's/channel_bytes_per_s 1.0e8/channel_bytes_per_s 1.0e15/' %s | xdsl-opt -p tile-chains | filecheck %s --check-prefixes WHOLE

// The intermediate of 64 KiB does not fit the global buffer of 32 KiB, and DRAM is slow: it passes in four slices of 16
// rows and one more on each side. Without a global buffer there is nowhere to keep slices, and where DRAM costs nothing
// they only bring work.

arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e8
  arch.global_buffer bytes 32768
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 4096 weight 4096 output 4096
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 4
}
func.func @main(%x: tensor<1x64x16x4xf32> {region.role = "input"}, %w: tensor<1x1x4x16xf32> {region.role = "weight"}, %v: tensor<3x3x16x4xf32> {region.role = "weight"}) -> tensor<1x64x16x4xf32> {
  %0 = region.fused "expand" conv (%a = %x : tensor<1x64x16x4xf32> in dram, %b = %w : tensor<1x1x4x16xf32> in dram) -> (tensor<1x64x16x16xf32> in dram) {
    %1 = stablehlo.convolution(%a, %b) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x64x16x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x64x16x16xf32>
    region.yield %1 : tensor<1x64x16x16xf32>
  }
  %2 = region.fused "project" conv (%a = %0 : tensor<1x64x16x16xf32> in dram, %b = %v : tensor<3x3x16x4xf32> in dram) -> (tensor<1x64x16x4xf32> in dram) {
    %3 = stablehlo.convolution(%a, %b) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x64x16x16xf32>, tensor<3x3x16x4xf32>) -> tensor<1x64x16x4xf32>
    region.yield %3 : tensor<1x64x16x4xf32>
  }
  func.return %2 : tensor<1x64x16x4xf32>
}

// KEEP: region.fused "expand" conv {{.*}} -> (tensor<1x64x16x16xf32> in tile) chain "chain_0" keep [1 of 64 step 16 before 1 after 1 tiles 4] hold [1] {
// KEEP: region.fused "project" conv (%{{.*}} = %{{.*}} : tensor<1x64x16x16xf32> in tile, %{{.*}} = %v : tensor<3x3x16x4xf32> in dram) -> (tensor<1x64x16x4xf32> in dram) chain "chain_0" keep [1 of 64 step 16 tiles 4] hold [1] {

// RECOMPUTE: chain "chain_0" recompute [1 of 64 step 16 before 1 after 1 tiles 4] hold [1] {
// RECOMPUTE: chain "chain_0" recompute [1 of 64 step 16 tiles 4] hold [1] {

// WHOLE: region.fused "expand" conv {{.*}} -> (tensor<1x64x16x16xf32> in dram) {
// WHOLE: region.fused "project" conv {{.*}} -> (tensor<1x64x16x4xf32> in dram) {

// The first tile makes 17 rows, the one after its 16 among them; the last makes 15. Its 16 new rows of 1,024 bytes have
// a place of their own in each tile, and the two that the next one needs, too, another while the chain runs.
// SCHEDULE: sched.memory global bytes 32768
// SCHEDULE: sched.region "expand" conv {{.*}} in tile at [{{[0-9]+}} to {{[0-9]+}}]) chain "chain_0" keep [1 of 64 step 16 before 1 after 1 tiles 4] hold [1] {
// SCHEDULE: sched.contraction [g = 1, n = 1, p = 64, q = 16, k = 16, c = 4, r = 1, s = 1]
// SCHEDULE: sched.slice operand 0 [1 of 64]
// SCHEDULE-NEXT: sched.slice contraction [p of 64]
// SCHEDULE-NEXT: sched.hold result 0 at
// SCHEDULE-NEXT: sched.loops tile [p = 64 step 17]
// SCHEDULE-NEXT: sched.tile tile [p = 17 or 16 or 15, q = 16, k = 16, c = 4]
// SCHEDULE: sched.region "project" conv {{.*}} in tile at [{{[0-9]+}} to {{[0-9]+}}],
// SCHEDULE: sched.slice operand 0 [1 of 64 from -1 to 1]
// SCHEDULE-NEXT: sched.slice contraction [p of 64]
// SCHEDULE-NEXT: sched.loops tile [p = 64 step 16]
