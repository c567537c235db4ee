"""Files that PyTorch's exporter does not write: other places and types of weights, other operators."""

import re
from dataclasses import dataclass, field
from typing import Callable

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper, parser
from onnx.external_data_helper import set_external_data

MICROSOFT = 'com.microsoft'


@dataclass
class Handmade:
    name: str
    shows: str
    params: dict
    """Name to shape; a name that ends in `scale` or `variance` gets positive values."""
    graph: str
    """The graph in ONNX's text syntax, without its initializers."""
    expected: Callable
    """The outputs of float32 `params` (a dict) and the inputs, in torch."""
    inputs: Callable
    patterns: str
    """As in case.py."""
    sizes: dict = field(default_factory=dict)
    opset: int = 14
    ir: int = 8
    write: Callable = None
    """(model, params, path): adds the parameters and writes; by default as initializers with raw data."""
    checked: bool = True
    tolerance: float = 1e-5


def draw(case: Handmade, seed: int) -> dict:
    rng = np.random.default_rng(seed)
    params = {}
    for name, shape in case.params.items():
        if name.endswith(('scale', 'variance')):
            params[name] = rng.uniform(0.5, 1.5, shape).astype(np.float32)
        else:
            fan_in = np.prod(shape[1:]) if len(shape) > 1 else 10
            params[name] = (rng.standard_normal(shape) * (2 / fan_in) ** 0.5).astype(np.float32)
    return params


def write_handmade(case: Handmade, params: dict, path) -> None:
    graph = parsed(case.graph)
    opsets = [helper.make_opsetid('', case.opset)]
    if any(node.domain == MICROSOFT for node in graph.node):
        opsets.append(helper.make_opsetid(MICROSOFT, 1))
    model = helper.make_model(graph, opset_imports=opsets, ir_version=case.ir, producer_name='perm-lmc fixtures')
    (case.write or write_initializers)(model, params, path)


def parsed(text: str):
    """The graph of a text; the parser takes no dots in names, so they are hidden from it."""
    graph = parser.parse_graph(re.sub(r'(?<!com)(?<!com\.microsoft)(?<!local)(?<=[a-z\d])\.(?=[A-Za-z])', '__', text))
    show_dots(graph)
    return graph


def show_dots(graph) -> None:
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [name.replace('__', '.') for name in names]
        for attribute in node.attribute:
            show_dots(attribute.g)


def write_initializers(model, params, path):
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in params.items())
    onnx.save(model, str(path))


def write_if(model, params, path):
    """Puts the parameters that begin with `branch` into the branches, one of them as a Constant."""
    for name, array in params.items():
        tensor = numpy_helper.from_array(array, name)
        if not name.startswith('branch'):
            model.graph.initializer.append(tensor)
    for node in model.graph.node:
        for attribute in node.attribute if node.op_type == 'If' else []:
            used = {name for inner in attribute.g.node for name in inner.input}
            for name in sorted(used & params.keys()):
                tensor = numpy_helper.from_array(params[name], name)
                if name == 'branch.bias':
                    attribute.g.node.insert(0, helper.make_node('Constant', [], [name], value=tensor))
                elif name.startswith('branch'):
                    attribute.g.initializer.append(tensor)
    model.graph.initializer.append(numpy_helper.from_array(np.array(False), 'training'))
    onnx.save(model, str(path))


def write_functions(model, params, path):
    """Adds the functions Dense (with an attribute) and Mlp, which calls Dense."""
    leaky = helper.make_node('LeakyRelu', ['h'], ['y'])
    alpha = leaky.attribute.add(name='alpha', type=onnx.AttributeProto.FLOAT)
    alpha.ref_attr_name = 'slope'
    dense = helper.make_function(
        'local', 'Dense', ['x', 'w', 'b'], ['y'],
        [helper.make_node('Gemm', ['x', 'w', 'b'], ['h'], transB=1), leaky],
        [helper.make_opsetid('', 14)], ['slope'],
    )  # fmt: skip
    mlp = helper.make_function(
        'local', 'Mlp', ['x', 'w1', 'b1', 'w2', 'b2'], ['y'],
        [
            helper.make_node('Dense', ['x', 'w1', 'b1'], ['h'], domain='local', slope=0.2),
            helper.make_node('Dense', ['h', 'w2', 'b2'], ['y'], domain='local', slope=0.1),
        ],
        [helper.make_opsetid('', 14), helper.make_opsetid('local', 1)], [],
    )  # fmt: skip
    model.functions.extend([dense, mlp])
    model.opset_import.append(helper.make_opsetid('local', 1))
    write_initializers(model, params, path)


