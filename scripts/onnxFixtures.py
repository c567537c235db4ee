"""Writes test/fixtures/onnx: small networks with random weights, exported by PyTorch 1.13, see its README.

    apt-get install python3-torch python3-torchvision python3-onnx
    /usr/bin/python3 scripts/onnxFixtures.py [NAME...]

Each network is exported for two seeds, with names and batch norm kept (NAME_a.onnx) and as the exporter does by
default (NAME_a.fold.onnx). All files are checked, and the groups of groups.json are applied to the torch modules.
If onnxruntime is installed, its outputs are compared with torch's, and the groups of the five networks that this
program does not write (copied.py) are checked.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).with_suffix('')))

import attention  # noqa: E402
import convolutional  # noqa: E402
import copied  # noqa: E402
import handmade  # noqa: E402
import recurrent  # noqa: E402
from case import patterns_of, randomise  # noqa: E402
from fileGroups import file_groups, float_initializers  # noqa: E402
from permuteParams import group_sizes, permute_param, random_permutations  # noqa: E402
from safetensorsFile import read_safetensors, write_safetensors  # noqa: E402
from stripNames import strip_names  # noqa: E402

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

FOLDER = Path(__file__).parents[1] / 'test' / 'fixtures' / 'onnx'
CASES = convolutional.CASES + recurrent.CASES + attention.CASES
KEPT = {'training': torch.onnx.TrainingMode.PRESERVE, 'do_constant_folding': False}


def main(names):
    warnings.filterwarnings('ignore')
    groups_file = FOLDER / 'groups.json'
    groups = json.loads(groups_file.read_text()) if groups_file.exists() else {}
    for cases, write in ((CASES, write_case), (handmade.CASES, write_handmade)):
        for case in cases:
            if not names or case.name in names:
                groups[case.name] = write(case)
    for name, (rules, sizes) in copied.PATTERNS.items() if onnxruntime else ():
        if not names or name in names:
            path, io = FOLDER / f'{name}_a.onnx', read_safetensors(FOLDER / f'{name}_io.safetensors')
            groups[name] = file_groups(path, patterns_of(rules, list(float_initializers(path))), sizes, [io['x']])
    groups_file.write_text(json.dumps(dict(sorted(groups.items())), indent=2) + '\n')


def write_case(case) -> dict:
    torch.manual_seed(0)
    inputs = case.inputs()
    tensors = {'x' if len(inputs) == 1 else f'x{i}': x.numpy() for i, x in enumerate(inputs)}
    for seed, letter in enumerate('ab', 1):
        torch.manual_seed(seed)
        model = randomise(case.build())
        ys = outputs_of(model, inputs)
        for i, y in enumerate(ys):
            tensors[f'y{letter}' if len(ys) == 1 else f'y{letter}{i}'] = y
        for suffix, options in (('.onnx', KEPT), ('.fold.onnx', {})):
            export(case, model, inputs, FOLDER / f'{case.name}_{letter}{suffix}', options, ys)
        if case.state_dict:
            state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
            write_safetensors(FOLDER / f'{case.name}_{letter}.safetensors', state)
    write_safetensors(FOLDER / f'{case.name}_io.safetensors', tensors)
    return check_groups(case, model, inputs)


def outputs_of(model, inputs) -> list:
    with torch.no_grad():
        ys = model(*inputs)
    return [y.numpy().copy() for y in (ys if isinstance(ys, tuple) else (ys,))]


def export(case, model, inputs, path, options, ys):
    axes = {**case.dynamic, **({o: {0: 'batch'} for o in case.outputs} if case.dynamic else {})}
    torch.onnx.export(
        model, inputs, str(path), opset_version=case.opset, input_names=list(case.names),
        output_names=list(case.outputs), dynamic_axes=axes, **options,
    )  # fmt: skip
    if case.bare:
        strip_names(path)
    check_file(path, inputs, ys)


def check_file(path, inputs, ys, checked=True, tolerance=1e-5):
    if checked:
        onnx.checker.check_model(str(path), full_check=True)
    note = ''
    if onnxruntime:
        session = onnxruntime.InferenceSession(str(path), providers=['CPUExecutionProvider'])
        feeds = {i.name: x.numpy() for i, x in zip(session.get_inputs(), inputs)}
        error = max(np.abs(y - run).max() for y, run in zip(ys, session.run(None, feeds)))
        if not error < tolerance:
            raise ValueError(f'{path.name} differs from torch by {error}')
        note = f' onnxruntime {error:.0e}'
    print(f'{path.name} {path.stat().st_size} B{note}')


def write_handmade(case) -> dict:
    torch.manual_seed(0)
    inputs = case.inputs()
    tensors = {'x': inputs[0].numpy()}
    for seed, letter in enumerate('ab', 1):
        params = handmade.draw(case, seed)
        path = FOLDER / f'{case.name}_{letter}.onnx'
        handmade.write_handmade(case, params, path)
        y = tensors[f'y{letter}'] = expected_of(case, params, inputs)
        check_file(path, inputs, [y], case.checked, case.tolerance)
    write_safetensors(FOLDER / f'{case.name}_io.safetensors', tensors)
    return check_patterns(case, params, lambda moved: [expected_of(case, moved, inputs)])


def expected_of(case, params, inputs):
    return case.expected({name: torch.from_numpy(array) for name, array in params.items()}, *inputs).numpy()


def check_groups(case, model, inputs) -> dict:
    names = {i.name for i in onnx.load(str(FOLDER / f'{case.name}_a.onnx')).graph.initializer}
    params = dict(model.named_parameters())
    params |= {name: b for name, b in model.named_buffers() if b.dtype == torch.float32 and name in names}
    missing, extra = params.keys() - names, sorted(names - params.keys())
    if missing or extra:
        print(f'  not in the file: {sorted(missing)}; only in the file: {extra}')

    def outputs(moved):
        with torch.no_grad():
            for name, array in moved.items():
                params[name].copy_(torch.from_numpy(array))
        return outputs_of(model, inputs)

    return check_patterns(case, {name: p.detach().numpy().copy() for name, p in params.items()}, outputs)


def check_patterns(case, params, outputs) -> dict:
    """The patterns of the parameters; a random permutation of all groups has to leave the outputs unchanged."""
    patterns = patterns_of(case.patterns, list(params))
    sizes = group_sizes(patterns, {name: array.shape for name, array in params.items()}, case.sizes)
    moves = random_permutations(patterns, sizes, np.random.default_rng(1))
    moved = {name: permute_param(array, patterns[name], sizes, moves) for name, array in params.items()}
    ys = outputs(params)
    spread = min(np.std(y, 0 if len(y) > 1 else None).mean() for y in ys)
    error = max(np.abs(y - after).max() for y, after in zip(ys, outputs(moved)))
    if not error < 1e-4 * spread or spread < 0.01:
        raise ValueError(f'{case.name}: the groups change the outputs by {error} of {spread}')
    print(f'{case.name}: {len(sizes)} groups, error {error:.0e} of {spread:.2f}')
    return {'patterns': patterns, 'sizes': case.sizes}


if __name__ == '__main__':
    main(sys.argv[1:])
