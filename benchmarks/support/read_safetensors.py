"""Reading of the networks that benchmarks write for Python."""

import json

import numpy

TYPES = {"F32": numpy.float32, "I32": numpy.int32}


def read_safetensors(path):
    """The tensors of a file by name, as arrays on its bytes that cannot be written."""
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length :]
    return {
        name: numpy.frombuffer(body[slice(*entry["data_offsets"])], TYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }
