"""Reads and writes the safetensors format: header length, JSON header, data."""

import json
import struct

import numpy as np

DTYPES = {'float32': 'F32', 'int64': 'I64', 'int32': 'I32', 'bool': 'BOOL', 'float16': 'F16', 'float64': 'F64'}


def write_safetensors(path, tensors: dict) -> None:
    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        array = np.ascontiguousarray(tensor)
        blob = array.tobytes()
        header[name] = {
            'dtype': DTYPES[str(array.dtype)],
            'shape': list(np.shape(tensor)),
            'data_offsets': [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    path.write_bytes(struct.pack('<Q', len(text)) + text + b''.join(blobs))


def read_safetensors(path) -> dict:
    types = {code: name for name, code in DTYPES.items()}
    data = path.read_bytes()
    (length,) = struct.unpack('<Q', data[:8])
    body = data[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry['data_offsets'])], types[entry['dtype']]).reshape(entry['shape'])
        for name, entry in json.loads(data[8 : 8 + length]).items()
        if name != '__metadata__'
    }
