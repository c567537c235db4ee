"""Shorter names in an ONNX file."""

import onnx


def strip_names(path):
    """Gives numbers as names to all values but weights; removes the names of nodes and the shapes of values."""
    model = onnx.load(str(path))
    graph = model.graph
    weights = {tensor.name for tensor in graph.initializer}
    # Weights with equal values are stored once, and a node gives each its name.
    copies = {node.output[0] for node in graph.node if node.op_type == 'Identity' and node.input[0] in weights}
    kept = copies | {value.name for value in graph.output}
    values = (name for node in graph.node for name in node.output if name not in kept)
    numbers = {name: str(number) for number, name in enumerate(values)}
    del graph.value_info[:]
    for node in graph.node:
        node.name = ''
        for names in (node.input, node.output):
            names[:] = [numbers.get(name, name) for name in names]
    onnx.save(model, str(path))
