r"""Stores the networks of the page as 16-bit floats, in examples/data/cifar/page.

    npm run paper cifar train -- --network vgg16-1/16 --seeds 1,2 --epochs 12 --rate 0.05 \
        --checkpoints 0,100,390,1560,3120
    python3 scripts/pageNetworks.py out/paper/cifar-networks

The network of step S and seed s becomes vgg16_s{s}_{S}.safetensors; the last step is that of the epochs in the
file's metadata, of 390 steps each. Needs NumPy.
"""

import json
import re
import struct
import sys
from pathlib import Path

import numpy as np

STEPS_PER_EPOCH = 390
TARGET = Path(__file__).parent.parent / "examples/data/cifar/page"


def main(source: Path) -> None:
    files, trainings = {}, {}
    for path in sorted(source.glob("vgg16-1-16-seed-*.safetensors")):
        name = re.fullmatch(r"vgg16-1-16-seed-([12])(?:-step-(\d+))?", path.stem)
        if name is None:
            continue
        header, data = read(path)
        settings = json.loads(header.pop("__metadata__")["settings"])
        step = settings.pop("step", None) or name[2] or settings["epochs"] * STEPS_PER_EPOCH
        if trainings.setdefault(name[1], settings) != settings:
            raise SystemExit(f"{path} is from another training than the other files of its seed")
        files[f"vgg16_s{name[1]}_{step}.safetensors"] = halved(header, data)
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.safetensors"):
        old.unlink()
    for name, data in files.items():
        (TARGET / name).write_bytes(data)


def read(path: Path) -> tuple[dict, bytes]:
    """The header of a safetensors file and the bytes of its tensors."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def halved(header: dict, data: bytes) -> bytes:
    """The same tensors as F16, as a safetensors file without metadata."""
    new, body = {}, b""
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        half = np.frombuffer(data[begin:end], "<f4").astype("<f2").tobytes()
        offsets = [len(body), len(body) + len(half)]
        new[name] = {"dtype": "F16", "shape": tensor["shape"], "data_offsets": offsets}
        body += half
    text = json.dumps(new, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


main(Path(sys.argv[1]))
