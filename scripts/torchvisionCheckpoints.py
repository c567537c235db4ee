"""Writes two checkpoints of a torchvision model, or checks that a checkpoint is one of the model.

    apt-get install python3-torch python3-torchvision
    /usr/bin/python3 scripts/torchvisionCheckpoints.py write NAME A.pth B.pth
    /usr/bin/python3 scripts/torchvisionCheckpoints.py check NAME FILE
    /usr/bin/python3 scripts/torchvisionCheckpoints.py serve

The weights are random, from two seeds. A check loads the file with `torch.load`, fits it to the model without a missing
or an unknown name, and runs the model. With `serve`, the arguments come from the standard input, as a JSON list in each
line, so that PyTorch is loaded once; the answer to each is a line, `done` or the error.
"""

import json
import sys
import warnings

import torch
from torchvision import models


def build(name):
    options = {'init_weights': True} if name in ('googlenet', 'inception_v3') else {}
    return models.get_model(name, weights=None, **options)


def write(name, *paths):
    for seed, path in enumerate(paths, 1):
        torch.manual_seed(seed)
        torch.save(build(name).state_dict(), path)


def check(name, path):
    model = build(name)
    model.load_state_dict(torch.load(path, map_location='cpu'))
    model.eval()
    size = 299 if name == 'inception_v3' else 224
    with torch.no_grad():
        output = model(torch.zeros(1, 3, size, size))
    if not torch.isfinite(output).all():
        raise ValueError(f'{name}: the output is not finite')


def serve():
    for line in sys.stdin:
        try:
            run(*json.loads(line))
            print('done', flush=True)
        except Exception as error:
            print(' '.join(repr(error).split()), flush=True)


def run(command, *words):
    {'write': write, 'check': check, 'serve': serve}[command](*words)


warnings.filterwarnings('ignore')
run(*sys.argv[1:])
