"""Writes the tests of the ONNX project for its operators: NAME/model.onnx, and folders of inputs and outputs beside it.

    apt-get install python3-onnx
    /usr/bin/python3 scripts/onnxNodeTests.py FOLDER

`npm run test:python` calls it, and then runs every case.
"""

import shutil
import sys
import warnings
from pathlib import Path

import numpy as np


def main(folder):
    warnings.filterwarnings('ignore')
    restore_names()
    from onnx.backend.test.case.node import collect_testcases

    shutil.rmtree(folder, ignore_errors=True)
    cases = collect_testcases(None)
    for case in cases:
        write_case(folder / case.name, case)
    print(f'{len(list(folder.iterdir()))} cases in {folder}')


def restore_names():
    """Releases of onnx up to 1.12 use names that NumPy 1.24 removed."""
    for name, kind in (('bool', bool), ('object', object), ('int', int), ('float', float)):
        if name not in np.__dict__:
            setattr(np, name, kind)


def write_case(folder, case):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'model.onnx').write_bytes(case.model.SerializeToString())
    graph = case.model.graph
    for k, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f'test_data_set_{k}'
        data.mkdir(exist_ok=True)
        for kind, declared, values in (('input', graph.input, inputs), ('output', graph.output, outputs)):
            for i, (value, info) in enumerate(zip(values, declared)):
                # Cases with lists and optional values are refused before these are read.
                if info.type.HasField('tensor_type'):
                    (data / f'{kind}_{i}.pb').write_bytes(tensor_of(value))


def tensor_of(value):
    from onnx import TensorProto, numpy_helper

    tensor = value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value))
    return tensor.SerializeToString()


if __name__ == '__main__':
    main(Path(sys.argv[1]))