def write_constants(model, params, path):
    nodes = [
        helper.make_node('Constant', [], [name], value=numpy_helper.from_array(array, f'{name}_value'))
        for name, array in params.items()
        if name != 'fc2.bias'
    ]
    nodes.append(helper.make_node('Constant', [], ['fc2.bias'], value_floats=params['fc2.bias'].tolist()))
    nodes.extend(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(path))


def write_as_inputs(model, params, path):
    model.graph.input.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape) for name, array in params.items()
    )
    write_initializers(model, params, path)


def write_typed(to, dtype):
    """Initializers of another type; the first with raw data, the others in the typed field."""

    def write(model, params, path):
        for index, (name, array) in enumerate(params.items()):
            bits = encoded(array, dtype)
            if index == 0:
                tensor = helper.make_tensor(name, to, array.shape, bits.tobytes(), raw=True)
            else:
                tensor = TensorProto(name=name, data_type=to, dims=array.shape)
                (tensor.double_data if to == TensorProto.DOUBLE else tensor.int32_data).extend(bits.ravel().tolist())
            model.graph.initializer.append(tensor)
        onnx.save(model, str(path))

    return write


def encoded(array, dtype):
    """float64 values, or the 16 bits of float16 and bfloat16 (cut, not rounded)."""
    if dtype == 'float64':
        return array.astype(np.float64)
    if dtype == 'float16':
        return array.astype(np.float16).view(np.uint16)
    return (array.view(np.uint32) >> 16).astype(np.uint16)


def rounded(params, dtype):
    if dtype == 'float16':
        return {name: p.half().float() for name, p in params.items()}
    bits = {name: p.numpy().view(np.uint32) & 0xFFFF0000 for name, p in params.items()}
    return {name: torch.from_numpy(array.view(np.float32)) for name, array in bits.items()}


def write_float_data(model, params, path):
    for name, array in params.items():
        model.graph.initializer.append(helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.ravel().tolist()))
    model.graph.initializer.append(helper.make_tensor('shape', TensorProto.INT64, [2], [0, -1]))
    model.graph.initializer.append(helper.make_tensor('axis', TensorProto.INT32, [], [1]))
    onnx.save(model, str(path))


def write_two_files(model, params, path):
    """The first parameters in one file, the last in another, the second of each file at an offset."""
    blobs = {f'{path.stem}.1.bin': b'', f'{path.stem}.2.bin': b''}
    for index, (name, array) in enumerate(params.items()):
        location = list(blobs)[index // 2]
        tensor = numpy_helper.from_array(array, name)
        if index < 3:
            offset = -(-len(blobs[location]) // 64) * 64
            set_external_data(tensor, location, offset=offset, length=array.nbytes)
            blobs[location] = blobs[location].ljust(offset, b'\0') + array.tobytes()
            tensor.ClearField('raw_data')
        model.graph.initializer.append(tensor)
    for location, blob in blobs.items():
        (path.parent / location).write_bytes(blob)
    onnx.save(model, str(path))


def write_lifted(model, params, path):
    """As torch.onnx.export(dynamo=True): lifted constants, one external file."""
    model.producer_name = 'pytorch'
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in params.items())
    model.graph.initializer.append(numpy_helper.from_array(np.array([0, -1, 2, 3], np.int64), 'val_3'))
    model.graph.initializer.append(numpy_helper.from_array(np.array(3**-0.5, np.float32), 'val_11'))
    (path.parent / f'{path.name}.data').unlink(missing_ok=True)
    onnx.save(model, str(path), save_as_external_data=True, location=f'{path.name}.data', size_threshold=100)


def write_quantised(model, params, path):
    """Adds the zero points; the scales are parameters."""
    points = {'x_zero': np.uint8(120), 'h_zero': np.uint8(7), 'fc1.zero': np.zeros(6, np.int8), 'fc2.zero': np.int8(3)}
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(v), name) for name, v in points.items())
    steps = {name: array / np.float32(50) for name, array in params.items() if name.endswith('scale')}
    write_initializers(model, {**params, **steps}, path)


# Expected outputs


def mlp(p, x):
    return F.linear(F.relu(F.linear(x, p['fc1.weight'], p['fc1.bias'])), p['fc2.weight'], p['fc2.bias'])


