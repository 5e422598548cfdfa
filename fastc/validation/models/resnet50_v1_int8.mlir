module @jit_resnet50 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<7x7x3x64xi8>, %arg1: tensor<64xf32>, %arg2: tensor<64xf32>, %arg3: tensor<1x1x64x64xi8>, %arg4: tensor<64xf32>, %arg5: tensor<64xf32>, %arg6: tensor<3x3x64x64xi8>, %arg7: tensor<64xf32>, %arg8: tensor<64xf32>, %arg9: tensor<1x1x64x256xi8>, %arg10: tensor<256xf32>, %arg11: tensor<256xf32>, %arg12: tensor<1x1x64x256xi8>, %arg13: tensor<256xf32>, %arg14: tensor<256xf32>, %arg15: tensor<1x1x256x64xi8>, %arg16: tensor<64xf32>, %arg17: tensor<64xf32>, %arg18: tensor<3x3x64x64xi8>, %arg19: tensor<64xf32>, %arg20: tensor<64xf32>, %arg21: tensor<1x1x64x256xi8>, %arg22: tensor<256xf32>, %arg23: tensor<256xf32>, %arg24: tensor<1x1x256x64xi8>, %arg25: tensor<64xf32>, %arg26: tensor<64xf32>, %arg27: tensor<3x3x64x64xi8>, %arg28: tensor<64xf32>, %arg29: tensor<64xf32>, %arg30: tensor<1x1x64x256xi8>, %arg31: tensor<256xf32>, %arg32: tensor<256xf32>, %arg33: tensor<1x1x256x128xi8>, %arg34: tensor<128xf32>, %arg35: tensor<128xf32>, %arg36: tensor<3x3x128x128xi8>, %arg37: tensor<128xf32>, %arg38: tensor<128xf32>, %arg39: tensor<1x1x128x512xi8>, %arg40: tensor<512xf32>, %arg41: tensor<512xf32>, %arg42: tensor<1x1x256x512xi8>, %arg43: tensor<512xf32>, %arg44: tensor<512xf32>, %arg45: tensor<1x1x512x128xi8>, %arg46: tensor<128xf32>, %arg47: tensor<128xf32>, %arg48: tensor<3x3x128x128xi8>, %arg49: tensor<128xf32>, %arg50: tensor<128xf32>, %arg51: tensor<1x1x128x512xi8>, %arg52: tensor<512xf32>, %arg53: tensor<512xf32>, %arg54: tensor<1x1x512x128xi8>, %arg55: tensor<128xf32>, %arg56: tensor<128xf32>, %arg57: tensor<3x3x128x128xi8>, %arg58: tensor<128xf32>, %arg59: tensor<128xf32>, %arg60: tensor<1x1x128x512xi8>, %arg61: tensor<512xf32>, %arg62: tensor<512xf32>, %arg63: tensor<1x1x512x128xi8>, %arg64: tensor<128xf32>, %arg65: tensor<128xf32>, %arg66: tensor<3x3x128x128xi8>, %arg67: tensor<128xf32>, %arg68: tensor<128xf32>, %arg69: tensor<1x1x128x512xi8>, %arg70: tensor<512xf32>, %arg71: tensor<512xf32>, %arg72: tensor<1x1x512x256xi8>, %arg73: tensor<256xf32>, %arg74: tensor<256xf32>, %arg75: tensor<3x3x256x256xi8>, %arg76: tensor<256xf32>, %arg77: tensor<256xf32>, %arg78: tensor<1x1x256x1024xi8>, %arg79: tensor<1024xf32>, %arg80: tensor<1024xf32>, %arg81: tensor<1x1x512x1024xi8>, %arg82: tensor<1024xf32>, %arg83: tensor<1024xf32>, %arg84: tensor<1x1x1024x256xi8>, %arg85: tensor<256xf32>, %arg86: tensor<256xf32>, %arg87: tensor<3x3x256x256xi8>, %arg88: tensor<256xf32>, %arg89: tensor<256xf32>, %arg90: tensor<1x1x256x1024xi8>, %arg91: tensor<1024xf32>, %arg92: tensor<1024xf32>, %arg93: tensor<1x1x1024x256xi8>, %arg94: tensor<256xf32>, %arg95: tensor<256xf32>, %arg96: tensor<3x3x256x256xi8>, %arg97: tensor<256xf32>, %arg98: tensor<256xf32>, %arg99: tensor<1x1x256x1024xi8>, %arg100: tensor<1024xf32>, %arg101: tensor<1024xf32>, %arg102: tensor<1x1x1024x256xi8>, %arg103: tensor<256xf32>, %arg104: tensor<256xf32>, %arg105: tensor<3x3x256x256xi8>, %arg106: tensor<256xf32>, %arg107: tensor<256xf32>, %arg108: tensor<1x1x256x1024xi8>, %arg109: tensor<1024xf32>, %arg110: tensor<1024xf32>, %arg111: tensor<1x1x1024x256xi8>, %arg112: tensor<256xf32>, %arg113: tensor<256xf32>, %arg114: tensor<3x3x256x256xi8>, %arg115: tensor<256xf32>, %arg116: tensor<256xf32>, %arg117: tensor<1x1x256x1024xi8>, %arg118: tensor<1024xf32>, %arg119: tensor<1024xf32>, %arg120: tensor<1x1x1024x256xi8>, %arg121: tensor<256xf32>, %arg122: tensor<256xf32>, %arg123: tensor<3x3x256x256xi8>, %arg124: tensor<256xf32>, %arg125: tensor<256xf32>, %arg126: tensor<1x1x256x1024xi8>, %arg127: tensor<1024xf32>, %arg128: tensor<1024xf32>, %arg129: tensor<1x1x1024x512xi8>, %arg130: tensor<512xf32>, %arg131: tensor<512xf32>, %arg132: tensor<3x3x512x512xi8>, %arg133: tensor<512xf32>, %arg134: tensor<512xf32>, %arg135: tensor<1x1x512x2048xi8>, %arg136: tensor<2048xf32>, %arg137: tensor<2048xf32>, %arg138: tensor<1x1x1024x2048xi8>, %arg139: tensor<2048xf32>, %arg140: tensor<2048xf32>, %arg141: tensor<1x1x2048x512xi8>, %arg142: tensor<512xf32>, %arg143: tensor<512xf32>, %arg144: tensor<3x3x512x512xi8>, %arg145: tensor<512xf32>, %arg146: tensor<512xf32>, %arg147: tensor<1x1x512x2048xi8>, %arg148: tensor<2048xf32>, %arg149: tensor<2048xf32>, %arg150: tensor<1x1x2048x512xi8>, %arg151: tensor<512xf32>, %arg152: tensor<512xf32>, %arg153: tensor<3x3x512x512xi8>, %arg154: tensor<512xf32>, %arg155: tensor<512xf32>, %arg156: tensor<1x1x512x2048xi8>, %arg157: tensor<2048xf32>, %arg158: tensor<2048xf32>, %arg159: tensor<2048x1000xi8>, %arg160: tensor<1000xf32>, %arg161: tensor<1x224x224x3xi8>) -> (tensor<1x1000xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.convolution(%arg161, %arg0) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[3, 3], [3, 3]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x224x224x3xi8>, tensor<7x7x3x64xi8>) -> tensor<1x112x112x64xi32>
    %1 = stablehlo.convert %0 : (tensor<1x112x112x64xi32>) -> tensor<1x112x112x64xf32>
    %2 = stablehlo.broadcast_in_dim %arg1, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x112x112x64xf32>
    %4 = stablehlo.multiply %1, %3 : tensor<1x112x112x64xf32>
    %5 = stablehlo.broadcast_in_dim %arg2, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x112x112x64xf32>
    %7 = stablehlo.add %4, %6 : tensor<1x112x112x64xf32>
    %8 = call @relu(%7) : (tensor<1x112x112x64xf32>) -> tensor<1x112x112x64xf32>
    %cst = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_0 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %9 = call @clip(%8, %cst, %cst_0) : (tensor<1x112x112x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x112x112x64xf32>
    %10 = stablehlo.convert %9 : (tensor<1x112x112x64xf32>) -> tensor<1x112x112x64xi8>
    %c = stablehlo.constant dense<-128> : tensor<i8>
    %11 = "stablehlo.reduce_window"(%10, %c) <{base_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [1, 1], [1, 1], [0, 0]]> : tensor<4x2xi64>, window_dilations = array<i64: 1, 1, 1, 1>, window_dimensions = array<i64: 1, 3, 3, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
    ^bb0(%arg162: tensor<i8>, %arg163: tensor<i8>):
      %622 = stablehlo.maximum %arg162, %arg163 : tensor<i8>
      stablehlo.return %622 : tensor<i8>
    }) : (tensor<1x112x112x64xi8>, tensor<i8>) -> tensor<1x56x56x64xi8>
    %12 = stablehlo.convolution(%11, %arg12) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<1x1x64x256xi8>) -> tensor<1x56x56x256xi32>
    %13 = stablehlo.convert %12 : (tensor<1x56x56x256xi32>) -> tensor<1x56x56x256xf32>
    %14 = stablehlo.broadcast_in_dim %arg13, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %16 = stablehlo.multiply %13, %15 : tensor<1x56x56x256xf32>
    %17 = stablehlo.broadcast_in_dim %arg14, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %18 = stablehlo.broadcast_in_dim %17, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %19 = stablehlo.add %16, %18 : tensor<1x56x56x256xf32>
    %cst_1 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_2 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %20 = call @clip_0(%19, %cst_1, %cst_2) : (tensor<1x56x56x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x256xf32>
    %21 = stablehlo.convert %20 : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xi8>
    %22 = stablehlo.convolution(%11, %arg3) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<1x1x64x64xi8>) -> tensor<1x56x56x64xi32>
    %23 = stablehlo.convert %22 : (tensor<1x56x56x64xi32>) -> tensor<1x56x56x64xf32>
    %24 = stablehlo.broadcast_in_dim %arg4, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %25 = stablehlo.broadcast_in_dim %24, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %26 = stablehlo.multiply %23, %25 : tensor<1x56x56x64xf32>
    %27 = stablehlo.broadcast_in_dim %arg5, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %29 = stablehlo.add %26, %28 : tensor<1x56x56x64xf32>
    %30 = call @relu_1(%29) : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
    %cst_3 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_4 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %31 = call @clip_2(%30, %cst_3, %cst_4) : (tensor<1x56x56x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x64xf32>
    %32 = stablehlo.convert %31 : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xi8>
    %33 = stablehlo.convolution(%32, %arg6) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<3x3x64x64xi8>) -> tensor<1x56x56x64xi32>
    %34 = stablehlo.convert %33 : (tensor<1x56x56x64xi32>) -> tensor<1x56x56x64xf32>
    %35 = stablehlo.broadcast_in_dim %arg7, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %36 = stablehlo.broadcast_in_dim %35, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %37 = stablehlo.multiply %34, %36 : tensor<1x56x56x64xf32>
    %38 = stablehlo.broadcast_in_dim %arg8, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %39 = stablehlo.broadcast_in_dim %38, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %40 = stablehlo.add %37, %39 : tensor<1x56x56x64xf32>
    %41 = call @relu_1(%40) : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
    %cst_5 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_6 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %42 = call @clip_2(%41, %cst_5, %cst_6) : (tensor<1x56x56x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x64xf32>
    %43 = stablehlo.convert %42 : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xi8>
    %44 = stablehlo.convolution(%43, %arg9) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<1x1x64x256xi8>) -> tensor<1x56x56x256xi32>
    %45 = stablehlo.convert %44 : (tensor<1x56x56x256xi32>) -> tensor<1x56x56x256xf32>
    %46 = stablehlo.broadcast_in_dim %arg10, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %47 = stablehlo.broadcast_in_dim %46, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %48 = stablehlo.multiply %45, %47 : tensor<1x56x56x256xf32>
    %49 = stablehlo.broadcast_in_dim %arg11, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %50 = stablehlo.broadcast_in_dim %49, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %51 = stablehlo.add %48, %50 : tensor<1x56x56x256xf32>
    %52 = stablehlo.convert %21 : (tensor<1x56x56x256xi8>) -> tensor<1x56x56x256xf32>
    %53 = stablehlo.add %51, %52 : tensor<1x56x56x256xf32>
    %54 = call @relu_3(%53) : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xf32>
    %cst_7 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_8 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %55 = call @clip_0(%54, %cst_7, %cst_8) : (tensor<1x56x56x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x256xf32>
    %56 = stablehlo.convert %55 : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xi8>
    %57 = stablehlo.convolution(%56, %arg15) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xi8>, tensor<1x1x256x64xi8>) -> tensor<1x56x56x64xi32>
    %58 = stablehlo.convert %57 : (tensor<1x56x56x64xi32>) -> tensor<1x56x56x64xf32>
    %59 = stablehlo.broadcast_in_dim %arg16, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %60 = stablehlo.broadcast_in_dim %59, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %61 = stablehlo.multiply %58, %60 : tensor<1x56x56x64xf32>
    %62 = stablehlo.broadcast_in_dim %arg17, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %63 = stablehlo.broadcast_in_dim %62, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %64 = stablehlo.add %61, %63 : tensor<1x56x56x64xf32>
    %65 = call @relu_1(%64) : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
    %cst_9 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_10 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %66 = call @clip_2(%65, %cst_9, %cst_10) : (tensor<1x56x56x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x64xf32>
    %67 = stablehlo.convert %66 : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xi8>
    %68 = stablehlo.convolution(%67, %arg18) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<3x3x64x64xi8>) -> tensor<1x56x56x64xi32>
    %69 = stablehlo.convert %68 : (tensor<1x56x56x64xi32>) -> tensor<1x56x56x64xf32>
    %70 = stablehlo.broadcast_in_dim %arg19, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %71 = stablehlo.broadcast_in_dim %70, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %72 = stablehlo.multiply %69, %71 : tensor<1x56x56x64xf32>
    %73 = stablehlo.broadcast_in_dim %arg20, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %74 = stablehlo.broadcast_in_dim %73, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %75 = stablehlo.add %72, %74 : tensor<1x56x56x64xf32>
    %76 = call @relu_1(%75) : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
    %cst_11 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_12 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %77 = call @clip_2(%76, %cst_11, %cst_12) : (tensor<1x56x56x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x64xf32>
    %78 = stablehlo.convert %77 : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xi8>
    %79 = stablehlo.convolution(%78, %arg21) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<1x1x64x256xi8>) -> tensor<1x56x56x256xi32>
    %80 = stablehlo.convert %79 : (tensor<1x56x56x256xi32>) -> tensor<1x56x56x256xf32>
    %81 = stablehlo.broadcast_in_dim %arg22, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %82 = stablehlo.broadcast_in_dim %81, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %83 = stablehlo.multiply %80, %82 : tensor<1x56x56x256xf32>
    %84 = stablehlo.broadcast_in_dim %arg23, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %85 = stablehlo.broadcast_in_dim %84, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %86 = stablehlo.add %83, %85 : tensor<1x56x56x256xf32>
    %87 = stablehlo.convert %56 : (tensor<1x56x56x256xi8>) -> tensor<1x56x56x256xf32>
    %88 = stablehlo.add %86, %87 : tensor<1x56x56x256xf32>
    %89 = call @relu_3(%88) : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xf32>
    %cst_13 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_14 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %90 = call @clip_0(%89, %cst_13, %cst_14) : (tensor<1x56x56x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x256xf32>
    %91 = stablehlo.convert %90 : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xi8>
    %92 = stablehlo.convolution(%91, %arg24) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xi8>, tensor<1x1x256x64xi8>) -> tensor<1x56x56x64xi32>
    %93 = stablehlo.convert %92 : (tensor<1x56x56x64xi32>) -> tensor<1x56x56x64xf32>
    %94 = stablehlo.broadcast_in_dim %arg25, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %95 = stablehlo.broadcast_in_dim %94, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %96 = stablehlo.multiply %93, %95 : tensor<1x56x56x64xf32>
    %97 = stablehlo.broadcast_in_dim %arg26, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %98 = stablehlo.broadcast_in_dim %97, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %99 = stablehlo.add %96, %98 : tensor<1x56x56x64xf32>
    %100 = call @relu_1(%99) : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
    %cst_15 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_16 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %101 = call @clip_2(%100, %cst_15, %cst_16) : (tensor<1x56x56x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x64xf32>
    %102 = stablehlo.convert %101 : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xi8>
    %103 = stablehlo.convolution(%102, %arg27) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<3x3x64x64xi8>) -> tensor<1x56x56x64xi32>
    %104 = stablehlo.convert %103 : (tensor<1x56x56x64xi32>) -> tensor<1x56x56x64xf32>
    %105 = stablehlo.broadcast_in_dim %arg28, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %106 = stablehlo.broadcast_in_dim %105, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %107 = stablehlo.multiply %104, %106 : tensor<1x56x56x64xf32>
    %108 = stablehlo.broadcast_in_dim %arg29, dims = [3] : (tensor<64xf32>) -> tensor<1x1x1x64xf32>
    %109 = stablehlo.broadcast_in_dim %108, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xf32>) -> tensor<1x56x56x64xf32>
    %110 = stablehlo.add %107, %109 : tensor<1x56x56x64xf32>
    %111 = call @relu_1(%110) : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
    %cst_17 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_18 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %112 = call @clip_2(%111, %cst_17, %cst_18) : (tensor<1x56x56x64xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x64xf32>
    %113 = stablehlo.convert %112 : (tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xi8>
    %114 = stablehlo.convolution(%113, %arg30) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xi8>, tensor<1x1x64x256xi8>) -> tensor<1x56x56x256xi32>
    %115 = stablehlo.convert %114 : (tensor<1x56x56x256xi32>) -> tensor<1x56x56x256xf32>
    %116 = stablehlo.broadcast_in_dim %arg31, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %117 = stablehlo.broadcast_in_dim %116, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %118 = stablehlo.multiply %115, %117 : tensor<1x56x56x256xf32>
    %119 = stablehlo.broadcast_in_dim %arg32, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %120 = stablehlo.broadcast_in_dim %119, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x56x56x256xf32>
    %121 = stablehlo.add %118, %120 : tensor<1x56x56x256xf32>
    %122 = stablehlo.convert %91 : (tensor<1x56x56x256xi8>) -> tensor<1x56x56x256xf32>
    %123 = stablehlo.add %121, %122 : tensor<1x56x56x256xf32>
    %124 = call @relu_3(%123) : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xf32>
    %cst_19 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_20 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %125 = call @clip_0(%124, %cst_19, %cst_20) : (tensor<1x56x56x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x56x56x256xf32>
    %126 = stablehlo.convert %125 : (tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xi8>
    %127 = stablehlo.convolution(%126, %arg42) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xi8>, tensor<1x1x256x512xi8>) -> tensor<1x28x28x512xi32>
    %128 = stablehlo.convert %127 : (tensor<1x28x28x512xi32>) -> tensor<1x28x28x512xf32>
    %129 = stablehlo.broadcast_in_dim %arg43, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %130 = stablehlo.broadcast_in_dim %129, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %131 = stablehlo.multiply %128, %130 : tensor<1x28x28x512xf32>
    %132 = stablehlo.broadcast_in_dim %arg44, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %133 = stablehlo.broadcast_in_dim %132, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %134 = stablehlo.add %131, %133 : tensor<1x28x28x512xf32>
    %cst_21 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_22 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %135 = call @clip_4(%134, %cst_21, %cst_22) : (tensor<1x28x28x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x512xf32>
    %136 = stablehlo.convert %135 : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xi8>
    %137 = stablehlo.convolution(%126, %arg33) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xi8>, tensor<1x1x256x128xi8>) -> tensor<1x28x28x128xi32>
    %138 = stablehlo.convert %137 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %139 = stablehlo.broadcast_in_dim %arg34, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %140 = stablehlo.broadcast_in_dim %139, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %141 = stablehlo.multiply %138, %140 : tensor<1x28x28x128xf32>
    %142 = stablehlo.broadcast_in_dim %arg35, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %143 = stablehlo.broadcast_in_dim %142, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %144 = stablehlo.add %141, %143 : tensor<1x28x28x128xf32>
    %145 = call @relu_5(%144) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_23 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_24 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %146 = call @clip_6(%145, %cst_23, %cst_24) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %147 = stablehlo.convert %146 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %148 = stablehlo.convolution(%147, %arg36) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<3x3x128x128xi8>) -> tensor<1x28x28x128xi32>
    %149 = stablehlo.convert %148 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %150 = stablehlo.broadcast_in_dim %arg37, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %151 = stablehlo.broadcast_in_dim %150, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %152 = stablehlo.multiply %149, %151 : tensor<1x28x28x128xf32>
    %153 = stablehlo.broadcast_in_dim %arg38, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %154 = stablehlo.broadcast_in_dim %153, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %155 = stablehlo.add %152, %154 : tensor<1x28x28x128xf32>
    %156 = call @relu_5(%155) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_25 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_26 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %157 = call @clip_6(%156, %cst_25, %cst_26) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %158 = stablehlo.convert %157 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %159 = stablehlo.convolution(%158, %arg39) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<1x1x128x512xi8>) -> tensor<1x28x28x512xi32>
    %160 = stablehlo.convert %159 : (tensor<1x28x28x512xi32>) -> tensor<1x28x28x512xf32>
    %161 = stablehlo.broadcast_in_dim %arg40, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %162 = stablehlo.broadcast_in_dim %161, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %163 = stablehlo.multiply %160, %162 : tensor<1x28x28x512xf32>
    %164 = stablehlo.broadcast_in_dim %arg41, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %165 = stablehlo.broadcast_in_dim %164, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %166 = stablehlo.add %163, %165 : tensor<1x28x28x512xf32>
    %167 = stablehlo.convert %136 : (tensor<1x28x28x512xi8>) -> tensor<1x28x28x512xf32>
    %168 = stablehlo.add %166, %167 : tensor<1x28x28x512xf32>
    %169 = call @relu_7(%168) : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xf32>
    %cst_27 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_28 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %170 = call @clip_4(%169, %cst_27, %cst_28) : (tensor<1x28x28x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x512xf32>
    %171 = stablehlo.convert %170 : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xi8>
    %172 = stablehlo.convolution(%171, %arg45) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xi8>, tensor<1x1x512x128xi8>) -> tensor<1x28x28x128xi32>
    %173 = stablehlo.convert %172 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %174 = stablehlo.broadcast_in_dim %arg46, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %175 = stablehlo.broadcast_in_dim %174, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %176 = stablehlo.multiply %173, %175 : tensor<1x28x28x128xf32>
    %177 = stablehlo.broadcast_in_dim %arg47, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %178 = stablehlo.broadcast_in_dim %177, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %179 = stablehlo.add %176, %178 : tensor<1x28x28x128xf32>
    %180 = call @relu_5(%179) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_29 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_30 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %181 = call @clip_6(%180, %cst_29, %cst_30) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %182 = stablehlo.convert %181 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %183 = stablehlo.convolution(%182, %arg48) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<3x3x128x128xi8>) -> tensor<1x28x28x128xi32>
    %184 = stablehlo.convert %183 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %185 = stablehlo.broadcast_in_dim %arg49, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %186 = stablehlo.broadcast_in_dim %185, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %187 = stablehlo.multiply %184, %186 : tensor<1x28x28x128xf32>
    %188 = stablehlo.broadcast_in_dim %arg50, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %189 = stablehlo.broadcast_in_dim %188, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %190 = stablehlo.add %187, %189 : tensor<1x28x28x128xf32>
    %191 = call @relu_5(%190) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_31 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_32 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %192 = call @clip_6(%191, %cst_31, %cst_32) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %193 = stablehlo.convert %192 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %194 = stablehlo.convolution(%193, %arg51) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<1x1x128x512xi8>) -> tensor<1x28x28x512xi32>
    %195 = stablehlo.convert %194 : (tensor<1x28x28x512xi32>) -> tensor<1x28x28x512xf32>
    %196 = stablehlo.broadcast_in_dim %arg52, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %197 = stablehlo.broadcast_in_dim %196, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %198 = stablehlo.multiply %195, %197 : tensor<1x28x28x512xf32>
    %199 = stablehlo.broadcast_in_dim %arg53, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %200 = stablehlo.broadcast_in_dim %199, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %201 = stablehlo.add %198, %200 : tensor<1x28x28x512xf32>
    %202 = stablehlo.convert %171 : (tensor<1x28x28x512xi8>) -> tensor<1x28x28x512xf32>
    %203 = stablehlo.add %201, %202 : tensor<1x28x28x512xf32>
    %204 = call @relu_7(%203) : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xf32>
    %cst_33 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_34 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %205 = call @clip_4(%204, %cst_33, %cst_34) : (tensor<1x28x28x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x512xf32>
    %206 = stablehlo.convert %205 : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xi8>
    %207 = stablehlo.convolution(%206, %arg54) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xi8>, tensor<1x1x512x128xi8>) -> tensor<1x28x28x128xi32>
    %208 = stablehlo.convert %207 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %209 = stablehlo.broadcast_in_dim %arg55, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %210 = stablehlo.broadcast_in_dim %209, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %211 = stablehlo.multiply %208, %210 : tensor<1x28x28x128xf32>
    %212 = stablehlo.broadcast_in_dim %arg56, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %213 = stablehlo.broadcast_in_dim %212, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %214 = stablehlo.add %211, %213 : tensor<1x28x28x128xf32>
    %215 = call @relu_5(%214) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_35 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_36 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %216 = call @clip_6(%215, %cst_35, %cst_36) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %217 = stablehlo.convert %216 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %218 = stablehlo.convolution(%217, %arg57) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<3x3x128x128xi8>) -> tensor<1x28x28x128xi32>
    %219 = stablehlo.convert %218 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %220 = stablehlo.broadcast_in_dim %arg58, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %221 = stablehlo.broadcast_in_dim %220, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %222 = stablehlo.multiply %219, %221 : tensor<1x28x28x128xf32>
    %223 = stablehlo.broadcast_in_dim %arg59, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %224 = stablehlo.broadcast_in_dim %223, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %225 = stablehlo.add %222, %224 : tensor<1x28x28x128xf32>
    %226 = call @relu_5(%225) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_37 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_38 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %227 = call @clip_6(%226, %cst_37, %cst_38) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %228 = stablehlo.convert %227 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %229 = stablehlo.convolution(%228, %arg60) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<1x1x128x512xi8>) -> tensor<1x28x28x512xi32>
    %230 = stablehlo.convert %229 : (tensor<1x28x28x512xi32>) -> tensor<1x28x28x512xf32>
    %231 = stablehlo.broadcast_in_dim %arg61, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %232 = stablehlo.broadcast_in_dim %231, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %233 = stablehlo.multiply %230, %232 : tensor<1x28x28x512xf32>
    %234 = stablehlo.broadcast_in_dim %arg62, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %235 = stablehlo.broadcast_in_dim %234, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %236 = stablehlo.add %233, %235 : tensor<1x28x28x512xf32>
    %237 = stablehlo.convert %206 : (tensor<1x28x28x512xi8>) -> tensor<1x28x28x512xf32>
    %238 = stablehlo.add %236, %237 : tensor<1x28x28x512xf32>
    %239 = call @relu_7(%238) : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xf32>
    %cst_39 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_40 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %240 = call @clip_4(%239, %cst_39, %cst_40) : (tensor<1x28x28x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x512xf32>
    %241 = stablehlo.convert %240 : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xi8>
    %242 = stablehlo.convolution(%241, %arg63) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xi8>, tensor<1x1x512x128xi8>) -> tensor<1x28x28x128xi32>
    %243 = stablehlo.convert %242 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %244 = stablehlo.broadcast_in_dim %arg64, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %245 = stablehlo.broadcast_in_dim %244, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %246 = stablehlo.multiply %243, %245 : tensor<1x28x28x128xf32>
    %247 = stablehlo.broadcast_in_dim %arg65, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %248 = stablehlo.broadcast_in_dim %247, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %249 = stablehlo.add %246, %248 : tensor<1x28x28x128xf32>
    %250 = call @relu_5(%249) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_41 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_42 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %251 = call @clip_6(%250, %cst_41, %cst_42) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %252 = stablehlo.convert %251 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %253 = stablehlo.convolution(%252, %arg66) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<3x3x128x128xi8>) -> tensor<1x28x28x128xi32>
    %254 = stablehlo.convert %253 : (tensor<1x28x28x128xi32>) -> tensor<1x28x28x128xf32>
    %255 = stablehlo.broadcast_in_dim %arg67, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %256 = stablehlo.broadcast_in_dim %255, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %257 = stablehlo.multiply %254, %256 : tensor<1x28x28x128xf32>
    %258 = stablehlo.broadcast_in_dim %arg68, dims = [3] : (tensor<128xf32>) -> tensor<1x1x1x128xf32>
    %259 = stablehlo.broadcast_in_dim %258, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xf32>) -> tensor<1x28x28x128xf32>
    %260 = stablehlo.add %257, %259 : tensor<1x28x28x128xf32>
    %261 = call @relu_5(%260) : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32>
    %cst_43 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_44 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %262 = call @clip_6(%261, %cst_43, %cst_44) : (tensor<1x28x28x128xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x128xf32>
    %263 = stablehlo.convert %262 : (tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xi8>
    %264 = stablehlo.convolution(%263, %arg69) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xi8>, tensor<1x1x128x512xi8>) -> tensor<1x28x28x512xi32>
    %265 = stablehlo.convert %264 : (tensor<1x28x28x512xi32>) -> tensor<1x28x28x512xf32>
    %266 = stablehlo.broadcast_in_dim %arg70, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %267 = stablehlo.broadcast_in_dim %266, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %268 = stablehlo.multiply %265, %267 : tensor<1x28x28x512xf32>
    %269 = stablehlo.broadcast_in_dim %arg71, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %270 = stablehlo.broadcast_in_dim %269, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x28x28x512xf32>
    %271 = stablehlo.add %268, %270 : tensor<1x28x28x512xf32>
    %272 = stablehlo.convert %241 : (tensor<1x28x28x512xi8>) -> tensor<1x28x28x512xf32>
    %273 = stablehlo.add %271, %272 : tensor<1x28x28x512xf32>
    %274 = call @relu_7(%273) : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xf32>
    %cst_45 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_46 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %275 = call @clip_4(%274, %cst_45, %cst_46) : (tensor<1x28x28x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x28x28x512xf32>
    %276 = stablehlo.convert %275 : (tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xi8>
    %277 = stablehlo.convolution(%276, %arg81) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xi8>, tensor<1x1x512x1024xi8>) -> tensor<1x14x14x1024xi32>
    %278 = stablehlo.convert %277 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %279 = stablehlo.broadcast_in_dim %arg82, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %280 = stablehlo.broadcast_in_dim %279, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %281 = stablehlo.multiply %278, %280 : tensor<1x14x14x1024xf32>
    %282 = stablehlo.broadcast_in_dim %arg83, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %283 = stablehlo.broadcast_in_dim %282, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %284 = stablehlo.add %281, %283 : tensor<1x14x14x1024xf32>
    %cst_47 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_48 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %285 = call @clip_8(%284, %cst_47, %cst_48) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %286 = stablehlo.convert %285 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %287 = stablehlo.convolution(%276, %arg72) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xi8>, tensor<1x1x512x256xi8>) -> tensor<1x14x14x256xi32>
    %288 = stablehlo.convert %287 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %289 = stablehlo.broadcast_in_dim %arg73, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %290 = stablehlo.broadcast_in_dim %289, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %291 = stablehlo.multiply %288, %290 : tensor<1x14x14x256xf32>
    %292 = stablehlo.broadcast_in_dim %arg74, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %293 = stablehlo.broadcast_in_dim %292, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %294 = stablehlo.add %291, %293 : tensor<1x14x14x256xf32>
    %295 = call @relu_9(%294) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_49 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_50 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %296 = call @clip_10(%295, %cst_49, %cst_50) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %297 = stablehlo.convert %296 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %298 = stablehlo.convolution(%297, %arg75) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<3x3x256x256xi8>) -> tensor<1x14x14x256xi32>
    %299 = stablehlo.convert %298 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %300 = stablehlo.broadcast_in_dim %arg76, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %301 = stablehlo.broadcast_in_dim %300, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %302 = stablehlo.multiply %299, %301 : tensor<1x14x14x256xf32>
    %303 = stablehlo.broadcast_in_dim %arg77, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %304 = stablehlo.broadcast_in_dim %303, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %305 = stablehlo.add %302, %304 : tensor<1x14x14x256xf32>
    %306 = call @relu_9(%305) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_51 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_52 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %307 = call @clip_10(%306, %cst_51, %cst_52) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %308 = stablehlo.convert %307 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %309 = stablehlo.convolution(%308, %arg78) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<1x1x256x1024xi8>) -> tensor<1x14x14x1024xi32>
    %310 = stablehlo.convert %309 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %311 = stablehlo.broadcast_in_dim %arg79, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %312 = stablehlo.broadcast_in_dim %311, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %313 = stablehlo.multiply %310, %312 : tensor<1x14x14x1024xf32>
    %314 = stablehlo.broadcast_in_dim %arg80, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %315 = stablehlo.broadcast_in_dim %314, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %316 = stablehlo.add %313, %315 : tensor<1x14x14x1024xf32>
    %317 = stablehlo.convert %286 : (tensor<1x14x14x1024xi8>) -> tensor<1x14x14x1024xf32>
    %318 = stablehlo.add %316, %317 : tensor<1x14x14x1024xf32>
    %319 = call @relu_11(%318) : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32>
    %cst_53 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_54 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %320 = call @clip_8(%319, %cst_53, %cst_54) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %321 = stablehlo.convert %320 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %322 = stablehlo.convolution(%321, %arg84) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x256xi8>) -> tensor<1x14x14x256xi32>
    %323 = stablehlo.convert %322 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %324 = stablehlo.broadcast_in_dim %arg85, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %325 = stablehlo.broadcast_in_dim %324, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %326 = stablehlo.multiply %323, %325 : tensor<1x14x14x256xf32>
    %327 = stablehlo.broadcast_in_dim %arg86, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %328 = stablehlo.broadcast_in_dim %327, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %329 = stablehlo.add %326, %328 : tensor<1x14x14x256xf32>
    %330 = call @relu_9(%329) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_55 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_56 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %331 = call @clip_10(%330, %cst_55, %cst_56) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %332 = stablehlo.convert %331 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %333 = stablehlo.convolution(%332, %arg87) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<3x3x256x256xi8>) -> tensor<1x14x14x256xi32>
    %334 = stablehlo.convert %333 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %335 = stablehlo.broadcast_in_dim %arg88, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %336 = stablehlo.broadcast_in_dim %335, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %337 = stablehlo.multiply %334, %336 : tensor<1x14x14x256xf32>
    %338 = stablehlo.broadcast_in_dim %arg89, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %339 = stablehlo.broadcast_in_dim %338, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %340 = stablehlo.add %337, %339 : tensor<1x14x14x256xf32>
    %341 = call @relu_9(%340) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_57 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_58 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %342 = call @clip_10(%341, %cst_57, %cst_58) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %343 = stablehlo.convert %342 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %344 = stablehlo.convolution(%343, %arg90) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<1x1x256x1024xi8>) -> tensor<1x14x14x1024xi32>
    %345 = stablehlo.convert %344 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %346 = stablehlo.broadcast_in_dim %arg91, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %347 = stablehlo.broadcast_in_dim %346, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %348 = stablehlo.multiply %345, %347 : tensor<1x14x14x1024xf32>
    %349 = stablehlo.broadcast_in_dim %arg92, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %350 = stablehlo.broadcast_in_dim %349, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %351 = stablehlo.add %348, %350 : tensor<1x14x14x1024xf32>
    %352 = stablehlo.convert %321 : (tensor<1x14x14x1024xi8>) -> tensor<1x14x14x1024xf32>
    %353 = stablehlo.add %351, %352 : tensor<1x14x14x1024xf32>
    %354 = call @relu_11(%353) : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32>
    %cst_59 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_60 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %355 = call @clip_8(%354, %cst_59, %cst_60) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %356 = stablehlo.convert %355 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %357 = stablehlo.convolution(%356, %arg93) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x256xi8>) -> tensor<1x14x14x256xi32>
    %358 = stablehlo.convert %357 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %359 = stablehlo.broadcast_in_dim %arg94, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %360 = stablehlo.broadcast_in_dim %359, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %361 = stablehlo.multiply %358, %360 : tensor<1x14x14x256xf32>
    %362 = stablehlo.broadcast_in_dim %arg95, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %363 = stablehlo.broadcast_in_dim %362, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %364 = stablehlo.add %361, %363 : tensor<1x14x14x256xf32>
    %365 = call @relu_9(%364) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_61 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_62 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %366 = call @clip_10(%365, %cst_61, %cst_62) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %367 = stablehlo.convert %366 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %368 = stablehlo.convolution(%367, %arg96) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<3x3x256x256xi8>) -> tensor<1x14x14x256xi32>
    %369 = stablehlo.convert %368 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %370 = stablehlo.broadcast_in_dim %arg97, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %371 = stablehlo.broadcast_in_dim %370, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %372 = stablehlo.multiply %369, %371 : tensor<1x14x14x256xf32>
    %373 = stablehlo.broadcast_in_dim %arg98, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %374 = stablehlo.broadcast_in_dim %373, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %375 = stablehlo.add %372, %374 : tensor<1x14x14x256xf32>
    %376 = call @relu_9(%375) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_63 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_64 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %377 = call @clip_10(%376, %cst_63, %cst_64) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %378 = stablehlo.convert %377 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %379 = stablehlo.convolution(%378, %arg99) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<1x1x256x1024xi8>) -> tensor<1x14x14x1024xi32>
    %380 = stablehlo.convert %379 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %381 = stablehlo.broadcast_in_dim %arg100, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %382 = stablehlo.broadcast_in_dim %381, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %383 = stablehlo.multiply %380, %382 : tensor<1x14x14x1024xf32>
    %384 = stablehlo.broadcast_in_dim %arg101, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %385 = stablehlo.broadcast_in_dim %384, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %386 = stablehlo.add %383, %385 : tensor<1x14x14x1024xf32>
    %387 = stablehlo.convert %356 : (tensor<1x14x14x1024xi8>) -> tensor<1x14x14x1024xf32>
    %388 = stablehlo.add %386, %387 : tensor<1x14x14x1024xf32>
    %389 = call @relu_11(%388) : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32>
    %cst_65 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_66 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %390 = call @clip_8(%389, %cst_65, %cst_66) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %391 = stablehlo.convert %390 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %392 = stablehlo.convolution(%391, %arg102) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x256xi8>) -> tensor<1x14x14x256xi32>
    %393 = stablehlo.convert %392 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %394 = stablehlo.broadcast_in_dim %arg103, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %395 = stablehlo.broadcast_in_dim %394, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %396 = stablehlo.multiply %393, %395 : tensor<1x14x14x256xf32>
    %397 = stablehlo.broadcast_in_dim %arg104, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %398 = stablehlo.broadcast_in_dim %397, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %399 = stablehlo.add %396, %398 : tensor<1x14x14x256xf32>
    %400 = call @relu_9(%399) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_67 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_68 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %401 = call @clip_10(%400, %cst_67, %cst_68) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %402 = stablehlo.convert %401 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %403 = stablehlo.convolution(%402, %arg105) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<3x3x256x256xi8>) -> tensor<1x14x14x256xi32>
    %404 = stablehlo.convert %403 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %405 = stablehlo.broadcast_in_dim %arg106, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %406 = stablehlo.broadcast_in_dim %405, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %407 = stablehlo.multiply %404, %406 : tensor<1x14x14x256xf32>
    %408 = stablehlo.broadcast_in_dim %arg107, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %409 = stablehlo.broadcast_in_dim %408, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %410 = stablehlo.add %407, %409 : tensor<1x14x14x256xf32>
    %411 = call @relu_9(%410) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_69 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_70 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %412 = call @clip_10(%411, %cst_69, %cst_70) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %413 = stablehlo.convert %412 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %414 = stablehlo.convolution(%413, %arg108) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<1x1x256x1024xi8>) -> tensor<1x14x14x1024xi32>
    %415 = stablehlo.convert %414 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %416 = stablehlo.broadcast_in_dim %arg109, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %417 = stablehlo.broadcast_in_dim %416, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %418 = stablehlo.multiply %415, %417 : tensor<1x14x14x1024xf32>
    %419 = stablehlo.broadcast_in_dim %arg110, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %420 = stablehlo.broadcast_in_dim %419, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %421 = stablehlo.add %418, %420 : tensor<1x14x14x1024xf32>
    %422 = stablehlo.convert %391 : (tensor<1x14x14x1024xi8>) -> tensor<1x14x14x1024xf32>
    %423 = stablehlo.add %421, %422 : tensor<1x14x14x1024xf32>
    %424 = call @relu_11(%423) : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32>
    %cst_71 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_72 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %425 = call @clip_8(%424, %cst_71, %cst_72) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %426 = stablehlo.convert %425 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %427 = stablehlo.convolution(%426, %arg111) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x256xi8>) -> tensor<1x14x14x256xi32>
    %428 = stablehlo.convert %427 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %429 = stablehlo.broadcast_in_dim %arg112, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %430 = stablehlo.broadcast_in_dim %429, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %431 = stablehlo.multiply %428, %430 : tensor<1x14x14x256xf32>
    %432 = stablehlo.broadcast_in_dim %arg113, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %433 = stablehlo.broadcast_in_dim %432, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %434 = stablehlo.add %431, %433 : tensor<1x14x14x256xf32>
    %435 = call @relu_9(%434) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_73 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_74 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %436 = call @clip_10(%435, %cst_73, %cst_74) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %437 = stablehlo.convert %436 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %438 = stablehlo.convolution(%437, %arg114) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<3x3x256x256xi8>) -> tensor<1x14x14x256xi32>
    %439 = stablehlo.convert %438 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %440 = stablehlo.broadcast_in_dim %arg115, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %441 = stablehlo.broadcast_in_dim %440, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %442 = stablehlo.multiply %439, %441 : tensor<1x14x14x256xf32>
    %443 = stablehlo.broadcast_in_dim %arg116, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %444 = stablehlo.broadcast_in_dim %443, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %445 = stablehlo.add %442, %444 : tensor<1x14x14x256xf32>
    %446 = call @relu_9(%445) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_75 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_76 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %447 = call @clip_10(%446, %cst_75, %cst_76) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %448 = stablehlo.convert %447 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %449 = stablehlo.convolution(%448, %arg117) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<1x1x256x1024xi8>) -> tensor<1x14x14x1024xi32>
    %450 = stablehlo.convert %449 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %451 = stablehlo.broadcast_in_dim %arg118, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %452 = stablehlo.broadcast_in_dim %451, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %453 = stablehlo.multiply %450, %452 : tensor<1x14x14x1024xf32>
    %454 = stablehlo.broadcast_in_dim %arg119, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %455 = stablehlo.broadcast_in_dim %454, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %456 = stablehlo.add %453, %455 : tensor<1x14x14x1024xf32>
    %457 = stablehlo.convert %426 : (tensor<1x14x14x1024xi8>) -> tensor<1x14x14x1024xf32>
    %458 = stablehlo.add %456, %457 : tensor<1x14x14x1024xf32>
    %459 = call @relu_11(%458) : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32>
    %cst_77 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_78 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %460 = call @clip_8(%459, %cst_77, %cst_78) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %461 = stablehlo.convert %460 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %462 = stablehlo.convolution(%461, %arg120) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x256xi8>) -> tensor<1x14x14x256xi32>
    %463 = stablehlo.convert %462 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %464 = stablehlo.broadcast_in_dim %arg121, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %465 = stablehlo.broadcast_in_dim %464, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %466 = stablehlo.multiply %463, %465 : tensor<1x14x14x256xf32>
    %467 = stablehlo.broadcast_in_dim %arg122, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %468 = stablehlo.broadcast_in_dim %467, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %469 = stablehlo.add %466, %468 : tensor<1x14x14x256xf32>
    %470 = call @relu_9(%469) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_79 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_80 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %471 = call @clip_10(%470, %cst_79, %cst_80) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %472 = stablehlo.convert %471 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %473 = stablehlo.convolution(%472, %arg123) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<3x3x256x256xi8>) -> tensor<1x14x14x256xi32>
    %474 = stablehlo.convert %473 : (tensor<1x14x14x256xi32>) -> tensor<1x14x14x256xf32>
    %475 = stablehlo.broadcast_in_dim %arg124, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %476 = stablehlo.broadcast_in_dim %475, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %477 = stablehlo.multiply %474, %476 : tensor<1x14x14x256xf32>
    %478 = stablehlo.broadcast_in_dim %arg125, dims = [3] : (tensor<256xf32>) -> tensor<1x1x1x256xf32>
    %479 = stablehlo.broadcast_in_dim %478, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xf32>) -> tensor<1x14x14x256xf32>
    %480 = stablehlo.add %477, %479 : tensor<1x14x14x256xf32>
    %481 = call @relu_9(%480) : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32>
    %cst_81 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_82 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %482 = call @clip_10(%481, %cst_81, %cst_82) : (tensor<1x14x14x256xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x256xf32>
    %483 = stablehlo.convert %482 : (tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xi8>
    %484 = stablehlo.convolution(%483, %arg126) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xi8>, tensor<1x1x256x1024xi8>) -> tensor<1x14x14x1024xi32>
    %485 = stablehlo.convert %484 : (tensor<1x14x14x1024xi32>) -> tensor<1x14x14x1024xf32>
    %486 = stablehlo.broadcast_in_dim %arg127, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %487 = stablehlo.broadcast_in_dim %486, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %488 = stablehlo.multiply %485, %487 : tensor<1x14x14x1024xf32>
    %489 = stablehlo.broadcast_in_dim %arg128, dims = [3] : (tensor<1024xf32>) -> tensor<1x1x1x1024xf32>
    %490 = stablehlo.broadcast_in_dim %489, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xf32>) -> tensor<1x14x14x1024xf32>
    %491 = stablehlo.add %488, %490 : tensor<1x14x14x1024xf32>
    %492 = stablehlo.convert %461 : (tensor<1x14x14x1024xi8>) -> tensor<1x14x14x1024xf32>
    %493 = stablehlo.add %491, %492 : tensor<1x14x14x1024xf32>
    %494 = call @relu_11(%493) : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32>
    %cst_83 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_84 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %495 = call @clip_8(%494, %cst_83, %cst_84) : (tensor<1x14x14x1024xf32>, tensor<f32>, tensor<f32>) -> tensor<1x14x14x1024xf32>
    %496 = stablehlo.convert %495 : (tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xi8>
    %497 = stablehlo.convolution(%496, %arg138) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x2048xi8>) -> tensor<1x7x7x2048xi32>
    %498 = stablehlo.convert %497 : (tensor<1x7x7x2048xi32>) -> tensor<1x7x7x2048xf32>
    %499 = stablehlo.broadcast_in_dim %arg139, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %500 = stablehlo.broadcast_in_dim %499, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %501 = stablehlo.multiply %498, %500 : tensor<1x7x7x2048xf32>
    %502 = stablehlo.broadcast_in_dim %arg140, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %503 = stablehlo.broadcast_in_dim %502, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %504 = stablehlo.add %501, %503 : tensor<1x7x7x2048xf32>
    %cst_85 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_86 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %505 = call @clip_12(%504, %cst_85, %cst_86) : (tensor<1x7x7x2048xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x2048xf32>
    %506 = stablehlo.convert %505 : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xi8>
    %507 = stablehlo.convolution(%496, %arg129) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xi8>, tensor<1x1x1024x512xi8>) -> tensor<1x7x7x512xi32>
    %508 = stablehlo.convert %507 : (tensor<1x7x7x512xi32>) -> tensor<1x7x7x512xf32>
    %509 = stablehlo.broadcast_in_dim %arg130, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %510 = stablehlo.broadcast_in_dim %509, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %511 = stablehlo.multiply %508, %510 : tensor<1x7x7x512xf32>
    %512 = stablehlo.broadcast_in_dim %arg131, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %513 = stablehlo.broadcast_in_dim %512, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %514 = stablehlo.add %511, %513 : tensor<1x7x7x512xf32>
    %515 = call @relu_13(%514) : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32>
    %cst_87 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_88 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %516 = call @clip_14(%515, %cst_87, %cst_88) : (tensor<1x7x7x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x512xf32>
    %517 = stablehlo.convert %516 : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xi8>
    %518 = stablehlo.convolution(%517, %arg132) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xi8>, tensor<3x3x512x512xi8>) -> tensor<1x7x7x512xi32>
    %519 = stablehlo.convert %518 : (tensor<1x7x7x512xi32>) -> tensor<1x7x7x512xf32>
    %520 = stablehlo.broadcast_in_dim %arg133, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %521 = stablehlo.broadcast_in_dim %520, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %522 = stablehlo.multiply %519, %521 : tensor<1x7x7x512xf32>
    %523 = stablehlo.broadcast_in_dim %arg134, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %524 = stablehlo.broadcast_in_dim %523, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %525 = stablehlo.add %522, %524 : tensor<1x7x7x512xf32>
    %526 = call @relu_13(%525) : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32>
    %cst_89 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_90 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %527 = call @clip_14(%526, %cst_89, %cst_90) : (tensor<1x7x7x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x512xf32>
    %528 = stablehlo.convert %527 : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xi8>
    %529 = stablehlo.convolution(%528, %arg135) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xi8>, tensor<1x1x512x2048xi8>) -> tensor<1x7x7x2048xi32>
    %530 = stablehlo.convert %529 : (tensor<1x7x7x2048xi32>) -> tensor<1x7x7x2048xf32>
    %531 = stablehlo.broadcast_in_dim %arg136, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %532 = stablehlo.broadcast_in_dim %531, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %533 = stablehlo.multiply %530, %532 : tensor<1x7x7x2048xf32>
    %534 = stablehlo.broadcast_in_dim %arg137, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %535 = stablehlo.broadcast_in_dim %534, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %536 = stablehlo.add %533, %535 : tensor<1x7x7x2048xf32>
    %537 = stablehlo.convert %506 : (tensor<1x7x7x2048xi8>) -> tensor<1x7x7x2048xf32>
    %538 = stablehlo.add %536, %537 : tensor<1x7x7x2048xf32>
    %539 = call @relu_15(%538) : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xf32>
    %cst_91 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_92 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %540 = call @clip_12(%539, %cst_91, %cst_92) : (tensor<1x7x7x2048xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x2048xf32>
    %541 = stablehlo.convert %540 : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xi8>
    %542 = stablehlo.convolution(%541, %arg141) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x2048xi8>, tensor<1x1x2048x512xi8>) -> tensor<1x7x7x512xi32>
    %543 = stablehlo.convert %542 : (tensor<1x7x7x512xi32>) -> tensor<1x7x7x512xf32>
    %544 = stablehlo.broadcast_in_dim %arg142, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %545 = stablehlo.broadcast_in_dim %544, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %546 = stablehlo.multiply %543, %545 : tensor<1x7x7x512xf32>
    %547 = stablehlo.broadcast_in_dim %arg143, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %548 = stablehlo.broadcast_in_dim %547, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %549 = stablehlo.add %546, %548 : tensor<1x7x7x512xf32>
    %550 = call @relu_13(%549) : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32>
    %cst_93 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_94 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %551 = call @clip_14(%550, %cst_93, %cst_94) : (tensor<1x7x7x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x512xf32>
    %552 = stablehlo.convert %551 : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xi8>
    %553 = stablehlo.convolution(%552, %arg144) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xi8>, tensor<3x3x512x512xi8>) -> tensor<1x7x7x512xi32>
    %554 = stablehlo.convert %553 : (tensor<1x7x7x512xi32>) -> tensor<1x7x7x512xf32>
    %555 = stablehlo.broadcast_in_dim %arg145, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %556 = stablehlo.broadcast_in_dim %555, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %557 = stablehlo.multiply %554, %556 : tensor<1x7x7x512xf32>
    %558 = stablehlo.broadcast_in_dim %arg146, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %559 = stablehlo.broadcast_in_dim %558, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %560 = stablehlo.add %557, %559 : tensor<1x7x7x512xf32>
    %561 = call @relu_13(%560) : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32>
    %cst_95 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_96 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %562 = call @clip_14(%561, %cst_95, %cst_96) : (tensor<1x7x7x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x512xf32>
    %563 = stablehlo.convert %562 : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xi8>
    %564 = stablehlo.convolution(%563, %arg147) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xi8>, tensor<1x1x512x2048xi8>) -> tensor<1x7x7x2048xi32>
    %565 = stablehlo.convert %564 : (tensor<1x7x7x2048xi32>) -> tensor<1x7x7x2048xf32>
    %566 = stablehlo.broadcast_in_dim %arg148, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %567 = stablehlo.broadcast_in_dim %566, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %568 = stablehlo.multiply %565, %567 : tensor<1x7x7x2048xf32>
    %569 = stablehlo.broadcast_in_dim %arg149, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %570 = stablehlo.broadcast_in_dim %569, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %571 = stablehlo.add %568, %570 : tensor<1x7x7x2048xf32>
    %572 = stablehlo.convert %541 : (tensor<1x7x7x2048xi8>) -> tensor<1x7x7x2048xf32>
    %573 = stablehlo.add %571, %572 : tensor<1x7x7x2048xf32>
    %574 = call @relu_15(%573) : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xf32>
    %cst_97 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_98 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %575 = call @clip_12(%574, %cst_97, %cst_98) : (tensor<1x7x7x2048xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x2048xf32>
    %576 = stablehlo.convert %575 : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xi8>
    %577 = stablehlo.convolution(%576, %arg150) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x2048xi8>, tensor<1x1x2048x512xi8>) -> tensor<1x7x7x512xi32>
    %578 = stablehlo.convert %577 : (tensor<1x7x7x512xi32>) -> tensor<1x7x7x512xf32>
    %579 = stablehlo.broadcast_in_dim %arg151, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %580 = stablehlo.broadcast_in_dim %579, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %581 = stablehlo.multiply %578, %580 : tensor<1x7x7x512xf32>
    %582 = stablehlo.broadcast_in_dim %arg152, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %583 = stablehlo.broadcast_in_dim %582, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %584 = stablehlo.add %581, %583 : tensor<1x7x7x512xf32>
    %585 = call @relu_13(%584) : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32>
    %cst_99 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_100 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %586 = call @clip_14(%585, %cst_99, %cst_100) : (tensor<1x7x7x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x512xf32>
    %587 = stablehlo.convert %586 : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xi8>
    %588 = stablehlo.convolution(%587, %arg153) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xi8>, tensor<3x3x512x512xi8>) -> tensor<1x7x7x512xi32>
    %589 = stablehlo.convert %588 : (tensor<1x7x7x512xi32>) -> tensor<1x7x7x512xf32>
    %590 = stablehlo.broadcast_in_dim %arg154, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %591 = stablehlo.broadcast_in_dim %590, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %592 = stablehlo.multiply %589, %591 : tensor<1x7x7x512xf32>
    %593 = stablehlo.broadcast_in_dim %arg155, dims = [3] : (tensor<512xf32>) -> tensor<1x1x1x512xf32>
    %594 = stablehlo.broadcast_in_dim %593, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xf32>) -> tensor<1x7x7x512xf32>
    %595 = stablehlo.add %592, %594 : tensor<1x7x7x512xf32>
    %596 = call @relu_13(%595) : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32>
    %cst_101 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_102 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %597 = call @clip_14(%596, %cst_101, %cst_102) : (tensor<1x7x7x512xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x512xf32>
    %598 = stablehlo.convert %597 : (tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xi8>
    %599 = stablehlo.convolution(%598, %arg156) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xi8>, tensor<1x1x512x2048xi8>) -> tensor<1x7x7x2048xi32>
    %600 = stablehlo.convert %599 : (tensor<1x7x7x2048xi32>) -> tensor<1x7x7x2048xf32>
    %601 = stablehlo.broadcast_in_dim %arg157, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %602 = stablehlo.broadcast_in_dim %601, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %603 = stablehlo.multiply %600, %602 : tensor<1x7x7x2048xf32>
    %604 = stablehlo.broadcast_in_dim %arg158, dims = [3] : (tensor<2048xf32>) -> tensor<1x1x1x2048xf32>
    %605 = stablehlo.broadcast_in_dim %604, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xf32>) -> tensor<1x7x7x2048xf32>
    %606 = stablehlo.add %603, %605 : tensor<1x7x7x2048xf32>
    %607 = stablehlo.convert %576 : (tensor<1x7x7x2048xi8>) -> tensor<1x7x7x2048xf32>
    %608 = stablehlo.add %606, %607 : tensor<1x7x7x2048xf32>
    %609 = call @relu_15(%608) : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xf32>
    %cst_103 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_104 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %610 = call @clip_12(%609, %cst_103, %cst_104) : (tensor<1x7x7x2048xf32>, tensor<f32>, tensor<f32>) -> tensor<1x7x7x2048xf32>
    %611 = stablehlo.convert %610 : (tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xi8>
    %612 = stablehlo.convert %611 : (tensor<1x7x7x2048xi8>) -> tensor<1x7x7x2048xf32>
    %cst_105 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %613 = stablehlo.reduce(%612 init: %cst_105) applies stablehlo.add across dimensions = [1, 2] : (tensor<1x7x7x2048xf32>, tensor<f32>) -> tensor<1x2048xf32>
    %cst_106 = stablehlo.constant dense<4.900000e+01> : tensor<f32>
    %614 = stablehlo.broadcast_in_dim %cst_106, dims = [] : (tensor<f32>) -> tensor<1x2048xf32>
    %615 = stablehlo.divide %613, %614 : tensor<1x2048xf32>
    %cst_107 = stablehlo.constant dense<-1.280000e+02> : tensor<f32>
    %cst_108 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %616 = call @clip_16(%615, %cst_107, %cst_108) : (tensor<1x2048xf32>, tensor<f32>, tensor<f32>) -> tensor<1x2048xf32>
    %617 = stablehlo.convert %616 : (tensor<1x2048xf32>) -> tensor<1x2048xi8>
    %618 = stablehlo.dot_general %617, %arg159, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x2048xi8>, tensor<2048x1000xi8>) -> tensor<1x1000xi32>
    %619 = stablehlo.convert %618 : (tensor<1x1000xi32>) -> tensor<1x1000xf32>
    %620 = stablehlo.broadcast_in_dim %arg160, dims = [1] : (tensor<1000xf32>) -> tensor<1x1000xf32>
    %621 = stablehlo.add %619, %620 : tensor<1x1000xf32>
    return %621 : tensor<1x1000xf32>
  }
  func.func private @relu(%arg0: tensor<1x112x112x64xf32>) -> tensor<1x112x112x64xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x112x112x64xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x112x112x64xf32>
    return %1 : tensor<1x112x112x64xf32>
  }
  func.func private @clip(%arg0: tensor<1x112x112x64xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x112x112x64xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x112x112x64xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x112x112x64xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x112x112x64xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x112x112x64xf32>
    return %5 : tensor<1x112x112x64xf32>
  }
  func.func private @clip_0(%arg0: tensor<1x56x56x256xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x56x56x256xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x56x56x256xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x56x56x256xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x56x56x256xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x56x56x256xf32>
    return %5 : tensor<1x56x56x256xf32>
  }
  func.func private @relu_1(%arg0: tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x56x56x64xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x56x56x64xf32>
    return %1 : tensor<1x56x56x64xf32>
  }
  func.func private @clip_2(%arg0: tensor<1x56x56x64xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x56x56x64xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x56x56x64xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x56x56x64xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x56x56x64xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x56x56x64xf32>
    return %5 : tensor<1x56x56x64xf32>
  }
  func.func private @relu_3(%arg0: tensor<1x56x56x256xf32>) -> tensor<1x56x56x256xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x56x56x256xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x56x56x256xf32>
    return %1 : tensor<1x56x56x256xf32>
  }
  func.func private @clip_4(%arg0: tensor<1x28x28x512xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x28x28x512xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x28x28x512xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x28x28x512xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x28x28x512xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x28x28x512xf32>
    return %5 : tensor<1x28x28x512xf32>
  }
  func.func private @relu_5(%arg0: tensor<1x28x28x128xf32>) -> tensor<1x28x28x128xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x28x28x128xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x28x28x128xf32>
    return %1 : tensor<1x28x28x128xf32>
  }
  func.func private @clip_6(%arg0: tensor<1x28x28x128xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x28x28x128xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x28x28x128xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x28x28x128xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x28x28x128xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x28x28x128xf32>
    return %5 : tensor<1x28x28x128xf32>
  }
  func.func private @relu_7(%arg0: tensor<1x28x28x512xf32>) -> tensor<1x28x28x512xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x28x28x512xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x28x28x512xf32>
    return %1 : tensor<1x28x28x512xf32>
  }
  func.func private @clip_8(%arg0: tensor<1x14x14x1024xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x14x14x1024xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x14x14x1024xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x14x14x1024xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x14x14x1024xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x14x14x1024xf32>
    return %5 : tensor<1x14x14x1024xf32>
  }
  func.func private @relu_9(%arg0: tensor<1x14x14x256xf32>) -> tensor<1x14x14x256xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x14x14x256xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x14x14x256xf32>
    return %1 : tensor<1x14x14x256xf32>
  }
  func.func private @clip_10(%arg0: tensor<1x14x14x256xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x14x14x256xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x14x14x256xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x14x14x256xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x14x14x256xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x14x14x256xf32>
    return %5 : tensor<1x14x14x256xf32>
  }
  func.func private @relu_11(%arg0: tensor<1x14x14x1024xf32>) -> tensor<1x14x14x1024xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x14x14x1024xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x14x14x1024xf32>
    return %1 : tensor<1x14x14x1024xf32>
  }
  func.func private @clip_12(%arg0: tensor<1x7x7x2048xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x7x7x2048xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x7x7x2048xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x7x7x2048xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x7x7x2048xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x7x7x2048xf32>
    return %5 : tensor<1x7x7x2048xf32>
  }
  func.func private @relu_13(%arg0: tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x7x7x512xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x7x7x512xf32>
    return %1 : tensor<1x7x7x512xf32>
  }
  func.func private @clip_14(%arg0: tensor<1x7x7x512xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x7x7x512xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x7x7x512xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x7x7x512xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x7x7x512xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x7x7x512xf32>
    return %5 : tensor<1x7x7x512xf32>
  }
  func.func private @relu_15(%arg0: tensor<1x7x7x2048xf32>) -> tensor<1x7x7x2048xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x7x7x2048xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x7x7x2048xf32>
    return %1 : tensor<1x7x7x2048xf32>
  }
  func.func private @clip_16(%arg0: tensor<1x2048xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<1x2048xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x2048xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x2048xf32>
    %3 = stablehlo.convert %arg2 : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<1x2048xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<1x2048xf32>
    return %5 : tensor<1x2048xf32>
  }
}
