"""Adds to test/fixtures/cifar/barriers.json the losses and errors between the networks there, measured in PyTorch.

    apt-get install python3-torch
    npx tsx scripts/cifarMatches.ts && /usr/bin/python3 scripts/cifarBarriers.py

For each pair and its permutations: `none` and `matched`, the mean cross-entropy in nats and the share of wrong classes
at 11 points between A and B as trained, and between A and the permuted B, on the 500 test images. Parameters are mixed
and permuted in NumPy, in float32.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

FOLDER = Path(__file__).parents[1] / 'test' / 'fixtures' / 'cifar'
STEPS = {'vgg8': 6240, 'r20': 4680}
POOLED = {2, 4, 7, 10}
ALPHAS = np.linspace(0, 1, 11)


def main():
    torch.set_num_threads(1)
    path = FOLDER / 'barriers.json'
    pairs = json.loads(path.read_text())
    x, y = images()
    for key, pair in pairs.items():
        name, seeds = key.split('_')
        a, b = (load(FOLDER / f'{name}_s{seed}_{STEPS[name]}.safetensors') for seed in seeds)
        aligned = permuted(name, b, {g: np.array(p) for g, p in pair['permutations'].items()})
        check = float(np.abs(logits(name, aligned, x[:8]) - logits(name, b, x[:8])).max())
        assert check < 1e-4, f'{key}: the permuted network is another function, by {check}'
        pair['none'] = curve(name, a, b, x, y)
        pair['matched'] = curve(name, a, aligned, x, y)
        print(key, [round(value, 3) for value in pair['matched']['loss']])
    path.write_text(json.dumps(pairs) + '\n')


def images():
    pixels = np.frombuffer((FOLDER / 'test_first500_u8_nhwc.bin').read_bytes(), np.uint8)
    x = torch.tensor(pixels.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2) / np.float32(255))
    mean = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.2470, 0.2435, 0.2616]).view(1, 3, 1, 1)
    y = np.frombuffer((FOLDER / 'test_first500_labels_u8.bin').read_bytes(), np.uint8)
    return (x - mean) / deviation, torch.tensor(y.astype(np.int64))


def load(path):
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], 'little')
    tensors = {}
    for name, entry in json.loads(data[8:end]).items():
        if name == '__metadata__':
            continue
        first, last = entry['data_offsets']
        values = np.frombuffer(data[end + first:end + last], np.float32)
        tensors[name] = values.reshape(entry['shape'])
    return tensors


def groups(name):
    """The groups of each parameter's output and input axis, None where the axis has none."""
    table = {'fc.bias': (None,)}

    def unit(conv, norm, source, target):
        table[f'{conv}.weight'] = (target, source)
        table[f'{norm}.weight'] = table[f'{norm}.bias'] = (target,)

    if name == 'vgg8':
        for i in range(1, 14):
            unit(f'conv{i}', f'norm{i}', f'c{i - 1}' if i > 1 else None, f'c{i}')
        table['fc.weight'] = (None, 'c13')
        return table
    unit('conv', 'norm', None, 's0')
    for i in range(9):
        block, stage = f'blocks.{i}', i // 3
        source = f's{stage - 1}' if i in (3, 6) else f's{stage}'
        unit(f'{block}.conv1', f'{block}.norm1', source, f'b{i}')
        unit(f'{block}.conv2', f'{block}.norm2', f'b{i}', f's{stage}')
        if i in (3, 6):
            unit(f'{block}.shortcut.0', f'{block}.shortcut.1', source, f's{stage}')
    table['fc.weight'] = (None, 's2')
    return table


def permuted(name, params, permutations):
    """Position i takes unit p[i]."""
    axes = groups(name)
    result = {}
    for key, value in params.items():
        for axis, group in enumerate(axes[key]):
            if group is not None:
                value = np.take(value, permutations[group], axis)
        result[key] = value
    return result


def logits(name, params, x):
    t = {key: torch.tensor(value) for key, value in params.items()}

    def unit(x, conv, norm, stride=1):
        weight = t[f'{conv}.weight']
        y = F.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)
        return F.group_norm(y, 1, t[f'{norm}.weight'], t[f'{norm}.bias'])

    with torch.no_grad():
        if name == 'vgg8':
            for i in range(1, 14):
                x = unit(x, f'conv{i}', f'norm{i}').relu()
                x = F.max_pool2d(x, 2) if i in POOLED else x
        else:
            x = unit(x, 'conv', 'norm').relu()
            for i in range(9):
                block, stride = f'blocks.{i}', 2 if i in (3, 6) else 1
                h = unit(x, f'{block}.conv1', f'{block}.norm1', stride).relu()
                h = unit(h, f'{block}.conv2', f'{block}.norm2')
                if stride == 2:
                    x = unit(x, f'{block}.shortcut.0', f'{block}.shortcut.1', stride)
                x = (h + x).relu()
        return (x.mean((2, 3)) @ t['fc.weight'].T + t['fc.bias']).numpy()


def curve(name, a, b, x, y):
    losses, errors = [], []
    for alpha in ALPHAS:
        mixed = {key: np.float32((1 - alpha) * a[key] + alpha * b[key]) for key in a}
        z = torch.tensor(np.concatenate([logits(name, mixed, part) for part in x.split(100)]))
        losses.append(F.cross_entropy(z, y).item())
        errors.append((z.argmax(1) != y).float().mean().item())
    return {'loss': losses, 'error': [round(error, 3) for error in errors]}


if __name__ == '__main__':
    main()