def leaky_mlp(p, x):
    x = F.leaky_relu(F.linear(x, p['fc1.weight'], p['fc1.bias']), 0.2)
    x = F.leaky_relu(F.linear(x, p['fc2.weight'], p['fc2.bias']), 0.1)
    return F.leaky_relu(F.linear(x, p['fc3.weight'], p['fc3.bias']), 0.3)


def constant_if(p, x):
    x = F.relu(F.linear(x, p['fc1.weight'], p['fc1.bias']))
    x = torch.tanh(F.linear(x, p['branch.weight'], p['branch.bias']))
    return F.linear(x, p['fc2.weight'])


def old_convolution(p, x):
    x = F.conv2d(x, p['conv.weight'], p['conv.bias'], padding=1)
    x = F.batch_norm(x, p['bn.mean'], p['bn.variance'], p['bn.scale'], p['bn.bias'])
    x = F.pad(x.clamp(0, 6), (1, 1, 1, 1), value=0.5)[:, :, 1:, 1:]
    x = F.max_pool2d(x, 2)
    x = F.interpolate(x, scale_factor=2, mode='nearest').mean(2)
    return F.linear(x.flatten(1), p['fc.weight'], p['fc.bias']).softmax(1)


def fake_quantised(x, scale, zero, low, high):
    return (torch.clamp(torch.round(x / scale) + zero, low, high) - zero) * scale


def quantised_mlp(p, x):
    scale = {name: value / 50 for name, value in p.items() if name.endswith('scale')}
    x = fake_quantised(x, scale['x_scale'], 120, 0, 255)
    w1 = fake_quantised(p['fc1.weight'], scale['fc1.scale'][:, None], 0, -128, 127)
    h = fake_quantised(F.relu(F.linear(x, w1, p['fc1.bias'])), scale['h_scale'], 7, 0, 255)
    return F.linear(h, fake_quantised(p['fc2.weight'], scale['fc2.scale'], 3, -128, 127), p['fc2.bias'])


def microsoft_encoder(p, ids):
    ids = ids.long()
    x = p['word.weight'][ids] + p['position.weight'][: ids.shape[1]] + p['type.weight'][0]
    x = F.layer_norm(x, (8,), p['norm0.scale'], p['norm0.bias'], 1e-5)
    q, k, v = (part.view(*ids.shape, 2, 4).transpose(1, 2)
               for part in (x @ p['qkv.weight'] + p['qkv.bias']).split(8, -1))  # fmt: skip
    out = ((q @ k.transpose(-2, -1) / 2).softmax(-1) @ v).transpose(1, 2).flatten(2) @ p['out.weight']
    x = F.layer_norm(out + x + p['out.bias'], (8,), p['norm1.scale'], p['norm1.bias'], 1e-5)
    y = F.gelu(x @ p['up.weight'] + p['up.bias']) @ p['down.weight']
    x = F.layer_norm(y + x + p['down.bias'], (8,), p['norm2.scale'], p['norm2.bias'], 1e-5)
    return x @ p['head.weight']


def tanh_gelu(x):
    return 0.5 * x * (1 + torch.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)))


def microsoft_mlp(p, x):
    x = F.gelu(0.5 * x @ p['a.weight'].t())
    x = tanh_gelu(x @ p['b.weight'] + p['b.bias'])
    x = x @ p['c.weight']
    x = x * torch.sigmoid(1.702 * x)
    x = F.leaky_relu(F.linear(x, p['d.weight'], p['d.bias']), 0.1)
    return tanh_gelu(x @ p['e.weight'])


def microsoft_convolution(p, x):
    x = F.relu(F.conv2d(x, p['conv1.weight'], p['conv1.bias'], padding=1))
    y = F.leaky_relu(F.conv2d(x, p['conv2.weight'], p['conv2.bias'], padding=1), 0.2)
    x = F.relu(F.conv2d(y, p['conv3.weight'], p['conv3.bias']) + x)
    return x.mean((2, 3)) @ p['fc.weight']


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight


def simplified(p, x):
    residual = x @ p['in.weight']
    y = rms_norm(residual, p['norm0.scale']) @ p['up.weight']
    y = y * torch.sigmoid(y) @ p['down.weight']
    x = rms_norm(y + residual, p['norm1.scale'])
    return x @ p['head.weight']


