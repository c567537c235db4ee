"""Writes test/fixtures/torchvision: small networks of torchvision's families, and the shapes of all of its models.

    apt-get install python3-torch python3-torchvision python3-onnx
    /usr/bin/python3 scripts/torchvisionFixtures.py [NAME...]

Each network is exported with its names and batch norm kept (NAME.onnx), with the input and output in NAME_io.safetensors.
`shapes.json.gz` holds the names and shapes of the state dict of every classification model, by the model's name.
"""

import gzip
import importlib
import json
import sys
import warnings
from pathlib import Path

import torch
from torchvision import models

sys.dont_write_bytecode = True
HERE = Path(__file__).with_suffix('')
sys.path[:0] = [str(HERE), str(HERE.parent / 'onnxFixtures')]

from case import randomise  # noqa: E402
from safetensorsFile import write_safetensors  # noqa: E402
from stripNames import strip_names  # noqa: E402

FOLDER = HERE.parents[1] / 'test' / 'fixtures' / 'torchvision'
KEPT = {'training': torch.onnx.TrainingMode.PRESERVE, 'do_constant_folding': False}


def main(names):
    warnings.filterwarnings('ignore')
    cases = {}
    for file in sorted(HERE.glob('*.py')):
        cases.update(importlib.import_module(file.stem).CASES)
    for name, case in cases.items():
        if not names or name in names:
            write_case(name, *case)
    if not names:
        write_shapes()


def write_case(name, build, size):
    """`build` makes the module; `size` is the shape of its input without the batch."""
    torch.manual_seed(1)
    model = randomise(build())
    x = torch.randn(2, *size)
    with torch.no_grad():
        y = model(x)
    path = FOLDER / f'{name}.onnx'
    torch.onnx.export(model, (x,), str(path), opset_version=14, input_names=['x'], output_names=['y'], **KEPT)
    strip_names(path)
    write_safetensors(FOLDER / f'{name}_io.safetensors', {'x': x.numpy(), 'y': y.numpy()})
    print(f'{name} {path.stat().st_size} B')


def write_shapes():
    shapes = {}
    for name in models.list_models(module=models):
        options = {'init_weights': False} if name in ('googlenet', 'inception_v3') else {}
        model = models.get_model(name, weights=None, **options)
        shapes[name] = {key: list(tensor.shape) for key, tensor in model.state_dict().items()}
    text = json.dumps(shapes, separators=(',', ':')).encode()
    (FOLDER / 'shapes.json.gz').write_bytes(gzip.compress(text, mtime=0))


main(sys.argv[1:])
