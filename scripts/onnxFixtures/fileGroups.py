"""Groups of the parameters in a file, checked with onnxruntime by permuting its initializers."""

import numpy as np
import onnx
from onnx import numpy_helper

from permuteParams import group_sizes, permute_param, random_permutations


def float_initializers(path) -> dict:
    graph = onnx.load(str(path)).graph
    return {t.name: numpy_helper.to_array(t) for t in graph.initializer if t.data_type == onnx.TensorProto.FLOAT}


def file_groups(path, patterns, known, inputs) -> dict:
    """The checked patterns; known are the sizes that no axis determines, inputs the tensors of the io file."""
    model = onnx.load(str(path))
    params = {t.name: t for t in model.graph.initializer if t.name in patterns}
    sizes = group_sizes(patterns, {name: tuple(t.dims) for name, t in params.items()}, known)
    moves = random_permutations(patterns, sizes, np.random.default_rng(1))
    before = outputs_of(model, inputs)
    for name, tensor in params.items():
        array = numpy_helper.to_array(tensor)
        tensor.CopyFrom(numpy_helper.from_array(permute_param(array, patterns[name], sizes, moves).copy(), name))
    after = outputs_of(model, inputs)
    spread = min(np.std(y, 0 if len(y) > 1 else None).mean() for y in before)
    error = max(np.abs(y - moved).max() for y, moved in zip(before, after))
    if not error < 1e-4 * spread:
        raise ValueError(f'{path.name}: the groups change the outputs by {error} of {spread}')
    print(f'{path.name}: {len(sizes)} groups, error {error:.0e} of {spread:.2f}')
    return {'patterns': patterns, 'sizes': known}


def outputs_of(model, inputs) -> list:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    return session.run(None, {i.name: x for i, x in zip(session.get_inputs(), inputs)})