def lifted(p, x):
    """One attention without output projection; norm.weight serves two norms that had equal scales."""
    y = F.layer_norm(x, (6,), p['norm1.weight'], p['norm1.bias'])
    q, k, v = ((y @ p[f'val_{n}'] + p[f'{n}_proj.bias']).view(2, -1, 2, 3).transpose(1, 2) for n in 'qkv')
    y = ((q @ k.transpose(-2, -1) * 3**-0.5).softmax(-1) @ v).transpose(1, 2).flatten(2)
    x = F.layer_norm(x + y, (6,), p['norm1.weight'], p['norm2.bias'])
    return F.linear(F.linear(x[:, 0], p['fc1.weight'], p['fc1.bias']).relu(), p['fc2.weight'], p['fc2.bias'])


def recurrent(p, x):
    """GRU in both directions that resets before the product, then an LSTM backwards with peepholes."""
    lengths = [4, 3]
    steps, batch, _ = x.shape
    outputs = torch.zeros(steps, 2, batch, 4)
    for b, length in enumerate(lengths):
        for d, times in enumerate((range(length), reversed(range(length)))):
            h = torch.zeros(4)
            wb, rb = p['gru.B'][d].split(12)
            for t in times:
                wz, wr, wh = (p['gru.W'][d] @ x[t, b] + wb).split(4)
                rz, rr, rh = p['gru.R'][d].split(4)
                bz, br, bh = rb.split(4)
                z, r = torch.sigmoid(wz + rz @ h + bz), torch.sigmoid(wr + rr @ h + br)
                h = (1 - z) * torch.tanh(wh + rh @ (r * h) + bh) + z * h
                outputs[t, d, b] = h
    y = outputs.transpose(1, 2).flatten(2)
    h, c = torch.zeros(batch, 3), torch.zeros(batch, 3)
    pi, po, pf = p['lstm.P'][0].split(3)
    for t in reversed(range(steps)):
        gates = y[t] @ p['lstm.W'][0].t() + h @ p['lstm.R'][0].t() + p['lstm.B'][0].view(2, 12).sum(0)
        i, o, f, g = gates.split(3, 1)
        i, f = torch.sigmoid(i + pi * c), torch.sigmoid(f + pf * c)
        c = f * c + i * torch.tanh(g)
        o = torch.sigmoid(o + po * c)
        h = o * torch.tanh(c)
    return h @ p['fc.weight']


def row(batch=3, width=4):
    return lambda: (torch.randn(batch, width),)


MLP = {'fc1.weight': (6, 4), 'fc1.bias': (6,), 'fc2.weight': (3, 6), 'fc2.bias': (3,)}
MLP_PATTERNS = '''
fc1.weight: h _
fc1.bias: h
fc2.weight: _ h
fc2.bias: _
'''
MLP_NODES = '''
    z = Gemm<transB = 1>(x, fc1.weight, fc1.bias)
    h = Relu(z)
    y = Gemm<transB = 1>(h, fc2.weight, fc2.bias)
'''


def mlp_graph(nodes=MLP_NODES):
    return f'mlp (float[N, 4] x) => (float[N, 3] y) {{ {nodes} }}'


def typed_graph(name):
    return mlp_graph(f'''
        u = Cast<to = {name}>(x)
        z = Gemm<transB = 1>(u, fc1.weight, fc1.bias)
        h = Relu(z)
        v = Gemm<transB = 1>(h, fc2.weight, fc2.bias)
        y = Cast<to = 1>(v)
    ''')


