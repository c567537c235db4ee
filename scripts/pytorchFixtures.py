"""Writes test/fixtures/pytorch: small checkpoints with every feature of torch.save, and their values in safetensors.

    apt-get install python3-torch
    /usr/bin/python3 scripts/pytorchFixtures.py

NAME.pt is read to the tensors of NAME.safetensors, or of another file that the test names. Files that must be refused
have no values. Written with PyTorch 1.13; newer.pt, which needs types of PyTorch 2, with 2.13.
"""

import argparse
import base64
import collections
import io
import json
import os
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).parents[1] / 'test' / 'fixtures' / 'pytorch'
CODES = {
    torch.float64: 'F64', torch.float32: 'F32', torch.float16: 'F16', torch.bfloat16: 'BF16', torch.int64: 'I64',
    torch.int32: 'I32', torch.int16: 'I16', torch.int8: 'I8', torch.uint8: 'U8', torch.bool: 'BOOL',
}
Result = collections.namedtuple('Result', ['loss', 'steps'])


class Evil:
    """Pickled as a call of os.system."""

    def __reduce__(self):
        return os.system, ('touch perm-lmc-was-executed',)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 4)
        self.bn = torch.nn.BatchNorm1d(4)
        self.out = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.bn(self.fc(x)).relu())


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    if hasattr(torch, 'float8_e8m0fnu'):
        return write_newer()
    net = Net()
    state = net.state_dict()
    ema = collections.OrderedDict((name, tensor + 1) for name, tensor in state.items())

    save('state', state)
    oracle('state', state)
    oracle('ema', ema)
    for name, options in {
        'legacy': {'_use_new_zipfile_serialization': False},
        'protocol4': {'pickle_protocol': 4},
        'legacy4': {'_use_new_zipfile_serialization': False, 'pickle_protocol': 4},
    }.items():
        save(name, state, **options)
    save('parameters', collections.OrderedDict(net.named_parameters()))
    oracle('parameters', collections.OrderedDict(net.named_parameters()))
    save('prefixed', {f'module.{name}': tensor for name, tensor in state.items()})
    write_views()
    write_types()
    write_wrappers(net, state, ema)
    write_shards(state)
    write_refused(net, state)
    write_pickles()
    print(sum(file.stat().st_size for file in FOLDER.iterdir()), 'B')


def write_views():
    base = torch.arange(60.0).reshape(3, 4, 5)
    embedding = torch.randn(6, 3)
    tensors = {
        'base': base,
        'slice': base[1:, 1:3],
        'transposed': base.permute(2, 0, 1),
        'column': base[:, :, 2],
        'steps': base[:, ::2, 1::3],
        'expanded': torch.tensor([1.0, 2, 3])[:, None].expand(3, 4),
        'repeated': torch.tensor(7.0).expand(2, 3),
        'windows': torch.arange(6.0).unfold(0, 3, 1),
        'scalar': torch.tensor(2.5),
        'empty': torch.zeros(0, 4),
        'embedding.weight': embedding,
        'head.weight': embedding,
        'diagonal': torch.arange(9.0).reshape(3, 3).diagonal(),
    }
    save('views', tensors)
    save('views_legacy', tensors, _use_new_zipfile_serialization=False)
    oracle('views', tensors)


def write_types():
    floats = torch.tensor([0.0, -1.5, 3.25, 65504.0])
    tensors = {str(dtype).split('.')[1]: floats.to(dtype) for dtype in CODES if dtype.is_floating_point}
    for dtype in (torch.int64, torch.int32, torch.int16, torch.int8):
        tensors[str(dtype).split('.')[1]] = torch.tensor([[-100, 0, 7]], dtype=dtype)
    tensors['uint8'] = torch.tensor([0, 200], dtype=torch.uint8)
    tensors['bool'] = torch.tensor([[True], [False]])
    tensors['bfloat16_t'] = torch.arange(6.0).reshape(2, 3).to(torch.bfloat16).t()
    tensors['half_t'] = torch.arange(6.0).reshape(2, 3).half().t()
    tensors['double_t'] = torch.arange(6.0).reshape(2, 3).double().t()
    tensors['bool_t'] = (torch.arange(6) % 2 == 0).reshape(2, 3).t()
    save('types', tensors)
    save('types_legacy', tensors, _use_new_zipfile_serialization=False)
    oracle('types', tensors)


def write_wrappers(net, state, ema):
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    state = {name: tensor.clone() for name, tensor in state.items()}
    oracle('trained', state)
    save('trainer', {
        'epoch': 3,
        'best': np.float64(0.5),
        'loss': torch.tensor(0.25),
        'args': argparse.Namespace(lr=0.1, path=Path('/data')),
        'history': [Result(0.5, 1), Result(0.25, 2)],
        'seen': {1, 2},
        'rng': torch.get_rng_state()[:16],
        'numpy': np.arange(3),
        'optimizer': optimizer.state_dict(),
        'ema': ema,
        'model': state,
    })
    save('trainer_legacy', {'model': state, 'optimizer': optimizer.state_dict(), 'epoch': 2},
         _use_new_zipfile_serialization=False)
    save('lightning', {
        'epoch': 1,
        'global_step': 100,
        'pytorch-lightning_version': '2.1.0',
        'state_dict': state,
        'loops': {'fit_loop': {'state_dict': {}}},
        'callbacks': {'ModelCheckpoint': {'best_model_score': torch.tensor(0.5)}},
        'optimizer_states': [optimizer.state_dict()],
        'hyper_parameters': argparse.Namespace(width=4),
    })
    save('nested', {'model': {'state_dict': state, 'config': {'width': 4}}, 'step': 1})
    save('unusual', {'generator_weights': state, 'step': 1})
    save('beside', {'generator_weights': state, 'rng': torch.zeros(3), 'step': 1})
    save('several', {'generator': state, 'discriminator': ema})
    save('dotted', {'a.b': {'c': state}, 'listed': [ema]})
    save('mixed', {**state, 'args': argparse.Namespace(lr=0.1), 'lr': np.float32(0.5), 'step': 3, 'name': 'net'})


def write_shards(state):
    names = list(state)
    weight_map = {}
    for i, own in enumerate((names[:3], names[3:])):
        file = f'shard-{i + 1}-of-2.bin'
        torch.save({name: state[name] for name in own}, FOLDER / file)
        weight_map.update({name: file for name in own})
    index = {'metadata': {'total_size': 1}, 'weight_map': weight_map}
    (FOLDER / 'pytorch_model.bin.index.json').write_text(json.dumps(index))


def write_refused(net, state):
    save('evil', {'weight': torch.ones(2), 'evil': Evil()})
    save('evil_aside', {'state_dict': state, 'evil': Evil()})
    save('evil_root', Evil())
    save('module', net)
    save('module_legacy', torch.nn.Linear(2, 3), _use_new_zipfile_serialization=False)
    save('module_inside', {'model': net, 'epoch': 1})
    save('tensor', torch.ones(2))
    save('nothing', {'epoch': 3})
    save('quantised', {'plain': torch.ones(2), 'w': torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)})
    save('sparse', {'w': torch.eye(2).to_sparse()})
    save('complex', {'w': torch.ones(2, dtype=torch.complex64)})
    save('array', {'w': np.ones(2)})
    (FOLDER / 'plain_pickle.pt').write_bytes(pickle.dumps({'w': torch.ones(2)}, 4))
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 3)), FOLDER / 'script.pt')
    with tarfile.open(FOLDER / 'archive.pt', 'w') as archive:
        data = b'pickle'
        entry = tarfile.TarInfo('pickle')
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))


def write_newer():
    """Types without a class of storages, and a Buffer."""
    names = {
        'uint16': 'U16', 'uint32': 'U32', 'uint64': 'U64', 'float8_e4m3fn': 'F8_E4M3', 'float8_e5m2': 'F8_E5M2',
        'float8_e4m3fnuz': 'F8_E4M3FNUZ', 'float8_e5m2fnuz': 'F8_E5M2FNUZ', 'float8_e8m0fnu': 'F8_E8M0',
    }
    CODES.update({getattr(torch, name): code for name, code in names.items()})
    values = torch.tensor([[1.0, 2.0, 4.0], [8.0, 0.5, 16.0]])
    tensors = {name: values.to(getattr(torch, name)) for name in names}
    tensors['float8_t'] = values.to(torch.float8_e4m3fn).t()
    tensors['uint16_row'] = torch.arange(10).to(torch.uint16)[3:6]
    tensors['parameter'] = torch.nn.Parameter(torch.ones(2))
    tensors['buffer'] = torch.nn.Buffer(torch.ones(3))
    save('newer', tensors)
    oracle('newer', tensors)


def write_pickles():
    """A value in every protocol, as JSON."""
    value = {
        'none': None, 'bools': [True, False], 'integers': [0, 255, 256, 65535, 65536, -1, 2**31 - 1, -(2**31), 2**40, -(2**40)],
        'floats': [0.5, -1e300], 'text': ['', 'é€😀', 'x' * 300], 'nested': {'list': [[], [[1]]], 'dict': {}},
        'repeated': [[1, 2]] * 3, 'long list': list(range(1500)),
    }
    pickles = [base64.b64encode(pickle.dumps(value, protocol)).decode() for protocol in range(6)]
    (FOLDER / 'pickles.json').write_text(json.dumps({'value': value, 'pickles': pickles}))


def save(name, value, **options):
    torch.save(value, FOLDER / f'{name}.pt', **options)


def oracle(name, tensors):
    header, blobs, offset = {}, [], 0
    for key, tensor in tensors.items():
        flat = tensor.detach().contiguous()
        blob = flat.reshape(-1).view(torch.uint8).numpy().tobytes() if flat.numel() else b''
        header[key] = {'dtype': CODES[tensor.dtype], 'shape': list(tensor.shape), 'data_offsets': [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    (FOLDER / f'{name}.safetensors').write_bytes(struct.pack('<Q', len(text)) + text + b''.join(blobs))


main()
