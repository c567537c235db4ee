"""Writes NAME_a.dynamo.onnx and NAME_b.dynamo.onnx with the exporter of newer PyTorch, see test/fixtures/onnx/README.md.

    pip install torch==2.13.* torchvision==0.28.* onnx onnxscript onnxruntime
    python scripts/onnxFixtures/dynamo.py [NAME...]

The parameters are those of NAME_a.onnx, so NAME_io.safetensors has the outputs. Records of the exporter's stack (paths
of the machine) are left out.
"""

import json
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

sys.dont_write_bytecode = True

import attention  # noqa: E402
import convolutional  # noqa: E402
import recurrent  # noqa: E402
from fileGroups import file_groups, float_initializers, outputs_of  # noqa: E402
from safetensorsFile import read_safetensors  # noqa: E402

FOLDER = Path(__file__).parents[2] / 'test' / 'fixtures' / 'onnx'
CASES = {case.name: case for case in convolutional.CASES + recurrent.CASES + attention.CASES}

# Patterns of names that the exporter makes, where `patterns_of_file` finds none.
MADE = {
    'resnet': {},
    'mobilenet': {},
    'shuffle': {},
    'norms': {'val_15': '_', 'val_18': '_', 'val_28': '(g b[g]) _ _', 'val_30': '(g b[g]) _ _'},
    'bert': {},
    'llama': {'pow_2': '_'},
    'vit': {'val_81': '_'},
    'whisper': {},
    't5': {},
    # Both directions are one tensor, so they have one group: a in the first layer, b in the second.
    'lstm2': {
        'val_15': '_ _ _', 'val_108': '_ (4 a) e', 'val_109': '_ (4 a) a', 'val_110': '_ (8 a)',
        'val_218': '_ (4 b) (2 a)', 'val_219': '_ (4 b) b', 'val_220': '_ (8 b)',
        'val_234': '(2 b) _', 'last.weight': '_ (2 b)',
    },
}  # fmt: skip


def main(names):
    warnings.filterwarnings('ignore')
    groups_file = FOLDER / 'groups.json'
    groups = json.loads(groups_file.read_text())
    for name in names or MADE:
        groups[f'{name}.dynamo'] = write(CASES[name])
    groups_file.write_text(json.dumps(dict(sorted(groups.items())), indent=2) + '\n')


def write(case) -> dict:
    io = read_safetensors(FOLDER / f'{case.name}_io.safetensors')
    inputs = [io[name].copy() for name in io if name.startswith('x')]
    for letter in 'ab':
        path = FOLDER / f'{case.name}_{letter}.dynamo.onnx'
        export(case, letter, [torch.from_numpy(x) for x in inputs], path)
        outputs = outputs_of(onnx.load(str(path)), inputs)
        expected = [io[name] for name in io if name.startswith(f'y{letter}')]
        error = max(np.abs(y - e).max() for y, e in zip(outputs, expected))
        if not error < 1e-4:
            raise ValueError(f'{path.name} differs from torch by {error}')
        print(f'{path.name} {path.stat().st_size} B, data {Path(f"{path}.data").stat().st_size} B, error {error:.0e}')
    path = FOLDER / f'{case.name}_a.dynamo.onnx'
    return file_groups(path, patterns_of_file(case.name, path), case.sizes, inputs)


def patterns_of_file(name, path) -> dict:
    """Patterns of NAME_a.onnx for the same names, their transposes, and the biases of folded batch norms."""
    kept_file = float_initializers(FOLDER / f'{name}_a.onnx')
    kept = json.loads((FOLDER / 'groups.json').read_text())[name]['patterns']
    patterns = {}
    for param, array in float_initializers(path).items():
        items = [re.findall(r'\([^()]*\)|\S+', kept[p]) for p, a in kept_file.items() if is_transpose(array, a)]
        weight = kept.get(param.removesuffix('_bias'), '')
        if param in MADE[name]:
            patterns[param] = MADE[name][param]
        elif param in kept:
            patterns[param] = kept[param]
        elif param.endswith('_bias') and weight:
            patterns[param] = re.match(r'\([^()]*\)|\S+', weight)[0]
        elif array.ndim == 0:
            patterns[param] = ''
        elif len(items) == 1:
            patterns[param] = ' '.join(reversed(items[0]))
        else:
            raise ValueError(f'no pattern of {param} {array.shape} of {path.name}')
    return patterns


def is_transpose(array, other) -> bool:
    return array.ndim == 2 and array.shape == other.shape[::-1] and np.array_equal(array, other.T)


def export(case, letter, inputs, path):
    model = case.build().eval()
    file = onnx.load(str(FOLDER / f'{case.name}_{letter}.onnx'))
    state = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in file.graph.initializer}
    model.load_state_dict(state, strict=False)
    shapes = tuple({axis: torch.export.Dim.AUTO for axis in case.dynamic.get(name, {})} for name in case.names)
    program = torch.onnx.export(
        model, tuple(inputs), dynamo=True, verbose=False, input_names=list(case.names), output_names=list(case.outputs),
        dynamic_shapes=shapes if case.dynamic else None,
    )  # fmt: skip
    program.save(str(path), external_data=True)
    strip(path)
    onnx.checker.check_model(str(path), full_check=True)


def strip(path):
    """Leaves the external data as it is."""
    model = onnx.load(str(path), load_external_data=False)
    graph = model.graph
    for item in [model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer]:
        del item.metadata_props[:]
        item.ClearField('doc_string')
    onnx.save(model, str(path))


if __name__ == '__main__':
    main(sys.argv[1:])
