"""A barrier in PyTorch, for benchmarks/barrier.ts, over standard input.

The plain evaluation of a multilayer perceptron: at each alpha the mixture of both networks, then the images
batch by batch, every layer computed anew. No gradients are recorded.
"""

import json
import sys
import time

import torch
from support.read_safetensors import read_safetensors
from torch.nn.functional import cross_entropy


def read_params(path):
    return {name: torch.from_numpy(array.copy()) for name, array in read_safetensors(path).items()}


def forward(params, x):
    layers = len(params) // 2
    h = x
    for layer in range(1, layers + 1):
        h = torch.addmm(params[f"dense{layer}/bias"], h, params[f"dense{layer}/kernel"])
        if layer < layers:
            h = torch.relu_(h)
    return h


def measure(a, b, data, points, batch):
    losses = []
    for point in range(points):
        alpha = point / (points - 1)
        params = {name: (1 - alpha) * a[name] + alpha * b[name] for name in a}
        loss, errors = 0.0, 0
        for start in range(0, len(data["x"]), batch):
            labels = data["y"][start : start + batch]
            logits = forward(params, data["x"][start : start + batch])
            loss += cross_entropy(logits, labels, reduction="sum").item()
            errors += (logits.argmax(1) != labels).sum().item()
        losses.append(loss / len(data["x"]))
    return losses


torch.set_grad_enabled(False)
torch.set_num_threads(2)
a, b, data = (read_params(f"{sys.argv[1]}/{name}.safetensors") for name in ("a", "b", "data"))
data["y"] = data["y"].long()
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "version":
        answer = f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"
    else:
        start = time.perf_counter()
        losses = measure(a, b, data, *json.loads(rest))
        answer = json.dumps([time.perf_counter() - start, losses])
    print(answer, flush=True)
