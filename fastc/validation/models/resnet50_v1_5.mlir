module @jit_resnet50 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<7x7x3x64xbf16>, %arg1: tensor<64xbf16>, %arg2: tensor<64xbf16>, %arg3: tensor<64xbf16>, %arg4: tensor<64xbf16>, %arg5: tensor<1x1x64x64xbf16>, %arg6: tensor<64xbf16>, %arg7: tensor<64xbf16>, %arg8: tensor<64xbf16>, %arg9: tensor<64xbf16>, %arg10: tensor<3x3x64x64xbf16>, %arg11: tensor<64xbf16>, %arg12: tensor<64xbf16>, %arg13: tensor<64xbf16>, %arg14: tensor<64xbf16>, %arg15: tensor<1x1x64x256xbf16>, %arg16: tensor<256xbf16>, %arg17: tensor<256xbf16>, %arg18: tensor<256xbf16>, %arg19: tensor<256xbf16>, %arg20: tensor<1x1x64x256xbf16>, %arg21: tensor<256xbf16>, %arg22: tensor<256xbf16>, %arg23: tensor<256xbf16>, %arg24: tensor<256xbf16>, %arg25: tensor<1x1x256x64xbf16>, %arg26: tensor<64xbf16>, %arg27: tensor<64xbf16>, %arg28: tensor<64xbf16>, %arg29: tensor<64xbf16>, %arg30: tensor<3x3x64x64xbf16>, %arg31: tensor<64xbf16>, %arg32: tensor<64xbf16>, %arg33: tensor<64xbf16>, %arg34: tensor<64xbf16>, %arg35: tensor<1x1x64x256xbf16>, %arg36: tensor<256xbf16>, %arg37: tensor<256xbf16>, %arg38: tensor<256xbf16>, %arg39: tensor<256xbf16>, %arg40: tensor<1x1x256x64xbf16>, %arg41: tensor<64xbf16>, %arg42: tensor<64xbf16>, %arg43: tensor<64xbf16>, %arg44: tensor<64xbf16>, %arg45: tensor<3x3x64x64xbf16>, %arg46: tensor<64xbf16>, %arg47: tensor<64xbf16>, %arg48: tensor<64xbf16>, %arg49: tensor<64xbf16>, %arg50: tensor<1x1x64x256xbf16>, %arg51: tensor<256xbf16>, %arg52: tensor<256xbf16>, %arg53: tensor<256xbf16>, %arg54: tensor<256xbf16>, %arg55: tensor<1x1x256x128xbf16>, %arg56: tensor<128xbf16>, %arg57: tensor<128xbf16>, %arg58: tensor<128xbf16>, %arg59: tensor<128xbf16>, %arg60: tensor<3x3x128x128xbf16>, %arg61: tensor<128xbf16>, %arg62: tensor<128xbf16>, %arg63: tensor<128xbf16>, %arg64: tensor<128xbf16>, %arg65: tensor<1x1x128x512xbf16>, %arg66: tensor<512xbf16>, %arg67: tensor<512xbf16>, %arg68: tensor<512xbf16>, %arg69: tensor<512xbf16>, %arg70: tensor<1x1x256x512xbf16>, %arg71: tensor<512xbf16>, %arg72: tensor<512xbf16>, %arg73: tensor<512xbf16>, %arg74: tensor<512xbf16>, %arg75: tensor<1x1x512x128xbf16>, %arg76: tensor<128xbf16>, %arg77: tensor<128xbf16>, %arg78: tensor<128xbf16>, %arg79: tensor<128xbf16>, %arg80: tensor<3x3x128x128xbf16>, %arg81: tensor<128xbf16>, %arg82: tensor<128xbf16>, %arg83: tensor<128xbf16>, %arg84: tensor<128xbf16>, %arg85: tensor<1x1x128x512xbf16>, %arg86: tensor<512xbf16>, %arg87: tensor<512xbf16>, %arg88: tensor<512xbf16>, %arg89: tensor<512xbf16>, %arg90: tensor<1x1x512x128xbf16>, %arg91: tensor<128xbf16>, %arg92: tensor<128xbf16>, %arg93: tensor<128xbf16>, %arg94: tensor<128xbf16>, %arg95: tensor<3x3x128x128xbf16>, %arg96: tensor<128xbf16>, %arg97: tensor<128xbf16>, %arg98: tensor<128xbf16>, %arg99: tensor<128xbf16>, %arg100: tensor<1x1x128x512xbf16>, %arg101: tensor<512xbf16>, %arg102: tensor<512xbf16>, %arg103: tensor<512xbf16>, %arg104: tensor<512xbf16>, %arg105: tensor<1x1x512x128xbf16>, %arg106: tensor<128xbf16>, %arg107: tensor<128xbf16>, %arg108: tensor<128xbf16>, %arg109: tensor<128xbf16>, %arg110: tensor<3x3x128x128xbf16>, %arg111: tensor<128xbf16>, %arg112: tensor<128xbf16>, %arg113: tensor<128xbf16>, %arg114: tensor<128xbf16>, %arg115: tensor<1x1x128x512xbf16>, %arg116: tensor<512xbf16>, %arg117: tensor<512xbf16>, %arg118: tensor<512xbf16>, %arg119: tensor<512xbf16>, %arg120: tensor<1x1x512x256xbf16>, %arg121: tensor<256xbf16>, %arg122: tensor<256xbf16>, %arg123: tensor<256xbf16>, %arg124: tensor<256xbf16>, %arg125: tensor<3x3x256x256xbf16>, %arg126: tensor<256xbf16>, %arg127: tensor<256xbf16>, %arg128: tensor<256xbf16>, %arg129: tensor<256xbf16>, %arg130: tensor<1x1x256x1024xbf16>, %arg131: tensor<1024xbf16>, %arg132: tensor<1024xbf16>, %arg133: tensor<1024xbf16>, %arg134: tensor<1024xbf16>, %arg135: tensor<1x1x512x1024xbf16>, %arg136: tensor<1024xbf16>, %arg137: tensor<1024xbf16>, %arg138: tensor<1024xbf16>, %arg139: tensor<1024xbf16>, %arg140: tensor<1x1x1024x256xbf16>, %arg141: tensor<256xbf16>, %arg142: tensor<256xbf16>, %arg143: tensor<256xbf16>, %arg144: tensor<256xbf16>, %arg145: tensor<3x3x256x256xbf16>, %arg146: tensor<256xbf16>, %arg147: tensor<256xbf16>, %arg148: tensor<256xbf16>, %arg149: tensor<256xbf16>, %arg150: tensor<1x1x256x1024xbf16>, %arg151: tensor<1024xbf16>, %arg152: tensor<1024xbf16>, %arg153: tensor<1024xbf16>, %arg154: tensor<1024xbf16>, %arg155: tensor<1x1x1024x256xbf16>, %arg156: tensor<256xbf16>, %arg157: tensor<256xbf16>, %arg158: tensor<256xbf16>, %arg159: tensor<256xbf16>, %arg160: tensor<3x3x256x256xbf16>, %arg161: tensor<256xbf16>, %arg162: tensor<256xbf16>, %arg163: tensor<256xbf16>, %arg164: tensor<256xbf16>, %arg165: tensor<1x1x256x1024xbf16>, %arg166: tensor<1024xbf16>, %arg167: tensor<1024xbf16>, %arg168: tensor<1024xbf16>, %arg169: tensor<1024xbf16>, %arg170: tensor<1x1x1024x256xbf16>, %arg171: tensor<256xbf16>, %arg172: tensor<256xbf16>, %arg173: tensor<256xbf16>, %arg174: tensor<256xbf16>, %arg175: tensor<3x3x256x256xbf16>, %arg176: tensor<256xbf16>, %arg177: tensor<256xbf16>, %arg178: tensor<256xbf16>, %arg179: tensor<256xbf16>, %arg180: tensor<1x1x256x1024xbf16>, %arg181: tensor<1024xbf16>, %arg182: tensor<1024xbf16>, %arg183: tensor<1024xbf16>, %arg184: tensor<1024xbf16>, %arg185: tensor<1x1x1024x256xbf16>, %arg186: tensor<256xbf16>, %arg187: tensor<256xbf16>, %arg188: tensor<256xbf16>, %arg189: tensor<256xbf16>, %arg190: tensor<3x3x256x256xbf16>, %arg191: tensor<256xbf16>, %arg192: tensor<256xbf16>, %arg193: tensor<256xbf16>, %arg194: tensor<256xbf16>, %arg195: tensor<1x1x256x1024xbf16>, %arg196: tensor<1024xbf16>, %arg197: tensor<1024xbf16>, %arg198: tensor<1024xbf16>, %arg199: tensor<1024xbf16>, %arg200: tensor<1x1x1024x256xbf16>, %arg201: tensor<256xbf16>, %arg202: tensor<256xbf16>, %arg203: tensor<256xbf16>, %arg204: tensor<256xbf16>, %arg205: tensor<3x3x256x256xbf16>, %arg206: tensor<256xbf16>, %arg207: tensor<256xbf16>, %arg208: tensor<256xbf16>, %arg209: tensor<256xbf16>, %arg210: tensor<1x1x256x1024xbf16>, %arg211: tensor<1024xbf16>, %arg212: tensor<1024xbf16>, %arg213: tensor<1024xbf16>, %arg214: tensor<1024xbf16>, %arg215: tensor<1x1x1024x512xbf16>, %arg216: tensor<512xbf16>, %arg217: tensor<512xbf16>, %arg218: tensor<512xbf16>, %arg219: tensor<512xbf16>, %arg220: tensor<3x3x512x512xbf16>, %arg221: tensor<512xbf16>, %arg222: tensor<512xbf16>, %arg223: tensor<512xbf16>, %arg224: tensor<512xbf16>, %arg225: tensor<1x1x512x2048xbf16>, %arg226: tensor<2048xbf16>, %arg227: tensor<2048xbf16>, %arg228: tensor<2048xbf16>, %arg229: tensor<2048xbf16>, %arg230: tensor<1x1x1024x2048xbf16>, %arg231: tensor<2048xbf16>, %arg232: tensor<2048xbf16>, %arg233: tensor<2048xbf16>, %arg234: tensor<2048xbf16>, %arg235: tensor<1x1x2048x512xbf16>, %arg236: tensor<512xbf16>, %arg237: tensor<512xbf16>, %arg238: tensor<512xbf16>, %arg239: tensor<512xbf16>, %arg240: tensor<3x3x512x512xbf16>, %arg241: tensor<512xbf16>, %arg242: tensor<512xbf16>, %arg243: tensor<512xbf16>, %arg244: tensor<512xbf16>, %arg245: tensor<1x1x512x2048xbf16>, %arg246: tensor<2048xbf16>, %arg247: tensor<2048xbf16>, %arg248: tensor<2048xbf16>, %arg249: tensor<2048xbf16>, %arg250: tensor<1x1x2048x512xbf16>, %arg251: tensor<512xbf16>, %arg252: tensor<512xbf16>, %arg253: tensor<512xbf16>, %arg254: tensor<512xbf16>, %arg255: tensor<3x3x512x512xbf16>, %arg256: tensor<512xbf16>, %arg257: tensor<512xbf16>, %arg258: tensor<512xbf16>, %arg259: tensor<512xbf16>, %arg260: tensor<1x1x512x2048xbf16>, %arg261: tensor<2048xbf16>, %arg262: tensor<2048xbf16>, %arg263: tensor<2048xbf16>, %arg264: tensor<2048xbf16>, %arg265: tensor<2048x1000xbf16>, %arg266: tensor<1000xbf16>, %arg267: tensor<1x224x224x3xbf16>) -> (tensor<1x1000xbf16> {jax.result_info = "result"}) {
    %0 = stablehlo.convolution(%arg267, %arg0) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[3, 3], [3, 3]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x224x224x3xbf16>, tensor<7x7x3x64xbf16>) -> tensor<1x112x112x64xbf16>
    %cst = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %1 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %2 = stablehlo.add %arg4, %1 : tensor<64xbf16>
    %3 = stablehlo.rsqrt %2 : tensor<64xbf16>
    %4 = stablehlo.multiply %arg1, %3 : tensor<64xbf16>
    %5 = stablehlo.broadcast_in_dim %arg3, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x112x112x64xbf16>
    %7 = stablehlo.subtract %0, %6 : tensor<1x112x112x64xbf16>
    %8 = stablehlo.broadcast_in_dim %4, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x112x112x64xbf16>
    %10 = stablehlo.multiply %7, %9 : tensor<1x112x112x64xbf16>
    %11 = stablehlo.broadcast_in_dim %arg2, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x112x112x64xbf16>
    %13 = stablehlo.add %10, %12 : tensor<1x112x112x64xbf16>
    %14 = call @relu(%13) : (tensor<1x112x112x64xbf16>) -> tensor<1x112x112x64xbf16>
    %cst_0 = stablehlo.constant dense<0xFF80> : tensor<bf16>
    %15 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<bf16>) -> tensor<bf16>
    %16 = "stablehlo.reduce_window"(%14, %15) <{base_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [1, 1], [1, 1], [0, 0]]> : tensor<4x2xi64>, window_dilations = array<i64: 1, 1, 1, 1>, window_dimensions = array<i64: 1, 3, 3, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
    ^bb0(%arg268: tensor<bf16>, %arg269: tensor<bf16>):
      %817 = stablehlo.maximum %arg268, %arg269 : tensor<bf16>
      stablehlo.return %817 : tensor<bf16>
    }) : (tensor<1x112x112x64xbf16>, tensor<bf16>) -> tensor<1x56x56x64xbf16>
    %17 = stablehlo.convolution(%16, %arg5) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_1 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %18 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %19 = stablehlo.add %arg9, %18 : tensor<64xbf16>
    %20 = stablehlo.rsqrt %19 : tensor<64xbf16>
    %21 = stablehlo.multiply %arg6, %20 : tensor<64xbf16>
    %22 = stablehlo.broadcast_in_dim %arg8, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %23 = stablehlo.broadcast_in_dim %22, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %24 = stablehlo.subtract %17, %23 : tensor<1x56x56x64xbf16>
    %25 = stablehlo.broadcast_in_dim %21, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %26 = stablehlo.broadcast_in_dim %25, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %27 = stablehlo.multiply %24, %26 : tensor<1x56x56x64xbf16>
    %28 = stablehlo.broadcast_in_dim %arg7, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %29 = stablehlo.broadcast_in_dim %28, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %30 = stablehlo.add %27, %29 : tensor<1x56x56x64xbf16>
    %31 = call @relu_0(%30) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %32 = stablehlo.convolution(%31, %arg10) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<3x3x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_2 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %33 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %34 = stablehlo.add %arg14, %33 : tensor<64xbf16>
    %35 = stablehlo.rsqrt %34 : tensor<64xbf16>
    %36 = stablehlo.multiply %arg11, %35 : tensor<64xbf16>
    %37 = stablehlo.broadcast_in_dim %arg13, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %38 = stablehlo.broadcast_in_dim %37, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %39 = stablehlo.subtract %32, %38 : tensor<1x56x56x64xbf16>
    %40 = stablehlo.broadcast_in_dim %36, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %41 = stablehlo.broadcast_in_dim %40, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %42 = stablehlo.multiply %39, %41 : tensor<1x56x56x64xbf16>
    %43 = stablehlo.broadcast_in_dim %arg12, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %44 = stablehlo.broadcast_in_dim %43, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %45 = stablehlo.add %42, %44 : tensor<1x56x56x64xbf16>
    %46 = call @relu_0(%45) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %47 = stablehlo.convolution(%46, %arg15) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_3 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %48 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %49 = stablehlo.add %arg19, %48 : tensor<256xbf16>
    %50 = stablehlo.rsqrt %49 : tensor<256xbf16>
    %51 = stablehlo.multiply %arg16, %50 : tensor<256xbf16>
    %52 = stablehlo.broadcast_in_dim %arg18, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %53 = stablehlo.broadcast_in_dim %52, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %54 = stablehlo.subtract %47, %53 : tensor<1x56x56x256xbf16>
    %55 = stablehlo.broadcast_in_dim %51, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %56 = stablehlo.broadcast_in_dim %55, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %57 = stablehlo.multiply %54, %56 : tensor<1x56x56x256xbf16>
    %58 = stablehlo.broadcast_in_dim %arg17, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %59 = stablehlo.broadcast_in_dim %58, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %60 = stablehlo.add %57, %59 : tensor<1x56x56x256xbf16>
    %61 = stablehlo.convolution(%16, %arg20) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_4 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %62 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %63 = stablehlo.add %arg24, %62 : tensor<256xbf16>
    %64 = stablehlo.rsqrt %63 : tensor<256xbf16>
    %65 = stablehlo.multiply %arg21, %64 : tensor<256xbf16>
    %66 = stablehlo.broadcast_in_dim %arg23, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %67 = stablehlo.broadcast_in_dim %66, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %68 = stablehlo.subtract %61, %67 : tensor<1x56x56x256xbf16>
    %69 = stablehlo.broadcast_in_dim %65, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %70 = stablehlo.broadcast_in_dim %69, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %71 = stablehlo.multiply %68, %70 : tensor<1x56x56x256xbf16>
    %72 = stablehlo.broadcast_in_dim %arg22, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %73 = stablehlo.broadcast_in_dim %72, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %74 = stablehlo.add %71, %73 : tensor<1x56x56x256xbf16>
    %75 = stablehlo.add %60, %74 : tensor<1x56x56x256xbf16>
    %76 = call @relu_1(%75) : (tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16>
    %77 = stablehlo.convolution(%76, %arg25) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_5 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %78 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %79 = stablehlo.add %arg29, %78 : tensor<64xbf16>
    %80 = stablehlo.rsqrt %79 : tensor<64xbf16>
    %81 = stablehlo.multiply %arg26, %80 : tensor<64xbf16>
    %82 = stablehlo.broadcast_in_dim %arg28, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %83 = stablehlo.broadcast_in_dim %82, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %84 = stablehlo.subtract %77, %83 : tensor<1x56x56x64xbf16>
    %85 = stablehlo.broadcast_in_dim %81, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %86 = stablehlo.broadcast_in_dim %85, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %87 = stablehlo.multiply %84, %86 : tensor<1x56x56x64xbf16>
    %88 = stablehlo.broadcast_in_dim %arg27, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %89 = stablehlo.broadcast_in_dim %88, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %90 = stablehlo.add %87, %89 : tensor<1x56x56x64xbf16>
    %91 = call @relu_0(%90) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %92 = stablehlo.convolution(%91, %arg30) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<3x3x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_6 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %93 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %94 = stablehlo.add %arg34, %93 : tensor<64xbf16>
    %95 = stablehlo.rsqrt %94 : tensor<64xbf16>
    %96 = stablehlo.multiply %arg31, %95 : tensor<64xbf16>
    %97 = stablehlo.broadcast_in_dim %arg33, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %98 = stablehlo.broadcast_in_dim %97, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %99 = stablehlo.subtract %92, %98 : tensor<1x56x56x64xbf16>
    %100 = stablehlo.broadcast_in_dim %96, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %101 = stablehlo.broadcast_in_dim %100, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %102 = stablehlo.multiply %99, %101 : tensor<1x56x56x64xbf16>
    %103 = stablehlo.broadcast_in_dim %arg32, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %104 = stablehlo.broadcast_in_dim %103, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %105 = stablehlo.add %102, %104 : tensor<1x56x56x64xbf16>
    %106 = call @relu_0(%105) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %107 = stablehlo.convolution(%106, %arg35) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_7 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %108 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %109 = stablehlo.add %arg39, %108 : tensor<256xbf16>
    %110 = stablehlo.rsqrt %109 : tensor<256xbf16>
    %111 = stablehlo.multiply %arg36, %110 : tensor<256xbf16>
    %112 = stablehlo.broadcast_in_dim %arg38, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %113 = stablehlo.broadcast_in_dim %112, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %114 = stablehlo.subtract %107, %113 : tensor<1x56x56x256xbf16>
    %115 = stablehlo.broadcast_in_dim %111, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %116 = stablehlo.broadcast_in_dim %115, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %117 = stablehlo.multiply %114, %116 : tensor<1x56x56x256xbf16>
    %118 = stablehlo.broadcast_in_dim %arg37, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %119 = stablehlo.broadcast_in_dim %118, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %120 = stablehlo.add %117, %119 : tensor<1x56x56x256xbf16>
    %121 = stablehlo.add %120, %76 : tensor<1x56x56x256xbf16>
    %122 = call @relu_1(%121) : (tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16>
    %123 = stablehlo.convolution(%122, %arg40) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_8 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %124 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %125 = stablehlo.add %arg44, %124 : tensor<64xbf16>
    %126 = stablehlo.rsqrt %125 : tensor<64xbf16>
    %127 = stablehlo.multiply %arg41, %126 : tensor<64xbf16>
    %128 = stablehlo.broadcast_in_dim %arg43, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %129 = stablehlo.broadcast_in_dim %128, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %130 = stablehlo.subtract %123, %129 : tensor<1x56x56x64xbf16>
    %131 = stablehlo.broadcast_in_dim %127, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %132 = stablehlo.broadcast_in_dim %131, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %133 = stablehlo.multiply %130, %132 : tensor<1x56x56x64xbf16>
    %134 = stablehlo.broadcast_in_dim %arg42, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %135 = stablehlo.broadcast_in_dim %134, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %136 = stablehlo.add %133, %135 : tensor<1x56x56x64xbf16>
    %137 = call @relu_0(%136) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %138 = stablehlo.convolution(%137, %arg45) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<3x3x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_9 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %139 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %140 = stablehlo.add %arg49, %139 : tensor<64xbf16>
    %141 = stablehlo.rsqrt %140 : tensor<64xbf16>
    %142 = stablehlo.multiply %arg46, %141 : tensor<64xbf16>
    %143 = stablehlo.broadcast_in_dim %arg48, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %144 = stablehlo.broadcast_in_dim %143, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %145 = stablehlo.subtract %138, %144 : tensor<1x56x56x64xbf16>
    %146 = stablehlo.broadcast_in_dim %142, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %147 = stablehlo.broadcast_in_dim %146, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %148 = stablehlo.multiply %145, %147 : tensor<1x56x56x64xbf16>
    %149 = stablehlo.broadcast_in_dim %arg47, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %150 = stablehlo.broadcast_in_dim %149, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %151 = stablehlo.add %148, %150 : tensor<1x56x56x64xbf16>
    %152 = call @relu_0(%151) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %153 = stablehlo.convolution(%152, %arg50) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_10 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %154 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %155 = stablehlo.add %arg54, %154 : tensor<256xbf16>
    %156 = stablehlo.rsqrt %155 : tensor<256xbf16>
    %157 = stablehlo.multiply %arg51, %156 : tensor<256xbf16>
    %158 = stablehlo.broadcast_in_dim %arg53, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %159 = stablehlo.broadcast_in_dim %158, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %160 = stablehlo.subtract %153, %159 : tensor<1x56x56x256xbf16>
    %161 = stablehlo.broadcast_in_dim %157, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %162 = stablehlo.broadcast_in_dim %161, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %163 = stablehlo.multiply %160, %162 : tensor<1x56x56x256xbf16>
    %164 = stablehlo.broadcast_in_dim %arg52, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %165 = stablehlo.broadcast_in_dim %164, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %166 = stablehlo.add %163, %165 : tensor<1x56x56x256xbf16>
    %167 = stablehlo.add %166, %122 : tensor<1x56x56x256xbf16>
    %168 = call @relu_1(%167) : (tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16>
    %169 = stablehlo.convolution(%168, %arg55) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x128xbf16>) -> tensor<1x56x56x128xbf16>
    %cst_11 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %170 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %171 = stablehlo.add %arg59, %170 : tensor<128xbf16>
    %172 = stablehlo.rsqrt %171 : tensor<128xbf16>
    %173 = stablehlo.multiply %arg56, %172 : tensor<128xbf16>
    %174 = stablehlo.broadcast_in_dim %arg58, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %175 = stablehlo.broadcast_in_dim %174, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x56x56x128xbf16>
    %176 = stablehlo.subtract %169, %175 : tensor<1x56x56x128xbf16>
    %177 = stablehlo.broadcast_in_dim %173, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %178 = stablehlo.broadcast_in_dim %177, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x56x56x128xbf16>
    %179 = stablehlo.multiply %176, %178 : tensor<1x56x56x128xbf16>
    %180 = stablehlo.broadcast_in_dim %arg57, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %181 = stablehlo.broadcast_in_dim %180, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x56x56x128xbf16>
    %182 = stablehlo.add %179, %181 : tensor<1x56x56x128xbf16>
    %183 = call @relu_2(%182) : (tensor<1x56x56x128xbf16>) -> tensor<1x56x56x128xbf16>
    %184 = stablehlo.convolution(%183, %arg60) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_12 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %185 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %186 = stablehlo.add %arg64, %185 : tensor<128xbf16>
    %187 = stablehlo.rsqrt %186 : tensor<128xbf16>
    %188 = stablehlo.multiply %arg61, %187 : tensor<128xbf16>
    %189 = stablehlo.broadcast_in_dim %arg63, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %190 = stablehlo.broadcast_in_dim %189, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %191 = stablehlo.subtract %184, %190 : tensor<1x28x28x128xbf16>
    %192 = stablehlo.broadcast_in_dim %188, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %193 = stablehlo.broadcast_in_dim %192, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %194 = stablehlo.multiply %191, %193 : tensor<1x28x28x128xbf16>
    %195 = stablehlo.broadcast_in_dim %arg62, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %196 = stablehlo.broadcast_in_dim %195, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %197 = stablehlo.add %194, %196 : tensor<1x28x28x128xbf16>
    %198 = call @relu_3(%197) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %199 = stablehlo.convolution(%198, %arg65) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_13 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %200 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %201 = stablehlo.add %arg69, %200 : tensor<512xbf16>
    %202 = stablehlo.rsqrt %201 : tensor<512xbf16>
    %203 = stablehlo.multiply %arg66, %202 : tensor<512xbf16>
    %204 = stablehlo.broadcast_in_dim %arg68, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %205 = stablehlo.broadcast_in_dim %204, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %206 = stablehlo.subtract %199, %205 : tensor<1x28x28x512xbf16>
    %207 = stablehlo.broadcast_in_dim %203, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %208 = stablehlo.broadcast_in_dim %207, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %209 = stablehlo.multiply %206, %208 : tensor<1x28x28x512xbf16>
    %210 = stablehlo.broadcast_in_dim %arg67, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %211 = stablehlo.broadcast_in_dim %210, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %212 = stablehlo.add %209, %211 : tensor<1x28x28x512xbf16>
    %213 = stablehlo.convolution(%168, %arg70) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_14 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %214 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %215 = stablehlo.add %arg74, %214 : tensor<512xbf16>
    %216 = stablehlo.rsqrt %215 : tensor<512xbf16>
    %217 = stablehlo.multiply %arg71, %216 : tensor<512xbf16>
    %218 = stablehlo.broadcast_in_dim %arg73, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %219 = stablehlo.broadcast_in_dim %218, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %220 = stablehlo.subtract %213, %219 : tensor<1x28x28x512xbf16>
    %221 = stablehlo.broadcast_in_dim %217, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %222 = stablehlo.broadcast_in_dim %221, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %223 = stablehlo.multiply %220, %222 : tensor<1x28x28x512xbf16>
    %224 = stablehlo.broadcast_in_dim %arg72, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %225 = stablehlo.broadcast_in_dim %224, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %226 = stablehlo.add %223, %225 : tensor<1x28x28x512xbf16>
    %227 = stablehlo.add %212, %226 : tensor<1x28x28x512xbf16>
    %228 = call @relu_4(%227) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %229 = stablehlo.convolution(%228, %arg75) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_15 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %230 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %231 = stablehlo.add %arg79, %230 : tensor<128xbf16>
    %232 = stablehlo.rsqrt %231 : tensor<128xbf16>
    %233 = stablehlo.multiply %arg76, %232 : tensor<128xbf16>
    %234 = stablehlo.broadcast_in_dim %arg78, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %235 = stablehlo.broadcast_in_dim %234, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %236 = stablehlo.subtract %229, %235 : tensor<1x28x28x128xbf16>
    %237 = stablehlo.broadcast_in_dim %233, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %238 = stablehlo.broadcast_in_dim %237, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %239 = stablehlo.multiply %236, %238 : tensor<1x28x28x128xbf16>
    %240 = stablehlo.broadcast_in_dim %arg77, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %241 = stablehlo.broadcast_in_dim %240, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %242 = stablehlo.add %239, %241 : tensor<1x28x28x128xbf16>
    %243 = call @relu_3(%242) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %244 = stablehlo.convolution(%243, %arg80) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_16 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %245 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %246 = stablehlo.add %arg84, %245 : tensor<128xbf16>
    %247 = stablehlo.rsqrt %246 : tensor<128xbf16>
    %248 = stablehlo.multiply %arg81, %247 : tensor<128xbf16>
    %249 = stablehlo.broadcast_in_dim %arg83, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %250 = stablehlo.broadcast_in_dim %249, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %251 = stablehlo.subtract %244, %250 : tensor<1x28x28x128xbf16>
    %252 = stablehlo.broadcast_in_dim %248, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %253 = stablehlo.broadcast_in_dim %252, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %254 = stablehlo.multiply %251, %253 : tensor<1x28x28x128xbf16>
    %255 = stablehlo.broadcast_in_dim %arg82, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %256 = stablehlo.broadcast_in_dim %255, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %257 = stablehlo.add %254, %256 : tensor<1x28x28x128xbf16>
    %258 = call @relu_3(%257) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %259 = stablehlo.convolution(%258, %arg85) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_17 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %260 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %261 = stablehlo.add %arg89, %260 : tensor<512xbf16>
    %262 = stablehlo.rsqrt %261 : tensor<512xbf16>
    %263 = stablehlo.multiply %arg86, %262 : tensor<512xbf16>
    %264 = stablehlo.broadcast_in_dim %arg88, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %265 = stablehlo.broadcast_in_dim %264, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %266 = stablehlo.subtract %259, %265 : tensor<1x28x28x512xbf16>
    %267 = stablehlo.broadcast_in_dim %263, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %268 = stablehlo.broadcast_in_dim %267, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %269 = stablehlo.multiply %266, %268 : tensor<1x28x28x512xbf16>
    %270 = stablehlo.broadcast_in_dim %arg87, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %271 = stablehlo.broadcast_in_dim %270, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %272 = stablehlo.add %269, %271 : tensor<1x28x28x512xbf16>
    %273 = stablehlo.add %272, %228 : tensor<1x28x28x512xbf16>
    %274 = call @relu_4(%273) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %275 = stablehlo.convolution(%274, %arg90) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_18 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %276 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %277 = stablehlo.add %arg94, %276 : tensor<128xbf16>
    %278 = stablehlo.rsqrt %277 : tensor<128xbf16>
    %279 = stablehlo.multiply %arg91, %278 : tensor<128xbf16>
    %280 = stablehlo.broadcast_in_dim %arg93, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %281 = stablehlo.broadcast_in_dim %280, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %282 = stablehlo.subtract %275, %281 : tensor<1x28x28x128xbf16>
    %283 = stablehlo.broadcast_in_dim %279, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %284 = stablehlo.broadcast_in_dim %283, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %285 = stablehlo.multiply %282, %284 : tensor<1x28x28x128xbf16>
    %286 = stablehlo.broadcast_in_dim %arg92, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %287 = stablehlo.broadcast_in_dim %286, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %288 = stablehlo.add %285, %287 : tensor<1x28x28x128xbf16>
    %289 = call @relu_3(%288) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %290 = stablehlo.convolution(%289, %arg95) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_19 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %291 = stablehlo.broadcast_in_dim %cst_19, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %292 = stablehlo.add %arg99, %291 : tensor<128xbf16>
    %293 = stablehlo.rsqrt %292 : tensor<128xbf16>
    %294 = stablehlo.multiply %arg96, %293 : tensor<128xbf16>
    %295 = stablehlo.broadcast_in_dim %arg98, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %296 = stablehlo.broadcast_in_dim %295, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %297 = stablehlo.subtract %290, %296 : tensor<1x28x28x128xbf16>
    %298 = stablehlo.broadcast_in_dim %294, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %299 = stablehlo.broadcast_in_dim %298, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %300 = stablehlo.multiply %297, %299 : tensor<1x28x28x128xbf16>
    %301 = stablehlo.broadcast_in_dim %arg97, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %302 = stablehlo.broadcast_in_dim %301, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %303 = stablehlo.add %300, %302 : tensor<1x28x28x128xbf16>
    %304 = call @relu_3(%303) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %305 = stablehlo.convolution(%304, %arg100) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_20 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %306 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %307 = stablehlo.add %arg104, %306 : tensor<512xbf16>
    %308 = stablehlo.rsqrt %307 : tensor<512xbf16>
    %309 = stablehlo.multiply %arg101, %308 : tensor<512xbf16>
    %310 = stablehlo.broadcast_in_dim %arg103, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %311 = stablehlo.broadcast_in_dim %310, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %312 = stablehlo.subtract %305, %311 : tensor<1x28x28x512xbf16>
    %313 = stablehlo.broadcast_in_dim %309, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %314 = stablehlo.broadcast_in_dim %313, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %315 = stablehlo.multiply %312, %314 : tensor<1x28x28x512xbf16>
    %316 = stablehlo.broadcast_in_dim %arg102, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %317 = stablehlo.broadcast_in_dim %316, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %318 = stablehlo.add %315, %317 : tensor<1x28x28x512xbf16>
    %319 = stablehlo.add %318, %274 : tensor<1x28x28x512xbf16>
    %320 = call @relu_4(%319) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %321 = stablehlo.convolution(%320, %arg105) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_21 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %322 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %323 = stablehlo.add %arg109, %322 : tensor<128xbf16>
    %324 = stablehlo.rsqrt %323 : tensor<128xbf16>
    %325 = stablehlo.multiply %arg106, %324 : tensor<128xbf16>
    %326 = stablehlo.broadcast_in_dim %arg108, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %327 = stablehlo.broadcast_in_dim %326, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %328 = stablehlo.subtract %321, %327 : tensor<1x28x28x128xbf16>
    %329 = stablehlo.broadcast_in_dim %325, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %330 = stablehlo.broadcast_in_dim %329, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %331 = stablehlo.multiply %328, %330 : tensor<1x28x28x128xbf16>
    %332 = stablehlo.broadcast_in_dim %arg107, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %333 = stablehlo.broadcast_in_dim %332, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %334 = stablehlo.add %331, %333 : tensor<1x28x28x128xbf16>
    %335 = call @relu_3(%334) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %336 = stablehlo.convolution(%335, %arg110) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_22 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %337 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %338 = stablehlo.add %arg114, %337 : tensor<128xbf16>
    %339 = stablehlo.rsqrt %338 : tensor<128xbf16>
    %340 = stablehlo.multiply %arg111, %339 : tensor<128xbf16>
    %341 = stablehlo.broadcast_in_dim %arg113, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %342 = stablehlo.broadcast_in_dim %341, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %343 = stablehlo.subtract %336, %342 : tensor<1x28x28x128xbf16>
    %344 = stablehlo.broadcast_in_dim %340, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %345 = stablehlo.broadcast_in_dim %344, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %346 = stablehlo.multiply %343, %345 : tensor<1x28x28x128xbf16>
    %347 = stablehlo.broadcast_in_dim %arg112, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %348 = stablehlo.broadcast_in_dim %347, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %349 = stablehlo.add %346, %348 : tensor<1x28x28x128xbf16>
    %350 = call @relu_3(%349) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %351 = stablehlo.convolution(%350, %arg115) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_23 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %352 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %353 = stablehlo.add %arg119, %352 : tensor<512xbf16>
    %354 = stablehlo.rsqrt %353 : tensor<512xbf16>
    %355 = stablehlo.multiply %arg116, %354 : tensor<512xbf16>
    %356 = stablehlo.broadcast_in_dim %arg118, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %357 = stablehlo.broadcast_in_dim %356, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %358 = stablehlo.subtract %351, %357 : tensor<1x28x28x512xbf16>
    %359 = stablehlo.broadcast_in_dim %355, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %360 = stablehlo.broadcast_in_dim %359, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %361 = stablehlo.multiply %358, %360 : tensor<1x28x28x512xbf16>
    %362 = stablehlo.broadcast_in_dim %arg117, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %363 = stablehlo.broadcast_in_dim %362, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %364 = stablehlo.add %361, %363 : tensor<1x28x28x512xbf16>
    %365 = stablehlo.add %364, %320 : tensor<1x28x28x512xbf16>
    %366 = call @relu_4(%365) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %367 = stablehlo.convolution(%366, %arg120) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x256xbf16>) -> tensor<1x28x28x256xbf16>
    %cst_24 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %368 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %369 = stablehlo.add %arg124, %368 : tensor<256xbf16>
    %370 = stablehlo.rsqrt %369 : tensor<256xbf16>
    %371 = stablehlo.multiply %arg121, %370 : tensor<256xbf16>
    %372 = stablehlo.broadcast_in_dim %arg123, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %373 = stablehlo.broadcast_in_dim %372, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x28x28x256xbf16>
    %374 = stablehlo.subtract %367, %373 : tensor<1x28x28x256xbf16>
    %375 = stablehlo.broadcast_in_dim %371, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %376 = stablehlo.broadcast_in_dim %375, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x28x28x256xbf16>
    %377 = stablehlo.multiply %374, %376 : tensor<1x28x28x256xbf16>
    %378 = stablehlo.broadcast_in_dim %arg122, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %379 = stablehlo.broadcast_in_dim %378, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x28x28x256xbf16>
    %380 = stablehlo.add %377, %379 : tensor<1x28x28x256xbf16>
    %381 = call @relu_5(%380) : (tensor<1x28x28x256xbf16>) -> tensor<1x28x28x256xbf16>
    %382 = stablehlo.convolution(%381, %arg125) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_25 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %383 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %384 = stablehlo.add %arg129, %383 : tensor<256xbf16>
    %385 = stablehlo.rsqrt %384 : tensor<256xbf16>
    %386 = stablehlo.multiply %arg126, %385 : tensor<256xbf16>
    %387 = stablehlo.broadcast_in_dim %arg128, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %388 = stablehlo.broadcast_in_dim %387, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %389 = stablehlo.subtract %382, %388 : tensor<1x14x14x256xbf16>
    %390 = stablehlo.broadcast_in_dim %386, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %391 = stablehlo.broadcast_in_dim %390, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %392 = stablehlo.multiply %389, %391 : tensor<1x14x14x256xbf16>
    %393 = stablehlo.broadcast_in_dim %arg127, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %394 = stablehlo.broadcast_in_dim %393, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %395 = stablehlo.add %392, %394 : tensor<1x14x14x256xbf16>
    %396 = call @relu_6(%395) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %397 = stablehlo.convolution(%396, %arg130) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_26 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %398 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %399 = stablehlo.add %arg134, %398 : tensor<1024xbf16>
    %400 = stablehlo.rsqrt %399 : tensor<1024xbf16>
    %401 = stablehlo.multiply %arg131, %400 : tensor<1024xbf16>
    %402 = stablehlo.broadcast_in_dim %arg133, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %403 = stablehlo.broadcast_in_dim %402, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %404 = stablehlo.subtract %397, %403 : tensor<1x14x14x1024xbf16>
    %405 = stablehlo.broadcast_in_dim %401, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %406 = stablehlo.broadcast_in_dim %405, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %407 = stablehlo.multiply %404, %406 : tensor<1x14x14x1024xbf16>
    %408 = stablehlo.broadcast_in_dim %arg132, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %409 = stablehlo.broadcast_in_dim %408, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %410 = stablehlo.add %407, %409 : tensor<1x14x14x1024xbf16>
    %411 = stablehlo.convolution(%366, %arg135) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_27 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %412 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %413 = stablehlo.add %arg139, %412 : tensor<1024xbf16>
    %414 = stablehlo.rsqrt %413 : tensor<1024xbf16>
    %415 = stablehlo.multiply %arg136, %414 : tensor<1024xbf16>
    %416 = stablehlo.broadcast_in_dim %arg138, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %417 = stablehlo.broadcast_in_dim %416, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %418 = stablehlo.subtract %411, %417 : tensor<1x14x14x1024xbf16>
    %419 = stablehlo.broadcast_in_dim %415, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %420 = stablehlo.broadcast_in_dim %419, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %421 = stablehlo.multiply %418, %420 : tensor<1x14x14x1024xbf16>
    %422 = stablehlo.broadcast_in_dim %arg137, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %423 = stablehlo.broadcast_in_dim %422, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %424 = stablehlo.add %421, %423 : tensor<1x14x14x1024xbf16>
    %425 = stablehlo.add %410, %424 : tensor<1x14x14x1024xbf16>
    %426 = call @relu_7(%425) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %427 = stablehlo.convolution(%426, %arg140) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_28 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %428 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %429 = stablehlo.add %arg144, %428 : tensor<256xbf16>
    %430 = stablehlo.rsqrt %429 : tensor<256xbf16>
    %431 = stablehlo.multiply %arg141, %430 : tensor<256xbf16>
    %432 = stablehlo.broadcast_in_dim %arg143, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %433 = stablehlo.broadcast_in_dim %432, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %434 = stablehlo.subtract %427, %433 : tensor<1x14x14x256xbf16>
    %435 = stablehlo.broadcast_in_dim %431, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %436 = stablehlo.broadcast_in_dim %435, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %437 = stablehlo.multiply %434, %436 : tensor<1x14x14x256xbf16>
    %438 = stablehlo.broadcast_in_dim %arg142, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %439 = stablehlo.broadcast_in_dim %438, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %440 = stablehlo.add %437, %439 : tensor<1x14x14x256xbf16>
    %441 = call @relu_6(%440) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %442 = stablehlo.convolution(%441, %arg145) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_29 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %443 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %444 = stablehlo.add %arg149, %443 : tensor<256xbf16>
    %445 = stablehlo.rsqrt %444 : tensor<256xbf16>
    %446 = stablehlo.multiply %arg146, %445 : tensor<256xbf16>
    %447 = stablehlo.broadcast_in_dim %arg148, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %448 = stablehlo.broadcast_in_dim %447, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %449 = stablehlo.subtract %442, %448 : tensor<1x14x14x256xbf16>
    %450 = stablehlo.broadcast_in_dim %446, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %451 = stablehlo.broadcast_in_dim %450, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %452 = stablehlo.multiply %449, %451 : tensor<1x14x14x256xbf16>
    %453 = stablehlo.broadcast_in_dim %arg147, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %454 = stablehlo.broadcast_in_dim %453, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %455 = stablehlo.add %452, %454 : tensor<1x14x14x256xbf16>
    %456 = call @relu_6(%455) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %457 = stablehlo.convolution(%456, %arg150) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_30 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %458 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %459 = stablehlo.add %arg154, %458 : tensor<1024xbf16>
    %460 = stablehlo.rsqrt %459 : tensor<1024xbf16>
    %461 = stablehlo.multiply %arg151, %460 : tensor<1024xbf16>
    %462 = stablehlo.broadcast_in_dim %arg153, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %463 = stablehlo.broadcast_in_dim %462, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %464 = stablehlo.subtract %457, %463 : tensor<1x14x14x1024xbf16>
    %465 = stablehlo.broadcast_in_dim %461, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %466 = stablehlo.broadcast_in_dim %465, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %467 = stablehlo.multiply %464, %466 : tensor<1x14x14x1024xbf16>
    %468 = stablehlo.broadcast_in_dim %arg152, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %469 = stablehlo.broadcast_in_dim %468, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %470 = stablehlo.add %467, %469 : tensor<1x14x14x1024xbf16>
    %471 = stablehlo.add %470, %426 : tensor<1x14x14x1024xbf16>
    %472 = call @relu_7(%471) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %473 = stablehlo.convolution(%472, %arg155) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_31 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %474 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %475 = stablehlo.add %arg159, %474 : tensor<256xbf16>
    %476 = stablehlo.rsqrt %475 : tensor<256xbf16>
    %477 = stablehlo.multiply %arg156, %476 : tensor<256xbf16>
    %478 = stablehlo.broadcast_in_dim %arg158, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %479 = stablehlo.broadcast_in_dim %478, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %480 = stablehlo.subtract %473, %479 : tensor<1x14x14x256xbf16>
    %481 = stablehlo.broadcast_in_dim %477, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %482 = stablehlo.broadcast_in_dim %481, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %483 = stablehlo.multiply %480, %482 : tensor<1x14x14x256xbf16>
    %484 = stablehlo.broadcast_in_dim %arg157, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %485 = stablehlo.broadcast_in_dim %484, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %486 = stablehlo.add %483, %485 : tensor<1x14x14x256xbf16>
    %487 = call @relu_6(%486) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %488 = stablehlo.convolution(%487, %arg160) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_32 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %489 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %490 = stablehlo.add %arg164, %489 : tensor<256xbf16>
    %491 = stablehlo.rsqrt %490 : tensor<256xbf16>
    %492 = stablehlo.multiply %arg161, %491 : tensor<256xbf16>
    %493 = stablehlo.broadcast_in_dim %arg163, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %494 = stablehlo.broadcast_in_dim %493, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %495 = stablehlo.subtract %488, %494 : tensor<1x14x14x256xbf16>
    %496 = stablehlo.broadcast_in_dim %492, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %497 = stablehlo.broadcast_in_dim %496, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %498 = stablehlo.multiply %495, %497 : tensor<1x14x14x256xbf16>
    %499 = stablehlo.broadcast_in_dim %arg162, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %500 = stablehlo.broadcast_in_dim %499, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %501 = stablehlo.add %498, %500 : tensor<1x14x14x256xbf16>
    %502 = call @relu_6(%501) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %503 = stablehlo.convolution(%502, %arg165) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_33 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %504 = stablehlo.broadcast_in_dim %cst_33, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %505 = stablehlo.add %arg169, %504 : tensor<1024xbf16>
    %506 = stablehlo.rsqrt %505 : tensor<1024xbf16>
    %507 = stablehlo.multiply %arg166, %506 : tensor<1024xbf16>
    %508 = stablehlo.broadcast_in_dim %arg168, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %509 = stablehlo.broadcast_in_dim %508, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %510 = stablehlo.subtract %503, %509 : tensor<1x14x14x1024xbf16>
    %511 = stablehlo.broadcast_in_dim %507, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %512 = stablehlo.broadcast_in_dim %511, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %513 = stablehlo.multiply %510, %512 : tensor<1x14x14x1024xbf16>
    %514 = stablehlo.broadcast_in_dim %arg167, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %515 = stablehlo.broadcast_in_dim %514, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %516 = stablehlo.add %513, %515 : tensor<1x14x14x1024xbf16>
    %517 = stablehlo.add %516, %472 : tensor<1x14x14x1024xbf16>
    %518 = call @relu_7(%517) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %519 = stablehlo.convolution(%518, %arg170) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_34 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %520 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %521 = stablehlo.add %arg174, %520 : tensor<256xbf16>
    %522 = stablehlo.rsqrt %521 : tensor<256xbf16>
    %523 = stablehlo.multiply %arg171, %522 : tensor<256xbf16>
    %524 = stablehlo.broadcast_in_dim %arg173, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %525 = stablehlo.broadcast_in_dim %524, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %526 = stablehlo.subtract %519, %525 : tensor<1x14x14x256xbf16>
    %527 = stablehlo.broadcast_in_dim %523, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %528 = stablehlo.broadcast_in_dim %527, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %529 = stablehlo.multiply %526, %528 : tensor<1x14x14x256xbf16>
    %530 = stablehlo.broadcast_in_dim %arg172, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %531 = stablehlo.broadcast_in_dim %530, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %532 = stablehlo.add %529, %531 : tensor<1x14x14x256xbf16>
    %533 = call @relu_6(%532) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %534 = stablehlo.convolution(%533, %arg175) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_35 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %535 = stablehlo.broadcast_in_dim %cst_35, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %536 = stablehlo.add %arg179, %535 : tensor<256xbf16>
    %537 = stablehlo.rsqrt %536 : tensor<256xbf16>
    %538 = stablehlo.multiply %arg176, %537 : tensor<256xbf16>
    %539 = stablehlo.broadcast_in_dim %arg178, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %540 = stablehlo.broadcast_in_dim %539, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %541 = stablehlo.subtract %534, %540 : tensor<1x14x14x256xbf16>
    %542 = stablehlo.broadcast_in_dim %538, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %543 = stablehlo.broadcast_in_dim %542, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %544 = stablehlo.multiply %541, %543 : tensor<1x14x14x256xbf16>
    %545 = stablehlo.broadcast_in_dim %arg177, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %546 = stablehlo.broadcast_in_dim %545, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %547 = stablehlo.add %544, %546 : tensor<1x14x14x256xbf16>
    %548 = call @relu_6(%547) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %549 = stablehlo.convolution(%548, %arg180) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_36 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %550 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %551 = stablehlo.add %arg184, %550 : tensor<1024xbf16>
    %552 = stablehlo.rsqrt %551 : tensor<1024xbf16>
    %553 = stablehlo.multiply %arg181, %552 : tensor<1024xbf16>
    %554 = stablehlo.broadcast_in_dim %arg183, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %555 = stablehlo.broadcast_in_dim %554, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %556 = stablehlo.subtract %549, %555 : tensor<1x14x14x1024xbf16>
    %557 = stablehlo.broadcast_in_dim %553, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %558 = stablehlo.broadcast_in_dim %557, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %559 = stablehlo.multiply %556, %558 : tensor<1x14x14x1024xbf16>
    %560 = stablehlo.broadcast_in_dim %arg182, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %561 = stablehlo.broadcast_in_dim %560, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %562 = stablehlo.add %559, %561 : tensor<1x14x14x1024xbf16>
    %563 = stablehlo.add %562, %518 : tensor<1x14x14x1024xbf16>
    %564 = call @relu_7(%563) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %565 = stablehlo.convolution(%564, %arg185) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_37 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %566 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %567 = stablehlo.add %arg189, %566 : tensor<256xbf16>
    %568 = stablehlo.rsqrt %567 : tensor<256xbf16>
    %569 = stablehlo.multiply %arg186, %568 : tensor<256xbf16>
    %570 = stablehlo.broadcast_in_dim %arg188, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %571 = stablehlo.broadcast_in_dim %570, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %572 = stablehlo.subtract %565, %571 : tensor<1x14x14x256xbf16>
    %573 = stablehlo.broadcast_in_dim %569, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %574 = stablehlo.broadcast_in_dim %573, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %575 = stablehlo.multiply %572, %574 : tensor<1x14x14x256xbf16>
    %576 = stablehlo.broadcast_in_dim %arg187, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %577 = stablehlo.broadcast_in_dim %576, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %578 = stablehlo.add %575, %577 : tensor<1x14x14x256xbf16>
    %579 = call @relu_6(%578) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %580 = stablehlo.convolution(%579, %arg190) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_38 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %581 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %582 = stablehlo.add %arg194, %581 : tensor<256xbf16>
    %583 = stablehlo.rsqrt %582 : tensor<256xbf16>
    %584 = stablehlo.multiply %arg191, %583 : tensor<256xbf16>
    %585 = stablehlo.broadcast_in_dim %arg193, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %586 = stablehlo.broadcast_in_dim %585, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %587 = stablehlo.subtract %580, %586 : tensor<1x14x14x256xbf16>
    %588 = stablehlo.broadcast_in_dim %584, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %589 = stablehlo.broadcast_in_dim %588, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %590 = stablehlo.multiply %587, %589 : tensor<1x14x14x256xbf16>
    %591 = stablehlo.broadcast_in_dim %arg192, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %592 = stablehlo.broadcast_in_dim %591, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %593 = stablehlo.add %590, %592 : tensor<1x14x14x256xbf16>
    %594 = call @relu_6(%593) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %595 = stablehlo.convolution(%594, %arg195) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_39 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %596 = stablehlo.broadcast_in_dim %cst_39, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %597 = stablehlo.add %arg199, %596 : tensor<1024xbf16>
    %598 = stablehlo.rsqrt %597 : tensor<1024xbf16>
    %599 = stablehlo.multiply %arg196, %598 : tensor<1024xbf16>
    %600 = stablehlo.broadcast_in_dim %arg198, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %601 = stablehlo.broadcast_in_dim %600, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %602 = stablehlo.subtract %595, %601 : tensor<1x14x14x1024xbf16>
    %603 = stablehlo.broadcast_in_dim %599, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %604 = stablehlo.broadcast_in_dim %603, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %605 = stablehlo.multiply %602, %604 : tensor<1x14x14x1024xbf16>
    %606 = stablehlo.broadcast_in_dim %arg197, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %607 = stablehlo.broadcast_in_dim %606, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %608 = stablehlo.add %605, %607 : tensor<1x14x14x1024xbf16>
    %609 = stablehlo.add %608, %564 : tensor<1x14x14x1024xbf16>
    %610 = call @relu_7(%609) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %611 = stablehlo.convolution(%610, %arg200) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_40 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %612 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %613 = stablehlo.add %arg204, %612 : tensor<256xbf16>
    %614 = stablehlo.rsqrt %613 : tensor<256xbf16>
    %615 = stablehlo.multiply %arg201, %614 : tensor<256xbf16>
    %616 = stablehlo.broadcast_in_dim %arg203, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %617 = stablehlo.broadcast_in_dim %616, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %618 = stablehlo.subtract %611, %617 : tensor<1x14x14x256xbf16>
    %619 = stablehlo.broadcast_in_dim %615, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %620 = stablehlo.broadcast_in_dim %619, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %621 = stablehlo.multiply %618, %620 : tensor<1x14x14x256xbf16>
    %622 = stablehlo.broadcast_in_dim %arg202, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %623 = stablehlo.broadcast_in_dim %622, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %624 = stablehlo.add %621, %623 : tensor<1x14x14x256xbf16>
    %625 = call @relu_6(%624) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %626 = stablehlo.convolution(%625, %arg205) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_41 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %627 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %628 = stablehlo.add %arg209, %627 : tensor<256xbf16>
    %629 = stablehlo.rsqrt %628 : tensor<256xbf16>
    %630 = stablehlo.multiply %arg206, %629 : tensor<256xbf16>
    %631 = stablehlo.broadcast_in_dim %arg208, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %632 = stablehlo.broadcast_in_dim %631, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %633 = stablehlo.subtract %626, %632 : tensor<1x14x14x256xbf16>
    %634 = stablehlo.broadcast_in_dim %630, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %635 = stablehlo.broadcast_in_dim %634, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %636 = stablehlo.multiply %633, %635 : tensor<1x14x14x256xbf16>
    %637 = stablehlo.broadcast_in_dim %arg207, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %638 = stablehlo.broadcast_in_dim %637, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %639 = stablehlo.add %636, %638 : tensor<1x14x14x256xbf16>
    %640 = call @relu_6(%639) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %641 = stablehlo.convolution(%640, %arg210) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_42 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %642 = stablehlo.broadcast_in_dim %cst_42, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %643 = stablehlo.add %arg214, %642 : tensor<1024xbf16>
    %644 = stablehlo.rsqrt %643 : tensor<1024xbf16>
    %645 = stablehlo.multiply %arg211, %644 : tensor<1024xbf16>
    %646 = stablehlo.broadcast_in_dim %arg213, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %647 = stablehlo.broadcast_in_dim %646, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %648 = stablehlo.subtract %641, %647 : tensor<1x14x14x1024xbf16>
    %649 = stablehlo.broadcast_in_dim %645, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %650 = stablehlo.broadcast_in_dim %649, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %651 = stablehlo.multiply %648, %650 : tensor<1x14x14x1024xbf16>
    %652 = stablehlo.broadcast_in_dim %arg212, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %653 = stablehlo.broadcast_in_dim %652, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %654 = stablehlo.add %651, %653 : tensor<1x14x14x1024xbf16>
    %655 = stablehlo.add %654, %610 : tensor<1x14x14x1024xbf16>
    %656 = call @relu_7(%655) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %657 = stablehlo.convolution(%656, %arg215) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x512xbf16>) -> tensor<1x14x14x512xbf16>
    %cst_43 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %658 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %659 = stablehlo.add %arg219, %658 : tensor<512xbf16>
    %660 = stablehlo.rsqrt %659 : tensor<512xbf16>
    %661 = stablehlo.multiply %arg216, %660 : tensor<512xbf16>
    %662 = stablehlo.broadcast_in_dim %arg218, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %663 = stablehlo.broadcast_in_dim %662, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x14x14x512xbf16>
    %664 = stablehlo.subtract %657, %663 : tensor<1x14x14x512xbf16>
    %665 = stablehlo.broadcast_in_dim %661, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %666 = stablehlo.broadcast_in_dim %665, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x14x14x512xbf16>
    %667 = stablehlo.multiply %664, %666 : tensor<1x14x14x512xbf16>
    %668 = stablehlo.broadcast_in_dim %arg217, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %669 = stablehlo.broadcast_in_dim %668, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x14x14x512xbf16>
    %670 = stablehlo.add %667, %669 : tensor<1x14x14x512xbf16>
    %671 = call @relu_8(%670) : (tensor<1x14x14x512xbf16>) -> tensor<1x14x14x512xbf16>
    %672 = stablehlo.convolution(%671, %arg220) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x512xbf16>, tensor<3x3x512x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_44 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %673 = stablehlo.broadcast_in_dim %cst_44, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %674 = stablehlo.add %arg224, %673 : tensor<512xbf16>
    %675 = stablehlo.rsqrt %674 : tensor<512xbf16>
    %676 = stablehlo.multiply %arg221, %675 : tensor<512xbf16>
    %677 = stablehlo.broadcast_in_dim %arg223, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %678 = stablehlo.broadcast_in_dim %677, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %679 = stablehlo.subtract %672, %678 : tensor<1x7x7x512xbf16>
    %680 = stablehlo.broadcast_in_dim %676, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %681 = stablehlo.broadcast_in_dim %680, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %682 = stablehlo.multiply %679, %681 : tensor<1x7x7x512xbf16>
    %683 = stablehlo.broadcast_in_dim %arg222, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %684 = stablehlo.broadcast_in_dim %683, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %685 = stablehlo.add %682, %684 : tensor<1x7x7x512xbf16>
    %686 = call @relu_9(%685) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %687 = stablehlo.convolution(%686, %arg225) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<1x1x512x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_45 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %688 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %689 = stablehlo.add %arg229, %688 : tensor<2048xbf16>
    %690 = stablehlo.rsqrt %689 : tensor<2048xbf16>
    %691 = stablehlo.multiply %arg226, %690 : tensor<2048xbf16>
    %692 = stablehlo.broadcast_in_dim %arg228, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %693 = stablehlo.broadcast_in_dim %692, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %694 = stablehlo.subtract %687, %693 : tensor<1x7x7x2048xbf16>
    %695 = stablehlo.broadcast_in_dim %691, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %696 = stablehlo.broadcast_in_dim %695, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %697 = stablehlo.multiply %694, %696 : tensor<1x7x7x2048xbf16>
    %698 = stablehlo.broadcast_in_dim %arg227, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %699 = stablehlo.broadcast_in_dim %698, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %700 = stablehlo.add %697, %699 : tensor<1x7x7x2048xbf16>
    %701 = stablehlo.convolution(%656, %arg230) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_46 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %702 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %703 = stablehlo.add %arg234, %702 : tensor<2048xbf16>
    %704 = stablehlo.rsqrt %703 : tensor<2048xbf16>
    %705 = stablehlo.multiply %arg231, %704 : tensor<2048xbf16>
    %706 = stablehlo.broadcast_in_dim %arg233, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %707 = stablehlo.broadcast_in_dim %706, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %708 = stablehlo.subtract %701, %707 : tensor<1x7x7x2048xbf16>
    %709 = stablehlo.broadcast_in_dim %705, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %710 = stablehlo.broadcast_in_dim %709, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %711 = stablehlo.multiply %708, %710 : tensor<1x7x7x2048xbf16>
    %712 = stablehlo.broadcast_in_dim %arg232, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %713 = stablehlo.broadcast_in_dim %712, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %714 = stablehlo.add %711, %713 : tensor<1x7x7x2048xbf16>
    %715 = stablehlo.add %700, %714 : tensor<1x7x7x2048xbf16>
    %716 = call @relu_10(%715) : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %717 = stablehlo.convolution(%716, %arg235) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x2048xbf16>, tensor<1x1x2048x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_47 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %718 = stablehlo.broadcast_in_dim %cst_47, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %719 = stablehlo.add %arg239, %718 : tensor<512xbf16>
    %720 = stablehlo.rsqrt %719 : tensor<512xbf16>
    %721 = stablehlo.multiply %arg236, %720 : tensor<512xbf16>
    %722 = stablehlo.broadcast_in_dim %arg238, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %723 = stablehlo.broadcast_in_dim %722, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %724 = stablehlo.subtract %717, %723 : tensor<1x7x7x512xbf16>
    %725 = stablehlo.broadcast_in_dim %721, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %726 = stablehlo.broadcast_in_dim %725, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %727 = stablehlo.multiply %724, %726 : tensor<1x7x7x512xbf16>
    %728 = stablehlo.broadcast_in_dim %arg237, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %729 = stablehlo.broadcast_in_dim %728, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %730 = stablehlo.add %727, %729 : tensor<1x7x7x512xbf16>
    %731 = call @relu_9(%730) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %732 = stablehlo.convolution(%731, %arg240) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<3x3x512x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_48 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %733 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %734 = stablehlo.add %arg244, %733 : tensor<512xbf16>
    %735 = stablehlo.rsqrt %734 : tensor<512xbf16>
    %736 = stablehlo.multiply %arg241, %735 : tensor<512xbf16>
    %737 = stablehlo.broadcast_in_dim %arg243, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %738 = stablehlo.broadcast_in_dim %737, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %739 = stablehlo.subtract %732, %738 : tensor<1x7x7x512xbf16>
    %740 = stablehlo.broadcast_in_dim %736, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %741 = stablehlo.broadcast_in_dim %740, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %742 = stablehlo.multiply %739, %741 : tensor<1x7x7x512xbf16>
    %743 = stablehlo.broadcast_in_dim %arg242, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %744 = stablehlo.broadcast_in_dim %743, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %745 = stablehlo.add %742, %744 : tensor<1x7x7x512xbf16>
    %746 = call @relu_9(%745) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %747 = stablehlo.convolution(%746, %arg245) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<1x1x512x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_49 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %748 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %749 = stablehlo.add %arg249, %748 : tensor<2048xbf16>
    %750 = stablehlo.rsqrt %749 : tensor<2048xbf16>
    %751 = stablehlo.multiply %arg246, %750 : tensor<2048xbf16>
    %752 = stablehlo.broadcast_in_dim %arg248, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %753 = stablehlo.broadcast_in_dim %752, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %754 = stablehlo.subtract %747, %753 : tensor<1x7x7x2048xbf16>
    %755 = stablehlo.broadcast_in_dim %751, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %756 = stablehlo.broadcast_in_dim %755, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %757 = stablehlo.multiply %754, %756 : tensor<1x7x7x2048xbf16>
    %758 = stablehlo.broadcast_in_dim %arg247, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %759 = stablehlo.broadcast_in_dim %758, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %760 = stablehlo.add %757, %759 : tensor<1x7x7x2048xbf16>
    %761 = stablehlo.add %760, %716 : tensor<1x7x7x2048xbf16>
    %762 = call @relu_10(%761) : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %763 = stablehlo.convolution(%762, %arg250) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x2048xbf16>, tensor<1x1x2048x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_50 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %764 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %765 = stablehlo.add %arg254, %764 : tensor<512xbf16>
    %766 = stablehlo.rsqrt %765 : tensor<512xbf16>
    %767 = stablehlo.multiply %arg251, %766 : tensor<512xbf16>
    %768 = stablehlo.broadcast_in_dim %arg253, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %769 = stablehlo.broadcast_in_dim %768, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %770 = stablehlo.subtract %763, %769 : tensor<1x7x7x512xbf16>
    %771 = stablehlo.broadcast_in_dim %767, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %772 = stablehlo.broadcast_in_dim %771, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %773 = stablehlo.multiply %770, %772 : tensor<1x7x7x512xbf16>
    %774 = stablehlo.broadcast_in_dim %arg252, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %775 = stablehlo.broadcast_in_dim %774, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %776 = stablehlo.add %773, %775 : tensor<1x7x7x512xbf16>
    %777 = call @relu_9(%776) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %778 = stablehlo.convolution(%777, %arg255) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<3x3x512x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_51 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %779 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %780 = stablehlo.add %arg259, %779 : tensor<512xbf16>
    %781 = stablehlo.rsqrt %780 : tensor<512xbf16>
    %782 = stablehlo.multiply %arg256, %781 : tensor<512xbf16>
    %783 = stablehlo.broadcast_in_dim %arg258, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %784 = stablehlo.broadcast_in_dim %783, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %785 = stablehlo.subtract %778, %784 : tensor<1x7x7x512xbf16>
    %786 = stablehlo.broadcast_in_dim %782, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %787 = stablehlo.broadcast_in_dim %786, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %788 = stablehlo.multiply %785, %787 : tensor<1x7x7x512xbf16>
    %789 = stablehlo.broadcast_in_dim %arg257, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %790 = stablehlo.broadcast_in_dim %789, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %791 = stablehlo.add %788, %790 : tensor<1x7x7x512xbf16>
    %792 = call @relu_9(%791) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %793 = stablehlo.convolution(%792, %arg260) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<1x1x512x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_52 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %794 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %795 = stablehlo.add %arg264, %794 : tensor<2048xbf16>
    %796 = stablehlo.rsqrt %795 : tensor<2048xbf16>
    %797 = stablehlo.multiply %arg261, %796 : tensor<2048xbf16>
    %798 = stablehlo.broadcast_in_dim %arg263, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %799 = stablehlo.broadcast_in_dim %798, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %800 = stablehlo.subtract %793, %799 : tensor<1x7x7x2048xbf16>
    %801 = stablehlo.broadcast_in_dim %797, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %802 = stablehlo.broadcast_in_dim %801, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %803 = stablehlo.multiply %800, %802 : tensor<1x7x7x2048xbf16>
    %804 = stablehlo.broadcast_in_dim %arg262, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %805 = stablehlo.broadcast_in_dim %804, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %806 = stablehlo.add %803, %805 : tensor<1x7x7x2048xbf16>
    %807 = stablehlo.add %806, %762 : tensor<1x7x7x2048xbf16>
    %808 = call @relu_10(%807) : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %809 = stablehlo.convert %808 : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xf32>
    %cst_53 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %810 = stablehlo.reduce(%809 init: %cst_53) applies stablehlo.add across dimensions = [1, 2] : (tensor<1x7x7x2048xf32>, tensor<f32>) -> tensor<1x2048xf32>
    %cst_54 = stablehlo.constant dense<4.900000e+01> : tensor<f32>
    %811 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<1x2048xf32>
    %812 = stablehlo.divide %810, %811 : tensor<1x2048xf32>
    %813 = stablehlo.convert %812 : (tensor<1x2048xf32>) -> tensor<1x2048xbf16>
    %814 = stablehlo.dot_general %813, %arg265, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x2048xbf16>, tensor<2048x1000xbf16>) -> tensor<1x1000xbf16>
    %815 = stablehlo.broadcast_in_dim %arg266, dims = [1] : (tensor<1000xbf16>) -> tensor<1x1000xbf16>
    %816 = stablehlo.add %814, %815 : tensor<1x1000xbf16>
    return %816 : tensor<1x1000xbf16>
  }
  func.func private @relu(%arg0: tensor<1x112x112x64xbf16>) -> tensor<1x112x112x64xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x112x112x64xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x112x112x64xbf16>
    return %1 : tensor<1x112x112x64xbf16>
  }
  func.func private @relu_0(%arg0: tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x56x56x64xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x56x56x64xbf16>
    return %1 : tensor<1x56x56x64xbf16>
  }
  func.func private @relu_1(%arg0: tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x56x56x256xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x56x56x256xbf16>
    return %1 : tensor<1x56x56x256xbf16>
  }
  func.func private @relu_2(%arg0: tensor<1x56x56x128xbf16>) -> tensor<1x56x56x128xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x56x56x128xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x56x56x128xbf16>
    return %1 : tensor<1x56x56x128xbf16>
  }
  func.func private @relu_3(%arg0: tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x28x28x128xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x28x28x128xbf16>
    return %1 : tensor<1x28x28x128xbf16>
  }
  func.func private @relu_4(%arg0: tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x28x28x512xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x28x28x512xbf16>
    return %1 : tensor<1x28x28x512xbf16>
  }
  func.func private @relu_5(%arg0: tensor<1x28x28x256xbf16>) -> tensor<1x28x28x256xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x28x28x256xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x28x28x256xbf16>
    return %1 : tensor<1x28x28x256xbf16>
  }
  func.func private @relu_6(%arg0: tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x14x14x256xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x14x14x256xbf16>
    return %1 : tensor<1x14x14x256xbf16>
  }
  func.func private @relu_7(%arg0: tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x14x14x1024xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x14x14x1024xbf16>
    return %1 : tensor<1x14x14x1024xbf16>
  }
  func.func private @relu_8(%arg0: tensor<1x14x14x512xbf16>) -> tensor<1x14x14x512xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x14x14x512xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x14x14x512xbf16>
    return %1 : tensor<1x14x14x512xbf16>
  }
  func.func private @relu_9(%arg0: tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x7x7x512xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x7x7x512xbf16>
    return %1 : tensor<1x7x7x512xbf16>
  }
  func.func private @relu_10(%arg0: tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<1x7x7x2048xbf16>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x7x7x2048xbf16>
    return %1 : tensor<1x7x7x2048xbf16>
  }
}
