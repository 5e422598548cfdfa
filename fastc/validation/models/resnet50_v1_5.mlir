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
    %15 = "stablehlo.reduce_window"(%14, %cst_0) <{base_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [1, 1], [1, 1], [0, 0]]> : tensor<4x2xi64>, window_dilations = array<i64: 1, 1, 1, 1>, window_dimensions = array<i64: 1, 3, 3, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
    ^bb0(%arg268: tensor<bf16>, %arg269: tensor<bf16>):
      %816 = stablehlo.maximum %arg268, %arg269 : tensor<bf16>
      stablehlo.return %816 : tensor<bf16>
    }) : (tensor<1x112x112x64xbf16>, tensor<bf16>) -> tensor<1x56x56x64xbf16>
    %16 = stablehlo.convolution(%15, %arg20) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_1 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %17 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %18 = stablehlo.add %arg24, %17 : tensor<256xbf16>
    %19 = stablehlo.rsqrt %18 : tensor<256xbf16>
    %20 = stablehlo.multiply %arg21, %19 : tensor<256xbf16>
    %21 = stablehlo.broadcast_in_dim %arg23, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %23 = stablehlo.subtract %16, %22 : tensor<1x56x56x256xbf16>
    %24 = stablehlo.broadcast_in_dim %20, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %25 = stablehlo.broadcast_in_dim %24, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %26 = stablehlo.multiply %23, %25 : tensor<1x56x56x256xbf16>
    %27 = stablehlo.broadcast_in_dim %arg22, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %28 = stablehlo.broadcast_in_dim %27, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %29 = stablehlo.add %26, %28 : tensor<1x56x56x256xbf16>
    %30 = stablehlo.convolution(%15, %arg5) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_2 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %31 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %32 = stablehlo.add %arg9, %31 : tensor<64xbf16>
    %33 = stablehlo.rsqrt %32 : tensor<64xbf16>
    %34 = stablehlo.multiply %arg6, %33 : tensor<64xbf16>
    %35 = stablehlo.broadcast_in_dim %arg8, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %36 = stablehlo.broadcast_in_dim %35, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %37 = stablehlo.subtract %30, %36 : tensor<1x56x56x64xbf16>
    %38 = stablehlo.broadcast_in_dim %34, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %39 = stablehlo.broadcast_in_dim %38, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %40 = stablehlo.multiply %37, %39 : tensor<1x56x56x64xbf16>
    %41 = stablehlo.broadcast_in_dim %arg7, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %42 = stablehlo.broadcast_in_dim %41, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %43 = stablehlo.add %40, %42 : tensor<1x56x56x64xbf16>
    %44 = call @relu_0(%43) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %45 = stablehlo.convolution(%44, %arg10) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<3x3x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_3 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %46 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %47 = stablehlo.add %arg14, %46 : tensor<64xbf16>
    %48 = stablehlo.rsqrt %47 : tensor<64xbf16>
    %49 = stablehlo.multiply %arg11, %48 : tensor<64xbf16>
    %50 = stablehlo.broadcast_in_dim %arg13, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %51 = stablehlo.broadcast_in_dim %50, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %52 = stablehlo.subtract %45, %51 : tensor<1x56x56x64xbf16>
    %53 = stablehlo.broadcast_in_dim %49, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %54 = stablehlo.broadcast_in_dim %53, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %55 = stablehlo.multiply %52, %54 : tensor<1x56x56x64xbf16>
    %56 = stablehlo.broadcast_in_dim %arg12, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %57 = stablehlo.broadcast_in_dim %56, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %58 = stablehlo.add %55, %57 : tensor<1x56x56x64xbf16>
    %59 = call @relu_0(%58) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %60 = stablehlo.convolution(%59, %arg15) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_4 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %61 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %62 = stablehlo.add %arg19, %61 : tensor<256xbf16>
    %63 = stablehlo.rsqrt %62 : tensor<256xbf16>
    %64 = stablehlo.multiply %arg16, %63 : tensor<256xbf16>
    %65 = stablehlo.broadcast_in_dim %arg18, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %66 = stablehlo.broadcast_in_dim %65, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %67 = stablehlo.subtract %60, %66 : tensor<1x56x56x256xbf16>
    %68 = stablehlo.broadcast_in_dim %64, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %69 = stablehlo.broadcast_in_dim %68, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %70 = stablehlo.multiply %67, %69 : tensor<1x56x56x256xbf16>
    %71 = stablehlo.broadcast_in_dim %arg17, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %72 = stablehlo.broadcast_in_dim %71, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %73 = stablehlo.add %70, %72 : tensor<1x56x56x256xbf16>
    %74 = stablehlo.add %73, %29 : tensor<1x56x56x256xbf16>
    %75 = call @relu_1(%74) : (tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16>
    %76 = stablehlo.convolution(%75, %arg25) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_5 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %77 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %78 = stablehlo.add %arg29, %77 : tensor<64xbf16>
    %79 = stablehlo.rsqrt %78 : tensor<64xbf16>
    %80 = stablehlo.multiply %arg26, %79 : tensor<64xbf16>
    %81 = stablehlo.broadcast_in_dim %arg28, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %82 = stablehlo.broadcast_in_dim %81, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %83 = stablehlo.subtract %76, %82 : tensor<1x56x56x64xbf16>
    %84 = stablehlo.broadcast_in_dim %80, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %85 = stablehlo.broadcast_in_dim %84, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %86 = stablehlo.multiply %83, %85 : tensor<1x56x56x64xbf16>
    %87 = stablehlo.broadcast_in_dim %arg27, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %88 = stablehlo.broadcast_in_dim %87, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %89 = stablehlo.add %86, %88 : tensor<1x56x56x64xbf16>
    %90 = call @relu_0(%89) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %91 = stablehlo.convolution(%90, %arg30) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<3x3x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_6 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %92 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %93 = stablehlo.add %arg34, %92 : tensor<64xbf16>
    %94 = stablehlo.rsqrt %93 : tensor<64xbf16>
    %95 = stablehlo.multiply %arg31, %94 : tensor<64xbf16>
    %96 = stablehlo.broadcast_in_dim %arg33, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %97 = stablehlo.broadcast_in_dim %96, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %98 = stablehlo.subtract %91, %97 : tensor<1x56x56x64xbf16>
    %99 = stablehlo.broadcast_in_dim %95, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %100 = stablehlo.broadcast_in_dim %99, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %101 = stablehlo.multiply %98, %100 : tensor<1x56x56x64xbf16>
    %102 = stablehlo.broadcast_in_dim %arg32, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %103 = stablehlo.broadcast_in_dim %102, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %104 = stablehlo.add %101, %103 : tensor<1x56x56x64xbf16>
    %105 = call @relu_0(%104) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %106 = stablehlo.convolution(%105, %arg35) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_7 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %107 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %108 = stablehlo.add %arg39, %107 : tensor<256xbf16>
    %109 = stablehlo.rsqrt %108 : tensor<256xbf16>
    %110 = stablehlo.multiply %arg36, %109 : tensor<256xbf16>
    %111 = stablehlo.broadcast_in_dim %arg38, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %112 = stablehlo.broadcast_in_dim %111, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %113 = stablehlo.subtract %106, %112 : tensor<1x56x56x256xbf16>
    %114 = stablehlo.broadcast_in_dim %110, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %115 = stablehlo.broadcast_in_dim %114, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %116 = stablehlo.multiply %113, %115 : tensor<1x56x56x256xbf16>
    %117 = stablehlo.broadcast_in_dim %arg37, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %118 = stablehlo.broadcast_in_dim %117, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %119 = stablehlo.add %116, %118 : tensor<1x56x56x256xbf16>
    %120 = stablehlo.add %119, %75 : tensor<1x56x56x256xbf16>
    %121 = call @relu_1(%120) : (tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16>
    %122 = stablehlo.convolution(%121, %arg40) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_8 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %123 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %124 = stablehlo.add %arg44, %123 : tensor<64xbf16>
    %125 = stablehlo.rsqrt %124 : tensor<64xbf16>
    %126 = stablehlo.multiply %arg41, %125 : tensor<64xbf16>
    %127 = stablehlo.broadcast_in_dim %arg43, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %128 = stablehlo.broadcast_in_dim %127, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %129 = stablehlo.subtract %122, %128 : tensor<1x56x56x64xbf16>
    %130 = stablehlo.broadcast_in_dim %126, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %131 = stablehlo.broadcast_in_dim %130, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %132 = stablehlo.multiply %129, %131 : tensor<1x56x56x64xbf16>
    %133 = stablehlo.broadcast_in_dim %arg42, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %134 = stablehlo.broadcast_in_dim %133, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %135 = stablehlo.add %132, %134 : tensor<1x56x56x64xbf16>
    %136 = call @relu_0(%135) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %137 = stablehlo.convolution(%136, %arg45) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<3x3x64x64xbf16>) -> tensor<1x56x56x64xbf16>
    %cst_9 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %138 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<bf16>) -> tensor<64xbf16>
    %139 = stablehlo.add %arg49, %138 : tensor<64xbf16>
    %140 = stablehlo.rsqrt %139 : tensor<64xbf16>
    %141 = stablehlo.multiply %arg46, %140 : tensor<64xbf16>
    %142 = stablehlo.broadcast_in_dim %arg48, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %143 = stablehlo.broadcast_in_dim %142, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %144 = stablehlo.subtract %137, %143 : tensor<1x56x56x64xbf16>
    %145 = stablehlo.broadcast_in_dim %141, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %146 = stablehlo.broadcast_in_dim %145, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %147 = stablehlo.multiply %144, %146 : tensor<1x56x56x64xbf16>
    %148 = stablehlo.broadcast_in_dim %arg47, dims = [3] : (tensor<64xbf16>) -> tensor<1x1x1x64xbf16>
    %149 = stablehlo.broadcast_in_dim %148, dims = [0, 1, 2, 3] : (tensor<1x1x1x64xbf16>) -> tensor<1x56x56x64xbf16>
    %150 = stablehlo.add %147, %149 : tensor<1x56x56x64xbf16>
    %151 = call @relu_0(%150) : (tensor<1x56x56x64xbf16>) -> tensor<1x56x56x64xbf16>
    %152 = stablehlo.convolution(%151, %arg50) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x64xbf16>, tensor<1x1x64x256xbf16>) -> tensor<1x56x56x256xbf16>
    %cst_10 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %153 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %154 = stablehlo.add %arg54, %153 : tensor<256xbf16>
    %155 = stablehlo.rsqrt %154 : tensor<256xbf16>
    %156 = stablehlo.multiply %arg51, %155 : tensor<256xbf16>
    %157 = stablehlo.broadcast_in_dim %arg53, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %158 = stablehlo.broadcast_in_dim %157, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %159 = stablehlo.subtract %152, %158 : tensor<1x56x56x256xbf16>
    %160 = stablehlo.broadcast_in_dim %156, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %161 = stablehlo.broadcast_in_dim %160, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %162 = stablehlo.multiply %159, %161 : tensor<1x56x56x256xbf16>
    %163 = stablehlo.broadcast_in_dim %arg52, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %164 = stablehlo.broadcast_in_dim %163, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x56x56x256xbf16>
    %165 = stablehlo.add %162, %164 : tensor<1x56x56x256xbf16>
    %166 = stablehlo.add %165, %121 : tensor<1x56x56x256xbf16>
    %167 = call @relu_1(%166) : (tensor<1x56x56x256xbf16>) -> tensor<1x56x56x256xbf16>
    %168 = stablehlo.convolution(%167, %arg70) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_11 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %169 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %170 = stablehlo.add %arg74, %169 : tensor<512xbf16>
    %171 = stablehlo.rsqrt %170 : tensor<512xbf16>
    %172 = stablehlo.multiply %arg71, %171 : tensor<512xbf16>
    %173 = stablehlo.broadcast_in_dim %arg73, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %174 = stablehlo.broadcast_in_dim %173, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %175 = stablehlo.subtract %168, %174 : tensor<1x28x28x512xbf16>
    %176 = stablehlo.broadcast_in_dim %172, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %177 = stablehlo.broadcast_in_dim %176, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %178 = stablehlo.multiply %175, %177 : tensor<1x28x28x512xbf16>
    %179 = stablehlo.broadcast_in_dim %arg72, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %180 = stablehlo.broadcast_in_dim %179, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %181 = stablehlo.add %178, %180 : tensor<1x28x28x512xbf16>
    %182 = stablehlo.convolution(%167, %arg55) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x256xbf16>, tensor<1x1x256x128xbf16>) -> tensor<1x56x56x128xbf16>
    %cst_12 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %183 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %184 = stablehlo.add %arg59, %183 : tensor<128xbf16>
    %185 = stablehlo.rsqrt %184 : tensor<128xbf16>
    %186 = stablehlo.multiply %arg56, %185 : tensor<128xbf16>
    %187 = stablehlo.broadcast_in_dim %arg58, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %188 = stablehlo.broadcast_in_dim %187, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x56x56x128xbf16>
    %189 = stablehlo.subtract %182, %188 : tensor<1x56x56x128xbf16>
    %190 = stablehlo.broadcast_in_dim %186, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %191 = stablehlo.broadcast_in_dim %190, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x56x56x128xbf16>
    %192 = stablehlo.multiply %189, %191 : tensor<1x56x56x128xbf16>
    %193 = stablehlo.broadcast_in_dim %arg57, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %194 = stablehlo.broadcast_in_dim %193, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x56x56x128xbf16>
    %195 = stablehlo.add %192, %194 : tensor<1x56x56x128xbf16>
    %196 = call @relu_2(%195) : (tensor<1x56x56x128xbf16>) -> tensor<1x56x56x128xbf16>
    %197 = stablehlo.convolution(%196, %arg60) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x56x56x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_13 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %198 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %199 = stablehlo.add %arg64, %198 : tensor<128xbf16>
    %200 = stablehlo.rsqrt %199 : tensor<128xbf16>
    %201 = stablehlo.multiply %arg61, %200 : tensor<128xbf16>
    %202 = stablehlo.broadcast_in_dim %arg63, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %203 = stablehlo.broadcast_in_dim %202, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %204 = stablehlo.subtract %197, %203 : tensor<1x28x28x128xbf16>
    %205 = stablehlo.broadcast_in_dim %201, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %206 = stablehlo.broadcast_in_dim %205, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %207 = stablehlo.multiply %204, %206 : tensor<1x28x28x128xbf16>
    %208 = stablehlo.broadcast_in_dim %arg62, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %209 = stablehlo.broadcast_in_dim %208, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %210 = stablehlo.add %207, %209 : tensor<1x28x28x128xbf16>
    %211 = call @relu_3(%210) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %212 = stablehlo.convolution(%211, %arg65) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_14 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %213 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %214 = stablehlo.add %arg69, %213 : tensor<512xbf16>
    %215 = stablehlo.rsqrt %214 : tensor<512xbf16>
    %216 = stablehlo.multiply %arg66, %215 : tensor<512xbf16>
    %217 = stablehlo.broadcast_in_dim %arg68, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %218 = stablehlo.broadcast_in_dim %217, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %219 = stablehlo.subtract %212, %218 : tensor<1x28x28x512xbf16>
    %220 = stablehlo.broadcast_in_dim %216, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %221 = stablehlo.broadcast_in_dim %220, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %222 = stablehlo.multiply %219, %221 : tensor<1x28x28x512xbf16>
    %223 = stablehlo.broadcast_in_dim %arg67, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %224 = stablehlo.broadcast_in_dim %223, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %225 = stablehlo.add %222, %224 : tensor<1x28x28x512xbf16>
    %226 = stablehlo.add %225, %181 : tensor<1x28x28x512xbf16>
    %227 = call @relu_4(%226) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %228 = stablehlo.convolution(%227, %arg75) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_15 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %229 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %230 = stablehlo.add %arg79, %229 : tensor<128xbf16>
    %231 = stablehlo.rsqrt %230 : tensor<128xbf16>
    %232 = stablehlo.multiply %arg76, %231 : tensor<128xbf16>
    %233 = stablehlo.broadcast_in_dim %arg78, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %234 = stablehlo.broadcast_in_dim %233, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %235 = stablehlo.subtract %228, %234 : tensor<1x28x28x128xbf16>
    %236 = stablehlo.broadcast_in_dim %232, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %237 = stablehlo.broadcast_in_dim %236, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %238 = stablehlo.multiply %235, %237 : tensor<1x28x28x128xbf16>
    %239 = stablehlo.broadcast_in_dim %arg77, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %240 = stablehlo.broadcast_in_dim %239, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %241 = stablehlo.add %238, %240 : tensor<1x28x28x128xbf16>
    %242 = call @relu_3(%241) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %243 = stablehlo.convolution(%242, %arg80) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_16 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %244 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %245 = stablehlo.add %arg84, %244 : tensor<128xbf16>
    %246 = stablehlo.rsqrt %245 : tensor<128xbf16>
    %247 = stablehlo.multiply %arg81, %246 : tensor<128xbf16>
    %248 = stablehlo.broadcast_in_dim %arg83, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %249 = stablehlo.broadcast_in_dim %248, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %250 = stablehlo.subtract %243, %249 : tensor<1x28x28x128xbf16>
    %251 = stablehlo.broadcast_in_dim %247, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %252 = stablehlo.broadcast_in_dim %251, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %253 = stablehlo.multiply %250, %252 : tensor<1x28x28x128xbf16>
    %254 = stablehlo.broadcast_in_dim %arg82, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %255 = stablehlo.broadcast_in_dim %254, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %256 = stablehlo.add %253, %255 : tensor<1x28x28x128xbf16>
    %257 = call @relu_3(%256) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %258 = stablehlo.convolution(%257, %arg85) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_17 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %259 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %260 = stablehlo.add %arg89, %259 : tensor<512xbf16>
    %261 = stablehlo.rsqrt %260 : tensor<512xbf16>
    %262 = stablehlo.multiply %arg86, %261 : tensor<512xbf16>
    %263 = stablehlo.broadcast_in_dim %arg88, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %264 = stablehlo.broadcast_in_dim %263, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %265 = stablehlo.subtract %258, %264 : tensor<1x28x28x512xbf16>
    %266 = stablehlo.broadcast_in_dim %262, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %267 = stablehlo.broadcast_in_dim %266, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %268 = stablehlo.multiply %265, %267 : tensor<1x28x28x512xbf16>
    %269 = stablehlo.broadcast_in_dim %arg87, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %270 = stablehlo.broadcast_in_dim %269, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %271 = stablehlo.add %268, %270 : tensor<1x28x28x512xbf16>
    %272 = stablehlo.add %271, %227 : tensor<1x28x28x512xbf16>
    %273 = call @relu_4(%272) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %274 = stablehlo.convolution(%273, %arg90) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_18 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %275 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %276 = stablehlo.add %arg94, %275 : tensor<128xbf16>
    %277 = stablehlo.rsqrt %276 : tensor<128xbf16>
    %278 = stablehlo.multiply %arg91, %277 : tensor<128xbf16>
    %279 = stablehlo.broadcast_in_dim %arg93, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %280 = stablehlo.broadcast_in_dim %279, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %281 = stablehlo.subtract %274, %280 : tensor<1x28x28x128xbf16>
    %282 = stablehlo.broadcast_in_dim %278, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %283 = stablehlo.broadcast_in_dim %282, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %284 = stablehlo.multiply %281, %283 : tensor<1x28x28x128xbf16>
    %285 = stablehlo.broadcast_in_dim %arg92, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %286 = stablehlo.broadcast_in_dim %285, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %287 = stablehlo.add %284, %286 : tensor<1x28x28x128xbf16>
    %288 = call @relu_3(%287) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %289 = stablehlo.convolution(%288, %arg95) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_19 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %290 = stablehlo.broadcast_in_dim %cst_19, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %291 = stablehlo.add %arg99, %290 : tensor<128xbf16>
    %292 = stablehlo.rsqrt %291 : tensor<128xbf16>
    %293 = stablehlo.multiply %arg96, %292 : tensor<128xbf16>
    %294 = stablehlo.broadcast_in_dim %arg98, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %295 = stablehlo.broadcast_in_dim %294, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %296 = stablehlo.subtract %289, %295 : tensor<1x28x28x128xbf16>
    %297 = stablehlo.broadcast_in_dim %293, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %298 = stablehlo.broadcast_in_dim %297, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %299 = stablehlo.multiply %296, %298 : tensor<1x28x28x128xbf16>
    %300 = stablehlo.broadcast_in_dim %arg97, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %301 = stablehlo.broadcast_in_dim %300, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %302 = stablehlo.add %299, %301 : tensor<1x28x28x128xbf16>
    %303 = call @relu_3(%302) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %304 = stablehlo.convolution(%303, %arg100) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_20 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %305 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %306 = stablehlo.add %arg104, %305 : tensor<512xbf16>
    %307 = stablehlo.rsqrt %306 : tensor<512xbf16>
    %308 = stablehlo.multiply %arg101, %307 : tensor<512xbf16>
    %309 = stablehlo.broadcast_in_dim %arg103, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %310 = stablehlo.broadcast_in_dim %309, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %311 = stablehlo.subtract %304, %310 : tensor<1x28x28x512xbf16>
    %312 = stablehlo.broadcast_in_dim %308, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %313 = stablehlo.broadcast_in_dim %312, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %314 = stablehlo.multiply %311, %313 : tensor<1x28x28x512xbf16>
    %315 = stablehlo.broadcast_in_dim %arg102, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %316 = stablehlo.broadcast_in_dim %315, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %317 = stablehlo.add %314, %316 : tensor<1x28x28x512xbf16>
    %318 = stablehlo.add %317, %273 : tensor<1x28x28x512xbf16>
    %319 = call @relu_4(%318) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %320 = stablehlo.convolution(%319, %arg105) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_21 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %321 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %322 = stablehlo.add %arg109, %321 : tensor<128xbf16>
    %323 = stablehlo.rsqrt %322 : tensor<128xbf16>
    %324 = stablehlo.multiply %arg106, %323 : tensor<128xbf16>
    %325 = stablehlo.broadcast_in_dim %arg108, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %326 = stablehlo.broadcast_in_dim %325, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %327 = stablehlo.subtract %320, %326 : tensor<1x28x28x128xbf16>
    %328 = stablehlo.broadcast_in_dim %324, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %329 = stablehlo.broadcast_in_dim %328, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %330 = stablehlo.multiply %327, %329 : tensor<1x28x28x128xbf16>
    %331 = stablehlo.broadcast_in_dim %arg107, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %332 = stablehlo.broadcast_in_dim %331, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %333 = stablehlo.add %330, %332 : tensor<1x28x28x128xbf16>
    %334 = call @relu_3(%333) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %335 = stablehlo.convolution(%334, %arg110) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<3x3x128x128xbf16>) -> tensor<1x28x28x128xbf16>
    %cst_22 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %336 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<bf16>) -> tensor<128xbf16>
    %337 = stablehlo.add %arg114, %336 : tensor<128xbf16>
    %338 = stablehlo.rsqrt %337 : tensor<128xbf16>
    %339 = stablehlo.multiply %arg111, %338 : tensor<128xbf16>
    %340 = stablehlo.broadcast_in_dim %arg113, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %341 = stablehlo.broadcast_in_dim %340, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %342 = stablehlo.subtract %335, %341 : tensor<1x28x28x128xbf16>
    %343 = stablehlo.broadcast_in_dim %339, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %344 = stablehlo.broadcast_in_dim %343, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %345 = stablehlo.multiply %342, %344 : tensor<1x28x28x128xbf16>
    %346 = stablehlo.broadcast_in_dim %arg112, dims = [3] : (tensor<128xbf16>) -> tensor<1x1x1x128xbf16>
    %347 = stablehlo.broadcast_in_dim %346, dims = [0, 1, 2, 3] : (tensor<1x1x1x128xbf16>) -> tensor<1x28x28x128xbf16>
    %348 = stablehlo.add %345, %347 : tensor<1x28x28x128xbf16>
    %349 = call @relu_3(%348) : (tensor<1x28x28x128xbf16>) -> tensor<1x28x28x128xbf16>
    %350 = stablehlo.convolution(%349, %arg115) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x128xbf16>, tensor<1x1x128x512xbf16>) -> tensor<1x28x28x512xbf16>
    %cst_23 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %351 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %352 = stablehlo.add %arg119, %351 : tensor<512xbf16>
    %353 = stablehlo.rsqrt %352 : tensor<512xbf16>
    %354 = stablehlo.multiply %arg116, %353 : tensor<512xbf16>
    %355 = stablehlo.broadcast_in_dim %arg118, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %356 = stablehlo.broadcast_in_dim %355, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %357 = stablehlo.subtract %350, %356 : tensor<1x28x28x512xbf16>
    %358 = stablehlo.broadcast_in_dim %354, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %359 = stablehlo.broadcast_in_dim %358, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %360 = stablehlo.multiply %357, %359 : tensor<1x28x28x512xbf16>
    %361 = stablehlo.broadcast_in_dim %arg117, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %362 = stablehlo.broadcast_in_dim %361, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x28x28x512xbf16>
    %363 = stablehlo.add %360, %362 : tensor<1x28x28x512xbf16>
    %364 = stablehlo.add %363, %319 : tensor<1x28x28x512xbf16>
    %365 = call @relu_4(%364) : (tensor<1x28x28x512xbf16>) -> tensor<1x28x28x512xbf16>
    %366 = stablehlo.convolution(%365, %arg135) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_24 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %367 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %368 = stablehlo.add %arg139, %367 : tensor<1024xbf16>
    %369 = stablehlo.rsqrt %368 : tensor<1024xbf16>
    %370 = stablehlo.multiply %arg136, %369 : tensor<1024xbf16>
    %371 = stablehlo.broadcast_in_dim %arg138, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %372 = stablehlo.broadcast_in_dim %371, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %373 = stablehlo.subtract %366, %372 : tensor<1x14x14x1024xbf16>
    %374 = stablehlo.broadcast_in_dim %370, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %375 = stablehlo.broadcast_in_dim %374, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %376 = stablehlo.multiply %373, %375 : tensor<1x14x14x1024xbf16>
    %377 = stablehlo.broadcast_in_dim %arg137, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %378 = stablehlo.broadcast_in_dim %377, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %379 = stablehlo.add %376, %378 : tensor<1x14x14x1024xbf16>
    %380 = stablehlo.convolution(%365, %arg120) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x512xbf16>, tensor<1x1x512x256xbf16>) -> tensor<1x28x28x256xbf16>
    %cst_25 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %381 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %382 = stablehlo.add %arg124, %381 : tensor<256xbf16>
    %383 = stablehlo.rsqrt %382 : tensor<256xbf16>
    %384 = stablehlo.multiply %arg121, %383 : tensor<256xbf16>
    %385 = stablehlo.broadcast_in_dim %arg123, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %386 = stablehlo.broadcast_in_dim %385, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x28x28x256xbf16>
    %387 = stablehlo.subtract %380, %386 : tensor<1x28x28x256xbf16>
    %388 = stablehlo.broadcast_in_dim %384, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %389 = stablehlo.broadcast_in_dim %388, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x28x28x256xbf16>
    %390 = stablehlo.multiply %387, %389 : tensor<1x28x28x256xbf16>
    %391 = stablehlo.broadcast_in_dim %arg122, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %392 = stablehlo.broadcast_in_dim %391, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x28x28x256xbf16>
    %393 = stablehlo.add %390, %392 : tensor<1x28x28x256xbf16>
    %394 = call @relu_5(%393) : (tensor<1x28x28x256xbf16>) -> tensor<1x28x28x256xbf16>
    %395 = stablehlo.convolution(%394, %arg125) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x28x28x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_26 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %396 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %397 = stablehlo.add %arg129, %396 : tensor<256xbf16>
    %398 = stablehlo.rsqrt %397 : tensor<256xbf16>
    %399 = stablehlo.multiply %arg126, %398 : tensor<256xbf16>
    %400 = stablehlo.broadcast_in_dim %arg128, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %401 = stablehlo.broadcast_in_dim %400, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %402 = stablehlo.subtract %395, %401 : tensor<1x14x14x256xbf16>
    %403 = stablehlo.broadcast_in_dim %399, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %404 = stablehlo.broadcast_in_dim %403, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %405 = stablehlo.multiply %402, %404 : tensor<1x14x14x256xbf16>
    %406 = stablehlo.broadcast_in_dim %arg127, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %407 = stablehlo.broadcast_in_dim %406, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %408 = stablehlo.add %405, %407 : tensor<1x14x14x256xbf16>
    %409 = call @relu_6(%408) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %410 = stablehlo.convolution(%409, %arg130) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_27 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %411 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %412 = stablehlo.add %arg134, %411 : tensor<1024xbf16>
    %413 = stablehlo.rsqrt %412 : tensor<1024xbf16>
    %414 = stablehlo.multiply %arg131, %413 : tensor<1024xbf16>
    %415 = stablehlo.broadcast_in_dim %arg133, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %416 = stablehlo.broadcast_in_dim %415, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %417 = stablehlo.subtract %410, %416 : tensor<1x14x14x1024xbf16>
    %418 = stablehlo.broadcast_in_dim %414, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %419 = stablehlo.broadcast_in_dim %418, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %420 = stablehlo.multiply %417, %419 : tensor<1x14x14x1024xbf16>
    %421 = stablehlo.broadcast_in_dim %arg132, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %422 = stablehlo.broadcast_in_dim %421, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %423 = stablehlo.add %420, %422 : tensor<1x14x14x1024xbf16>
    %424 = stablehlo.add %423, %379 : tensor<1x14x14x1024xbf16>
    %425 = call @relu_7(%424) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %426 = stablehlo.convolution(%425, %arg140) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_28 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %427 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %428 = stablehlo.add %arg144, %427 : tensor<256xbf16>
    %429 = stablehlo.rsqrt %428 : tensor<256xbf16>
    %430 = stablehlo.multiply %arg141, %429 : tensor<256xbf16>
    %431 = stablehlo.broadcast_in_dim %arg143, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %432 = stablehlo.broadcast_in_dim %431, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %433 = stablehlo.subtract %426, %432 : tensor<1x14x14x256xbf16>
    %434 = stablehlo.broadcast_in_dim %430, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %435 = stablehlo.broadcast_in_dim %434, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %436 = stablehlo.multiply %433, %435 : tensor<1x14x14x256xbf16>
    %437 = stablehlo.broadcast_in_dim %arg142, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %438 = stablehlo.broadcast_in_dim %437, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %439 = stablehlo.add %436, %438 : tensor<1x14x14x256xbf16>
    %440 = call @relu_6(%439) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %441 = stablehlo.convolution(%440, %arg145) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_29 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %442 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %443 = stablehlo.add %arg149, %442 : tensor<256xbf16>
    %444 = stablehlo.rsqrt %443 : tensor<256xbf16>
    %445 = stablehlo.multiply %arg146, %444 : tensor<256xbf16>
    %446 = stablehlo.broadcast_in_dim %arg148, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %447 = stablehlo.broadcast_in_dim %446, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %448 = stablehlo.subtract %441, %447 : tensor<1x14x14x256xbf16>
    %449 = stablehlo.broadcast_in_dim %445, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %450 = stablehlo.broadcast_in_dim %449, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %451 = stablehlo.multiply %448, %450 : tensor<1x14x14x256xbf16>
    %452 = stablehlo.broadcast_in_dim %arg147, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %453 = stablehlo.broadcast_in_dim %452, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %454 = stablehlo.add %451, %453 : tensor<1x14x14x256xbf16>
    %455 = call @relu_6(%454) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %456 = stablehlo.convolution(%455, %arg150) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_30 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %457 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %458 = stablehlo.add %arg154, %457 : tensor<1024xbf16>
    %459 = stablehlo.rsqrt %458 : tensor<1024xbf16>
    %460 = stablehlo.multiply %arg151, %459 : tensor<1024xbf16>
    %461 = stablehlo.broadcast_in_dim %arg153, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %462 = stablehlo.broadcast_in_dim %461, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %463 = stablehlo.subtract %456, %462 : tensor<1x14x14x1024xbf16>
    %464 = stablehlo.broadcast_in_dim %460, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %465 = stablehlo.broadcast_in_dim %464, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %466 = stablehlo.multiply %463, %465 : tensor<1x14x14x1024xbf16>
    %467 = stablehlo.broadcast_in_dim %arg152, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %468 = stablehlo.broadcast_in_dim %467, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %469 = stablehlo.add %466, %468 : tensor<1x14x14x1024xbf16>
    %470 = stablehlo.add %469, %425 : tensor<1x14x14x1024xbf16>
    %471 = call @relu_7(%470) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %472 = stablehlo.convolution(%471, %arg155) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_31 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %473 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %474 = stablehlo.add %arg159, %473 : tensor<256xbf16>
    %475 = stablehlo.rsqrt %474 : tensor<256xbf16>
    %476 = stablehlo.multiply %arg156, %475 : tensor<256xbf16>
    %477 = stablehlo.broadcast_in_dim %arg158, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %478 = stablehlo.broadcast_in_dim %477, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %479 = stablehlo.subtract %472, %478 : tensor<1x14x14x256xbf16>
    %480 = stablehlo.broadcast_in_dim %476, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %481 = stablehlo.broadcast_in_dim %480, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %482 = stablehlo.multiply %479, %481 : tensor<1x14x14x256xbf16>
    %483 = stablehlo.broadcast_in_dim %arg157, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %484 = stablehlo.broadcast_in_dim %483, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %485 = stablehlo.add %482, %484 : tensor<1x14x14x256xbf16>
    %486 = call @relu_6(%485) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %487 = stablehlo.convolution(%486, %arg160) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_32 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %488 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %489 = stablehlo.add %arg164, %488 : tensor<256xbf16>
    %490 = stablehlo.rsqrt %489 : tensor<256xbf16>
    %491 = stablehlo.multiply %arg161, %490 : tensor<256xbf16>
    %492 = stablehlo.broadcast_in_dim %arg163, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %493 = stablehlo.broadcast_in_dim %492, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %494 = stablehlo.subtract %487, %493 : tensor<1x14x14x256xbf16>
    %495 = stablehlo.broadcast_in_dim %491, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %496 = stablehlo.broadcast_in_dim %495, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %497 = stablehlo.multiply %494, %496 : tensor<1x14x14x256xbf16>
    %498 = stablehlo.broadcast_in_dim %arg162, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %499 = stablehlo.broadcast_in_dim %498, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %500 = stablehlo.add %497, %499 : tensor<1x14x14x256xbf16>
    %501 = call @relu_6(%500) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %502 = stablehlo.convolution(%501, %arg165) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_33 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %503 = stablehlo.broadcast_in_dim %cst_33, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %504 = stablehlo.add %arg169, %503 : tensor<1024xbf16>
    %505 = stablehlo.rsqrt %504 : tensor<1024xbf16>
    %506 = stablehlo.multiply %arg166, %505 : tensor<1024xbf16>
    %507 = stablehlo.broadcast_in_dim %arg168, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %508 = stablehlo.broadcast_in_dim %507, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %509 = stablehlo.subtract %502, %508 : tensor<1x14x14x1024xbf16>
    %510 = stablehlo.broadcast_in_dim %506, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %511 = stablehlo.broadcast_in_dim %510, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %512 = stablehlo.multiply %509, %511 : tensor<1x14x14x1024xbf16>
    %513 = stablehlo.broadcast_in_dim %arg167, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %514 = stablehlo.broadcast_in_dim %513, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %515 = stablehlo.add %512, %514 : tensor<1x14x14x1024xbf16>
    %516 = stablehlo.add %515, %471 : tensor<1x14x14x1024xbf16>
    %517 = call @relu_7(%516) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %518 = stablehlo.convolution(%517, %arg170) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_34 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %519 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %520 = stablehlo.add %arg174, %519 : tensor<256xbf16>
    %521 = stablehlo.rsqrt %520 : tensor<256xbf16>
    %522 = stablehlo.multiply %arg171, %521 : tensor<256xbf16>
    %523 = stablehlo.broadcast_in_dim %arg173, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %524 = stablehlo.broadcast_in_dim %523, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %525 = stablehlo.subtract %518, %524 : tensor<1x14x14x256xbf16>
    %526 = stablehlo.broadcast_in_dim %522, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %527 = stablehlo.broadcast_in_dim %526, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %528 = stablehlo.multiply %525, %527 : tensor<1x14x14x256xbf16>
    %529 = stablehlo.broadcast_in_dim %arg172, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %530 = stablehlo.broadcast_in_dim %529, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %531 = stablehlo.add %528, %530 : tensor<1x14x14x256xbf16>
    %532 = call @relu_6(%531) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %533 = stablehlo.convolution(%532, %arg175) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_35 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %534 = stablehlo.broadcast_in_dim %cst_35, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %535 = stablehlo.add %arg179, %534 : tensor<256xbf16>
    %536 = stablehlo.rsqrt %535 : tensor<256xbf16>
    %537 = stablehlo.multiply %arg176, %536 : tensor<256xbf16>
    %538 = stablehlo.broadcast_in_dim %arg178, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %539 = stablehlo.broadcast_in_dim %538, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %540 = stablehlo.subtract %533, %539 : tensor<1x14x14x256xbf16>
    %541 = stablehlo.broadcast_in_dim %537, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %542 = stablehlo.broadcast_in_dim %541, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %543 = stablehlo.multiply %540, %542 : tensor<1x14x14x256xbf16>
    %544 = stablehlo.broadcast_in_dim %arg177, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %545 = stablehlo.broadcast_in_dim %544, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %546 = stablehlo.add %543, %545 : tensor<1x14x14x256xbf16>
    %547 = call @relu_6(%546) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %548 = stablehlo.convolution(%547, %arg180) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_36 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %549 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %550 = stablehlo.add %arg184, %549 : tensor<1024xbf16>
    %551 = stablehlo.rsqrt %550 : tensor<1024xbf16>
    %552 = stablehlo.multiply %arg181, %551 : tensor<1024xbf16>
    %553 = stablehlo.broadcast_in_dim %arg183, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %554 = stablehlo.broadcast_in_dim %553, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %555 = stablehlo.subtract %548, %554 : tensor<1x14x14x1024xbf16>
    %556 = stablehlo.broadcast_in_dim %552, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %557 = stablehlo.broadcast_in_dim %556, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %558 = stablehlo.multiply %555, %557 : tensor<1x14x14x1024xbf16>
    %559 = stablehlo.broadcast_in_dim %arg182, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %560 = stablehlo.broadcast_in_dim %559, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %561 = stablehlo.add %558, %560 : tensor<1x14x14x1024xbf16>
    %562 = stablehlo.add %561, %517 : tensor<1x14x14x1024xbf16>
    %563 = call @relu_7(%562) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %564 = stablehlo.convolution(%563, %arg185) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_37 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %565 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %566 = stablehlo.add %arg189, %565 : tensor<256xbf16>
    %567 = stablehlo.rsqrt %566 : tensor<256xbf16>
    %568 = stablehlo.multiply %arg186, %567 : tensor<256xbf16>
    %569 = stablehlo.broadcast_in_dim %arg188, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %570 = stablehlo.broadcast_in_dim %569, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %571 = stablehlo.subtract %564, %570 : tensor<1x14x14x256xbf16>
    %572 = stablehlo.broadcast_in_dim %568, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %573 = stablehlo.broadcast_in_dim %572, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %574 = stablehlo.multiply %571, %573 : tensor<1x14x14x256xbf16>
    %575 = stablehlo.broadcast_in_dim %arg187, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %576 = stablehlo.broadcast_in_dim %575, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %577 = stablehlo.add %574, %576 : tensor<1x14x14x256xbf16>
    %578 = call @relu_6(%577) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %579 = stablehlo.convolution(%578, %arg190) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_38 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %580 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %581 = stablehlo.add %arg194, %580 : tensor<256xbf16>
    %582 = stablehlo.rsqrt %581 : tensor<256xbf16>
    %583 = stablehlo.multiply %arg191, %582 : tensor<256xbf16>
    %584 = stablehlo.broadcast_in_dim %arg193, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %585 = stablehlo.broadcast_in_dim %584, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %586 = stablehlo.subtract %579, %585 : tensor<1x14x14x256xbf16>
    %587 = stablehlo.broadcast_in_dim %583, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %588 = stablehlo.broadcast_in_dim %587, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %589 = stablehlo.multiply %586, %588 : tensor<1x14x14x256xbf16>
    %590 = stablehlo.broadcast_in_dim %arg192, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %591 = stablehlo.broadcast_in_dim %590, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %592 = stablehlo.add %589, %591 : tensor<1x14x14x256xbf16>
    %593 = call @relu_6(%592) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %594 = stablehlo.convolution(%593, %arg195) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_39 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %595 = stablehlo.broadcast_in_dim %cst_39, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %596 = stablehlo.add %arg199, %595 : tensor<1024xbf16>
    %597 = stablehlo.rsqrt %596 : tensor<1024xbf16>
    %598 = stablehlo.multiply %arg196, %597 : tensor<1024xbf16>
    %599 = stablehlo.broadcast_in_dim %arg198, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %600 = stablehlo.broadcast_in_dim %599, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %601 = stablehlo.subtract %594, %600 : tensor<1x14x14x1024xbf16>
    %602 = stablehlo.broadcast_in_dim %598, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %603 = stablehlo.broadcast_in_dim %602, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %604 = stablehlo.multiply %601, %603 : tensor<1x14x14x1024xbf16>
    %605 = stablehlo.broadcast_in_dim %arg197, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %606 = stablehlo.broadcast_in_dim %605, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %607 = stablehlo.add %604, %606 : tensor<1x14x14x1024xbf16>
    %608 = stablehlo.add %607, %563 : tensor<1x14x14x1024xbf16>
    %609 = call @relu_7(%608) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %610 = stablehlo.convolution(%609, %arg200) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_40 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %611 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %612 = stablehlo.add %arg204, %611 : tensor<256xbf16>
    %613 = stablehlo.rsqrt %612 : tensor<256xbf16>
    %614 = stablehlo.multiply %arg201, %613 : tensor<256xbf16>
    %615 = stablehlo.broadcast_in_dim %arg203, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %616 = stablehlo.broadcast_in_dim %615, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %617 = stablehlo.subtract %610, %616 : tensor<1x14x14x256xbf16>
    %618 = stablehlo.broadcast_in_dim %614, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %619 = stablehlo.broadcast_in_dim %618, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %620 = stablehlo.multiply %617, %619 : tensor<1x14x14x256xbf16>
    %621 = stablehlo.broadcast_in_dim %arg202, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %622 = stablehlo.broadcast_in_dim %621, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %623 = stablehlo.add %620, %622 : tensor<1x14x14x256xbf16>
    %624 = call @relu_6(%623) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %625 = stablehlo.convolution(%624, %arg205) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<3x3x256x256xbf16>) -> tensor<1x14x14x256xbf16>
    %cst_41 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %626 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<bf16>) -> tensor<256xbf16>
    %627 = stablehlo.add %arg209, %626 : tensor<256xbf16>
    %628 = stablehlo.rsqrt %627 : tensor<256xbf16>
    %629 = stablehlo.multiply %arg206, %628 : tensor<256xbf16>
    %630 = stablehlo.broadcast_in_dim %arg208, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %631 = stablehlo.broadcast_in_dim %630, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %632 = stablehlo.subtract %625, %631 : tensor<1x14x14x256xbf16>
    %633 = stablehlo.broadcast_in_dim %629, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %634 = stablehlo.broadcast_in_dim %633, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %635 = stablehlo.multiply %632, %634 : tensor<1x14x14x256xbf16>
    %636 = stablehlo.broadcast_in_dim %arg207, dims = [3] : (tensor<256xbf16>) -> tensor<1x1x1x256xbf16>
    %637 = stablehlo.broadcast_in_dim %636, dims = [0, 1, 2, 3] : (tensor<1x1x1x256xbf16>) -> tensor<1x14x14x256xbf16>
    %638 = stablehlo.add %635, %637 : tensor<1x14x14x256xbf16>
    %639 = call @relu_6(%638) : (tensor<1x14x14x256xbf16>) -> tensor<1x14x14x256xbf16>
    %640 = stablehlo.convolution(%639, %arg210) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x256xbf16>, tensor<1x1x256x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %cst_42 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %641 = stablehlo.broadcast_in_dim %cst_42, dims = [] : (tensor<bf16>) -> tensor<1024xbf16>
    %642 = stablehlo.add %arg214, %641 : tensor<1024xbf16>
    %643 = stablehlo.rsqrt %642 : tensor<1024xbf16>
    %644 = stablehlo.multiply %arg211, %643 : tensor<1024xbf16>
    %645 = stablehlo.broadcast_in_dim %arg213, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %646 = stablehlo.broadcast_in_dim %645, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %647 = stablehlo.subtract %640, %646 : tensor<1x14x14x1024xbf16>
    %648 = stablehlo.broadcast_in_dim %644, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %649 = stablehlo.broadcast_in_dim %648, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %650 = stablehlo.multiply %647, %649 : tensor<1x14x14x1024xbf16>
    %651 = stablehlo.broadcast_in_dim %arg212, dims = [3] : (tensor<1024xbf16>) -> tensor<1x1x1x1024xbf16>
    %652 = stablehlo.broadcast_in_dim %651, dims = [0, 1, 2, 3] : (tensor<1x1x1x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %653 = stablehlo.add %650, %652 : tensor<1x14x14x1024xbf16>
    %654 = stablehlo.add %653, %609 : tensor<1x14x14x1024xbf16>
    %655 = call @relu_7(%654) : (tensor<1x14x14x1024xbf16>) -> tensor<1x14x14x1024xbf16>
    %656 = stablehlo.convolution(%655, %arg230) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_43 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %657 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %658 = stablehlo.add %arg234, %657 : tensor<2048xbf16>
    %659 = stablehlo.rsqrt %658 : tensor<2048xbf16>
    %660 = stablehlo.multiply %arg231, %659 : tensor<2048xbf16>
    %661 = stablehlo.broadcast_in_dim %arg233, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %662 = stablehlo.broadcast_in_dim %661, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %663 = stablehlo.subtract %656, %662 : tensor<1x7x7x2048xbf16>
    %664 = stablehlo.broadcast_in_dim %660, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %665 = stablehlo.broadcast_in_dim %664, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %666 = stablehlo.multiply %663, %665 : tensor<1x7x7x2048xbf16>
    %667 = stablehlo.broadcast_in_dim %arg232, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %668 = stablehlo.broadcast_in_dim %667, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %669 = stablehlo.add %666, %668 : tensor<1x7x7x2048xbf16>
    %670 = stablehlo.convolution(%655, %arg215) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x1024xbf16>, tensor<1x1x1024x512xbf16>) -> tensor<1x14x14x512xbf16>
    %cst_44 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %671 = stablehlo.broadcast_in_dim %cst_44, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %672 = stablehlo.add %arg219, %671 : tensor<512xbf16>
    %673 = stablehlo.rsqrt %672 : tensor<512xbf16>
    %674 = stablehlo.multiply %arg216, %673 : tensor<512xbf16>
    %675 = stablehlo.broadcast_in_dim %arg218, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %676 = stablehlo.broadcast_in_dim %675, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x14x14x512xbf16>
    %677 = stablehlo.subtract %670, %676 : tensor<1x14x14x512xbf16>
    %678 = stablehlo.broadcast_in_dim %674, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %679 = stablehlo.broadcast_in_dim %678, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x14x14x512xbf16>
    %680 = stablehlo.multiply %677, %679 : tensor<1x14x14x512xbf16>
    %681 = stablehlo.broadcast_in_dim %arg217, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %682 = stablehlo.broadcast_in_dim %681, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x14x14x512xbf16>
    %683 = stablehlo.add %680, %682 : tensor<1x14x14x512xbf16>
    %684 = call @relu_8(%683) : (tensor<1x14x14x512xbf16>) -> tensor<1x14x14x512xbf16>
    %685 = stablehlo.convolution(%684, %arg220) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x14x14x512xbf16>, tensor<3x3x512x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_45 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %686 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %687 = stablehlo.add %arg224, %686 : tensor<512xbf16>
    %688 = stablehlo.rsqrt %687 : tensor<512xbf16>
    %689 = stablehlo.multiply %arg221, %688 : tensor<512xbf16>
    %690 = stablehlo.broadcast_in_dim %arg223, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %691 = stablehlo.broadcast_in_dim %690, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %692 = stablehlo.subtract %685, %691 : tensor<1x7x7x512xbf16>
    %693 = stablehlo.broadcast_in_dim %689, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %694 = stablehlo.broadcast_in_dim %693, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %695 = stablehlo.multiply %692, %694 : tensor<1x7x7x512xbf16>
    %696 = stablehlo.broadcast_in_dim %arg222, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %697 = stablehlo.broadcast_in_dim %696, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %698 = stablehlo.add %695, %697 : tensor<1x7x7x512xbf16>
    %699 = call @relu_9(%698) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %700 = stablehlo.convolution(%699, %arg225) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<1x1x512x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_46 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %701 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %702 = stablehlo.add %arg229, %701 : tensor<2048xbf16>
    %703 = stablehlo.rsqrt %702 : tensor<2048xbf16>
    %704 = stablehlo.multiply %arg226, %703 : tensor<2048xbf16>
    %705 = stablehlo.broadcast_in_dim %arg228, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %706 = stablehlo.broadcast_in_dim %705, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %707 = stablehlo.subtract %700, %706 : tensor<1x7x7x2048xbf16>
    %708 = stablehlo.broadcast_in_dim %704, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %709 = stablehlo.broadcast_in_dim %708, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %710 = stablehlo.multiply %707, %709 : tensor<1x7x7x2048xbf16>
    %711 = stablehlo.broadcast_in_dim %arg227, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %712 = stablehlo.broadcast_in_dim %711, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %713 = stablehlo.add %710, %712 : tensor<1x7x7x2048xbf16>
    %714 = stablehlo.add %713, %669 : tensor<1x7x7x2048xbf16>
    %715 = call @relu_10(%714) : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %716 = stablehlo.convolution(%715, %arg235) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x2048xbf16>, tensor<1x1x2048x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_47 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %717 = stablehlo.broadcast_in_dim %cst_47, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %718 = stablehlo.add %arg239, %717 : tensor<512xbf16>
    %719 = stablehlo.rsqrt %718 : tensor<512xbf16>
    %720 = stablehlo.multiply %arg236, %719 : tensor<512xbf16>
    %721 = stablehlo.broadcast_in_dim %arg238, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %722 = stablehlo.broadcast_in_dim %721, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %723 = stablehlo.subtract %716, %722 : tensor<1x7x7x512xbf16>
    %724 = stablehlo.broadcast_in_dim %720, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %725 = stablehlo.broadcast_in_dim %724, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %726 = stablehlo.multiply %723, %725 : tensor<1x7x7x512xbf16>
    %727 = stablehlo.broadcast_in_dim %arg237, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %728 = stablehlo.broadcast_in_dim %727, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %729 = stablehlo.add %726, %728 : tensor<1x7x7x512xbf16>
    %730 = call @relu_9(%729) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %731 = stablehlo.convolution(%730, %arg240) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<3x3x512x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_48 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %732 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %733 = stablehlo.add %arg244, %732 : tensor<512xbf16>
    %734 = stablehlo.rsqrt %733 : tensor<512xbf16>
    %735 = stablehlo.multiply %arg241, %734 : tensor<512xbf16>
    %736 = stablehlo.broadcast_in_dim %arg243, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %737 = stablehlo.broadcast_in_dim %736, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %738 = stablehlo.subtract %731, %737 : tensor<1x7x7x512xbf16>
    %739 = stablehlo.broadcast_in_dim %735, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %740 = stablehlo.broadcast_in_dim %739, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %741 = stablehlo.multiply %738, %740 : tensor<1x7x7x512xbf16>
    %742 = stablehlo.broadcast_in_dim %arg242, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %743 = stablehlo.broadcast_in_dim %742, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %744 = stablehlo.add %741, %743 : tensor<1x7x7x512xbf16>
    %745 = call @relu_9(%744) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %746 = stablehlo.convolution(%745, %arg245) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<1x1x512x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_49 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %747 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %748 = stablehlo.add %arg249, %747 : tensor<2048xbf16>
    %749 = stablehlo.rsqrt %748 : tensor<2048xbf16>
    %750 = stablehlo.multiply %arg246, %749 : tensor<2048xbf16>
    %751 = stablehlo.broadcast_in_dim %arg248, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %752 = stablehlo.broadcast_in_dim %751, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %753 = stablehlo.subtract %746, %752 : tensor<1x7x7x2048xbf16>
    %754 = stablehlo.broadcast_in_dim %750, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %755 = stablehlo.broadcast_in_dim %754, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %756 = stablehlo.multiply %753, %755 : tensor<1x7x7x2048xbf16>
    %757 = stablehlo.broadcast_in_dim %arg247, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %758 = stablehlo.broadcast_in_dim %757, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %759 = stablehlo.add %756, %758 : tensor<1x7x7x2048xbf16>
    %760 = stablehlo.add %759, %715 : tensor<1x7x7x2048xbf16>
    %761 = call @relu_10(%760) : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %762 = stablehlo.convolution(%761, %arg250) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x2048xbf16>, tensor<1x1x2048x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_50 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %763 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %764 = stablehlo.add %arg254, %763 : tensor<512xbf16>
    %765 = stablehlo.rsqrt %764 : tensor<512xbf16>
    %766 = stablehlo.multiply %arg251, %765 : tensor<512xbf16>
    %767 = stablehlo.broadcast_in_dim %arg253, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %768 = stablehlo.broadcast_in_dim %767, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %769 = stablehlo.subtract %762, %768 : tensor<1x7x7x512xbf16>
    %770 = stablehlo.broadcast_in_dim %766, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %771 = stablehlo.broadcast_in_dim %770, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %772 = stablehlo.multiply %769, %771 : tensor<1x7x7x512xbf16>
    %773 = stablehlo.broadcast_in_dim %arg252, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %774 = stablehlo.broadcast_in_dim %773, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %775 = stablehlo.add %772, %774 : tensor<1x7x7x512xbf16>
    %776 = call @relu_9(%775) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %777 = stablehlo.convolution(%776, %arg255) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<3x3x512x512xbf16>) -> tensor<1x7x7x512xbf16>
    %cst_51 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %778 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<bf16>) -> tensor<512xbf16>
    %779 = stablehlo.add %arg259, %778 : tensor<512xbf16>
    %780 = stablehlo.rsqrt %779 : tensor<512xbf16>
    %781 = stablehlo.multiply %arg256, %780 : tensor<512xbf16>
    %782 = stablehlo.broadcast_in_dim %arg258, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %783 = stablehlo.broadcast_in_dim %782, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %784 = stablehlo.subtract %777, %783 : tensor<1x7x7x512xbf16>
    %785 = stablehlo.broadcast_in_dim %781, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %786 = stablehlo.broadcast_in_dim %785, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %787 = stablehlo.multiply %784, %786 : tensor<1x7x7x512xbf16>
    %788 = stablehlo.broadcast_in_dim %arg257, dims = [3] : (tensor<512xbf16>) -> tensor<1x1x1x512xbf16>
    %789 = stablehlo.broadcast_in_dim %788, dims = [0, 1, 2, 3] : (tensor<1x1x1x512xbf16>) -> tensor<1x7x7x512xbf16>
    %790 = stablehlo.add %787, %789 : tensor<1x7x7x512xbf16>
    %791 = call @relu_9(%790) : (tensor<1x7x7x512xbf16>) -> tensor<1x7x7x512xbf16>
    %792 = stablehlo.convolution(%791, %arg260) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x7x7x512xbf16>, tensor<1x1x512x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %cst_52 = stablehlo.constant dense<1.001360e-05> : tensor<bf16>
    %793 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<bf16>) -> tensor<2048xbf16>
    %794 = stablehlo.add %arg264, %793 : tensor<2048xbf16>
    %795 = stablehlo.rsqrt %794 : tensor<2048xbf16>
    %796 = stablehlo.multiply %arg261, %795 : tensor<2048xbf16>
    %797 = stablehlo.broadcast_in_dim %arg263, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %798 = stablehlo.broadcast_in_dim %797, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %799 = stablehlo.subtract %792, %798 : tensor<1x7x7x2048xbf16>
    %800 = stablehlo.broadcast_in_dim %796, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %801 = stablehlo.broadcast_in_dim %800, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %802 = stablehlo.multiply %799, %801 : tensor<1x7x7x2048xbf16>
    %803 = stablehlo.broadcast_in_dim %arg262, dims = [3] : (tensor<2048xbf16>) -> tensor<1x1x1x2048xbf16>
    %804 = stablehlo.broadcast_in_dim %803, dims = [0, 1, 2, 3] : (tensor<1x1x1x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %805 = stablehlo.add %802, %804 : tensor<1x7x7x2048xbf16>
    %806 = stablehlo.add %805, %761 : tensor<1x7x7x2048xbf16>
    %807 = call @relu_10(%806) : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xbf16>
    %808 = stablehlo.convert %807 : (tensor<1x7x7x2048xbf16>) -> tensor<1x7x7x2048xf32>
    %cst_53 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %809 = stablehlo.reduce(%808 init: %cst_53) applies stablehlo.add across dimensions = [1, 2] : (tensor<1x7x7x2048xf32>, tensor<f32>) -> tensor<1x2048xf32>
    %cst_54 = stablehlo.constant dense<4.900000e+01> : tensor<f32>
    %810 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<1x2048xf32>
    %811 = stablehlo.divide %809, %810 : tensor<1x2048xf32>
    %812 = stablehlo.convert %811 : (tensor<1x2048xf32>) -> tensor<1x2048xbf16>
    %813 = stablehlo.dot_general %812, %arg265, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x2048xbf16>, tensor<2048x1000xbf16>) -> tensor<1x1000xbf16>
    %814 = stablehlo.broadcast_in_dim %arg266, dims = [1] : (tensor<1000xbf16>) -> tensor<1x1000xbf16>
    %815 = stablehlo.add %813, %814 : tensor<1x1000xbf16>
    return %815 : tensor<1x1000xbf16>
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