CASES = [
    Handmade(
        'if', 'If on a constant initializer and on a computed constant; weights inside branches, as initializers and Constant',
        {'fc1.weight': (6, 4), 'fc1.bias': (6,), 'branch.weight': (5, 6), 'branch.bias': (5,), 'fc2.weight': (3, 5),
         'branch.other': (6, 6)},
        '''
        g (float[N, 4] x) => (float[N, 3] y) {
            h = If (training) <
                then_branch = dropped () => (float[N, 6] a) {
                    a0 = Gemm<transB = 1>(x, fc1.weight, fc1.bias)
                    a1 = MatMul(a0, branch.other)
                    a = Relu(a1)
                },
                else_branch = kept () => (float[N, 6] b) {
                    b0 = Gemm<transB = 1>(x, fc1.weight, fc1.bias)
                    b = Relu(b0)
                }
            >
            evaluating = Not(training)
            i = If (evaluating) <
                then_branch = taken () => (float[N, 5] c) {
                    c0 = Gemm<transB = 1>(h, branch.weight, branch.bias)
                    c = Tanh(c0)
                },
                else_branch = passed () => (float[N, 6] d) { d = Identity(h) }
            >
            w = Transpose<perm = [1, 0]>(fc2.weight)
            y = MatMul(i, w)
        }
        ''', constant_if, row(),
        '''
        fc1.weight: h _
        fc1.bias: h
        branch.weight: b h
        branch.bias: b
        fc2.weight: _ b
        branch.other: _ _
        ''', write=write_if,
    ),
    Handmade(
        'functions', 'local functions: one called twice, one that calls another, an attribute as a reference',
        {'fc1.weight': (6, 4), 'fc1.bias': (6,), 'fc2.weight': (5, 6), 'fc2.bias': (5,), 'fc3.weight': (3, 5), 'fc3.bias': (3,)},
        '''
        g (float[N, 4] x) => (float[N, 3] y) {
            h = local.Mlp(x, fc1.weight, fc1.bias, fc2.weight, fc2.bias)
            y = local.Dense<slope = 0.3>(h, fc3.weight, fc3.bias)
        }
        ''', leaky_mlp, row(),
        '''
        fc1.weight: a _
        fc1.bias: a
        fc2.weight: b a
        fc2.bias: b
        fc3.weight: _ b
        fc3.bias: _
        ''', write=write_functions,
    ),
    Handmade(
        'constants', 'all weights as Constant nodes, no initializers; value_floats',
        MLP, mlp_graph(), mlp, row(), MLP_PATTERNS, opset=13, ir=7, write=write_constants,
    ),
    Handmade(
        'ir3', 'IR 3 and opset 8: initializers are graph inputs too; Clip, Pad, Slice, Upsample, Squeeze, Softmax of that time',
        {'conv.weight': (4, 2, 3, 3), 'conv.bias': (4,), 'bn.scale': (4,), 'bn.bias': (4,), 'bn.mean': (4,),
         'bn.variance': (4,), 'fc.weight': (3, 24), 'fc.bias': (3,)},
        '''
        g (float[2, 2, 6, 6] x) => (float[2, 3] y) {
            c = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(x, conv.weight, conv.bias)
            n = BatchNormalization<epsilon = 1e-5>(c, bn.scale, bn.bias, bn.mean, bn.variance)
            r = Clip<min = 0.0, max = 6.0>(n)
            p = Pad<pads = [0, 0, 1, 1, 0, 0, 1, 1], value = 0.5>(r)
            s = Slice<axes = [2, 3], starts = [1, 1], ends = [100, 8]>(p)
            m = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(s)
            u = Upsample<scales = [1.0, 1.0, 2.0, 2.0]>(m)
            k = ReduceMean<axes = [2], keepdims = 1>(u)
            q = Squeeze<axes = [2]>(k)
            d = Dropout<ratio = 0.5>(q)
            f = Flatten(d)
            l = Gemm<transB = 1>(f, fc.weight, fc.bias)
            y = Softmax(l)
        }
        ''', old_convolution, lambda: (torch.randn(2, 2, 6, 6),),
        '''
        conv.weight: c _ _ _
        {conv.bias,bn.scale,bn.bias,bn.mean,bn.variance}: c
        fc.weight: _ (c 6)
        fc.bias: _
        ''', opset=8, ir=3, write=write_as_inputs,
    ),
    Handmade(
        'float16', 'float16 weights and arithmetic; raw data and int32_data',
        MLP, typed_graph('10'), lambda p, x: mlp(rounded(p, 'float16'), x), row(), MLP_PATTERNS,
        write=write_typed(TensorProto.FLOAT16, 'float16'), tolerance=1e-2,
    ),
    Handmade(
        'bfloat16', 'bfloat16 weights, cast to float32 before use',
        MLP, mlp_graph('''
            w1 = Cast<to = 1>(fc1.weight)
            b1 = Cast<to = 1>(fc1.bias)
            w2 = Cast<to = 1>(fc2.weight)
            b2 = Cast<to = 1>(fc2.bias)
            z = Gemm<transB = 1>(x, w1, b1)
            h = Relu(z)
            y = Gemm<transB = 1>(h, w2, b2)
        '''), lambda p, x: mlp(rounded(p, 'bfloat16'), x), row(), MLP_PATTERNS,
        write=write_typed(TensorProto.BFLOAT16, 'bfloat16'),
    ),
    Handmade(
        'float64', 'float64 weights and arithmetic; raw data and double_data',
        MLP, typed_graph('11'), mlp, row(), MLP_PATTERNS, write=write_typed(TensorProto.DOUBLE, 'float64'),
    ),
    Handmade(
        'floatdata', 'float_data, int64_data and int32_data instead of raw data',
        MLP, mlp_graph('''
            r = Reshape(x, shape)
            z = Gemm<transB = 1>(r, fc1.weight, fc1.bias)
            h = Relu(z)
            s = CumSum<exclusive = 0>(h, axis)
            t = CumSum<reverse = 1>(h, axis)
            u = Add(s, t)
            v = Sub(u, h)
            total = ReduceMean<axes = [1], keepdims = 1>(v)
            w = Mul(h, total)
            y = Gemm<transB = 1>(w, fc2.weight, fc2.bias)
        '''), lambda p, x: gated_by_sum(p, x), row(), MLP_PATTERNS, write=write_float_data,
    ),
    Handmade(
        'external', 'external data in two files, offsets aligned to 64 bytes; one weight inside',
        MLP, mlp_graph(), mlp, row(), MLP_PATTERNS, write=write_two_files,
    ),
    Handmade(
        'qdq', 'QuantizeLinear and DequantizeLinear around activations and float weights, per tensor and per channel',
        {**MLP, 'x_scale': (), 'h_scale': (), 'fc1.scale': (6,), 'fc2.scale': ()},
        mlp_graph('''
            xq = QuantizeLinear(x, x_scale, x_zero)
            xd = DequantizeLinear(xq, x_scale, x_zero)
            w1q = QuantizeLinear<axis = 0>(fc1.weight, fc1.scale, fc1.zero)
            w1 = DequantizeLinear<axis = 0>(w1q, fc1.scale, fc1.zero)
            z = Gemm<transB = 1>(xd, w1, fc1.bias)
            h = Relu(z)
            hq = QuantizeLinear(h, h_scale, h_zero)
            hd = DequantizeLinear(hq, h_scale, h_zero)
            w2q = QuantizeLinear(fc2.weight, fc2.scale, fc2.zero)
            w2 = DequantizeLinear(w2q, fc2.scale, fc2.zero)
            y = Gemm<transB = 1>(hd, w2, fc2.bias)
        '''), quantised_mlp, row(),
        MLP_PATTERNS + '''
        fc1.scale: h
        {x_scale,h_scale,fc2.scale}:
        ''', opset=13, write=write_quantised, tolerance=0.1,
    ),
    Handmade(
        'msencoder', 'com.microsoft: EmbedLayerNormalization, Attention, SkipLayerNormalization, BiasGelu; I32 input',
        {'word.weight': (11, 8), 'position.weight': (6, 8), 'type.weight': (2, 8), 'norm0.scale': (8,), 'norm0.bias': (8,),
         'qkv.weight': (8, 24), 'qkv.bias': (24,), 'out.weight': (8, 8), 'out.bias': (8,), 'norm1.scale': (8,),
         'norm1.bias': (8,), 'up.weight': (8, 12), 'up.bias': (12,), 'down.weight': (12, 8), 'down.bias': (8,),
         'norm2.scale': (8,), 'norm2.bias': (8,), 'head.weight': (8, 3)},
        '''
        g (int32[2, 5] ids) => (float[2, 5, 3] y) {
            types = Sub(ids, ids)
            x, mask = com.microsoft.EmbedLayerNormalization<epsilon = 1e-5>(
                ids, types, word.weight, position.weight, type.weight, norm0.scale, norm0.bias)
            a = com.microsoft.Attention<num_heads = 2>(x, qkv.weight, qkv.bias)
            o = MatMul(a, out.weight)
            n = com.microsoft.SkipLayerNormalization<epsilon = 1e-5>(o, x, norm1.scale, norm1.bias, out.bias)
            u = MatMul(n, up.weight)
            g = com.microsoft.BiasGelu(u, up.bias)
            d = MatMul(g, down.weight)
            m = com.microsoft.SkipLayerNormalization<epsilon = 1e-5>(d, n, norm2.scale, norm2.bias, down.bias)
            y = MatMul(m, head.weight)
        }
        ''', microsoft_encoder, lambda: (torch.randint(11, (2, 5), dtype=torch.int32),),
        '''
        {word,position,type}.weight: _ e
        norm#.*: e
        qkv.weight: e (h d[h] + h d[h] + h v[h])
        qkv.bias: (h d[h] + h d[h] + h v[h])
        out.weight: (h v[h]) e
        {out,down}.bias: e
        up.weight: e f
        up.bias: f
        down.weight: f e
        head.weight: e _
        ''', sizes={'h': 2},
    ),
    Handmade(
        'msmlp', 'com.microsoft: FusedMatMul (alpha, transB), Gelu, FastGelu with and without bias, QuickGelu, FusedGemm',
        {'a.weight': (6, 4), 'b.weight': (6, 5), 'b.bias': (5,), 'c.weight': (5, 7), 'd.weight': (4, 7), 'd.bias': (4,),
         'e.weight': (4, 3)},
        '''
        g (float[3, 4] x) => (float[3, 3] y) {
            a0 = com.microsoft.FusedMatMul<alpha = 0.5, transB = 1>(x, a.weight)
            a1 = com.microsoft.Gelu(a0)
            b0 = com.microsoft.FusedMatMul(a1, b.weight)
            b1 = com.microsoft.FastGelu(b0, b.bias)
            c0 = MatMul(b1, c.weight)
            c1 = com.microsoft.QuickGelu<alpha = 1.702>(c0)
            d0 = com.microsoft.FusedGemm<transB = 1, activation = "LeakyRelu", activation_alpha = 0.1>(c1, d.weight, d.bias)
            e0 = MatMul(d0, e.weight)
            y = com.microsoft.FastGelu(e0)
        }
        ''', microsoft_mlp, row(),
        '''
        a.weight: a _
        b.weight: a b
        b.bias: b
        c.weight: b c
        d.weight: d c
        d.bias: d
        e.weight: d _
        ''', tolerance=1e-4,
    ),
    Handmade(
        'msconv', 'com.microsoft: FusedConv with Relu, with LeakyRelu, and with a sum',
        {'conv1.weight': (4, 2, 3, 3), 'conv1.bias': (4,), 'conv2.weight': (5, 4, 3, 3), 'conv2.bias': (5,),
         'conv3.weight': (4, 5, 1, 1), 'conv3.bias': (4,), 'fc.weight': (4, 3)},
        '''
        g (float[2, 2, 6, 6] x) => (float[2, 3] y) {
            a = com.microsoft.FusedConv<kernel_shape = [3, 3], pads = [1, 1, 1, 1], activation = "Relu">(
                x, conv1.weight, conv1.bias)
            b = com.microsoft.FusedConv<kernel_shape = [3, 3], pads = [1, 1, 1, 1], activation = "LeakyRelu",
                activation_params = [0.2]>(a, conv2.weight, conv2.bias)
            c = com.microsoft.FusedConv<kernel_shape = [1, 1], activation = "Relu">(b, conv3.weight, conv3.bias, a)
            m = ReduceMean<axes = [2, 3], keepdims = 0>(c)
            y = MatMul(m, fc.weight)
        }
        ''', microsoft_convolution, lambda: (torch.randn(2, 2, 6, 6),),
        '''
        conv1.weight: a _ _ _
        conv1.bias: a
        conv2.weight: b a _ _
        conv2.bias: b
        conv3.weight: a b _ _
        conv3.bias: a
        fc.weight: a _
        ''',
    ),
    Handmade(
        'msrms', 'SimplifiedLayerNormalization, and SkipSimplifiedLayerNormalization of com.microsoft (RMS norm)',
        {'in.weight': (4, 6), 'norm0.scale': (6,), 'up.weight': (6, 7), 'down.weight': (7, 6), 'norm1.scale': (6,),
         'head.weight': (6, 3)},
        '''
        g (float[2, 3, 4] x) => (float[2, 3, 3] y) {
            r = MatMul(x, in.weight)
            n = SimplifiedLayerNormalization<axis = -1, epsilon = 1e-5, stash_type = 1>(r, norm0.scale)
            u = MatMul(n, up.weight)
            s = Sigmoid(u)
            g = Mul(u, s)
            d = MatMul(g, down.weight)
            m = com.microsoft.SkipSimplifiedLayerNormalization<epsilon = 1e-5>(d, r, norm1.scale)
            y = MatMul(m, head.weight)
        }
        ''', simplified, lambda: (torch.randn(2, 3, 4),),
        '''
        in.weight: _ e
        norm#.scale: e
        up.weight: e f
        down.weight: f e
        head.weight: e _
        ''', checked=False,
    ),
    Handmade(
        'lifted', 'in the style of torch.onnx.export(dynamo=True): val_N, one scale for two norms, x.onnx.data',
        {'norm1.weight': (6,), 'norm1.bias': (6,), 'norm2.bias': (6,), 'val_q': (6, 6), 'val_k': (6, 6), 'val_v': (6, 6),
         'q_proj.bias': (6,), 'k_proj.bias': (6,), 'v_proj.bias': (6,), 'fc1.weight': (7, 6), 'fc1.bias': (7,),
         'fc2.weight': (3, 7), 'fc2.bias': (3,)},
        '''
        main_graph (float[2, s, 6] x) => (float[2, 3] y) {
            layer_norm = LayerNormalization<axis = -1, epsilon = 1e-5, stash_type = 1>(x, norm1.weight, norm1.bias)
            val_0 = MatMul(layer_norm, val_q)
            linear = Add(val_0, q_proj.bias)
            val_1 = MatMul(layer_norm, val_k)
            linear_1 = Add(val_1, k_proj.bias)
            val_2 = MatMul(layer_norm, val_v)
            linear_2 = Add(val_2, v_proj.bias)
            view = Reshape<allowzero = 0>(linear, val_3)
            transpose = Transpose<perm = [0, 2, 1, 3]>(view)
            view_1 = Reshape<allowzero = 0>(linear_1, val_3)
            transpose_1 = Transpose<perm = [0, 2, 3, 1]>(view_1)
            view_2 = Reshape<allowzero = 0>(linear_2, val_3)
            transpose_2 = Transpose<perm = [0, 2, 1, 3]>(view_2)
            matmul = MatMul(transpose, transpose_1)
            mul = Mul(matmul, val_11)
            softmax = Softmax<axis = -1>(mul)
            matmul_1 = MatMul(softmax, transpose_2)
            transpose_3 = Transpose<perm = [0, 2, 1, 3]>(matmul_1)
            shape = Constant<value_ints = [0, -1, 6]>()
            view_3 = Reshape<allowzero = 0>(transpose_3, shape)
            add = Add(x, view_3)
            layer_norm_1 = LayerNormalization<axis = -1, epsilon = 1e-5, stash_type = 1>(add, norm1.weight, norm2.bias)
            index = Constant<value_int = 0>()
            select = Gather<axis = 1>(layer_norm_1, index)
            linear_3 = Gemm<beta = 1.0, transB = 1, alpha = 1.0, transA = 0>(select, fc1.weight, fc1.bias)
            relu = Relu(linear_3)
            y = Gemm<beta = 1.0, transB = 1, alpha = 1.0, transA = 0>(relu, fc2.weight, fc2.bias)
        }
        ''', lifted, lambda: (torch.randn(2, 4, 6),),
        '''
        norm1.weight: _
        {norm1,norm2}.bias: _
        {val_q,val_k}: _ (c + d)
        {q_proj,k_proj}.bias: (c + d)
        val_v: _ _
        v_proj.bias: _
        fc1.weight: f _
        fc1.bias: f
        fc2.weight: _ f
        fc2.bias: _
        ''', sizes={'c': 3, 'd': 3}, opset=18, write=write_lifted, checked=False,
    ),
    Handmade(
        'recurrentops', 'GRU with linear_before_reset 0 and sequence_lens, LSTM backwards with peepholes',
        {'gru.W': (2, 12, 5), 'gru.R': (2, 12, 4), 'gru.B': (2, 24), 'lstm.W': (1, 12, 8), 'lstm.R': (1, 12, 3),
         'lstm.B': (1, 24), 'lstm.P': (1, 9), 'fc.weight': (3, 3)},
        '''
        g (float[4, 2, 5] x) => (float[2, 3] y) {
            lengths = Constant<value = int32[2] {4, 3}>()
            g, gh = GRU<hidden_size = 4, direction = "bidirectional">(x, gru.W, gru.R, gru.B, lengths)
            t = Transpose<perm = [0, 2, 1, 3]>(g)
            shape = Constant<value_ints = [4, 2, 8]>()
            r = Reshape(t, shape)
            l, lh, lc = LSTM<hidden_size = 3, direction = "reverse">(r, lstm.W, lstm.R, lstm.B, , , , lstm.P)
            axis = Constant<value_ints = [0]>()
            s = Squeeze(lh, axis)
            y = MatMul(s, fc.weight)
        }
        ''', recurrent, lambda: (torch.randn(4, 2, 5),),
        '''
        gru.W: _ (3 g) _
        gru.R: _ (3 g) g
        gru.B: _ (6 g)
        lstm.W: _ (4 c) (2 g)
        lstm.R: _ (4 c) c
        lstm.B: _ (8 c)
        lstm.P: _ (3 c)
        fc.weight: c _
        ''',
    ),
]


def gated_by_sum(p, x):
    h = F.relu(F.linear(x, p['fc1.weight'], p['fc1.bias']))
    # The sums from both ends meet at each unit once more, so their sum is the sum of all units everywhere.
    return F.linear(h * h.sum(1, keepdim=True), p['fc2.weight'], p['fc2.bias'])
