"""Weight matching in NumPy and scipy, for benchmarks/weightMatching.ts, over standard input.

The plain algorithm (Ainsworth et al. 2023): groups in forward order; each group's gram is the sum over
the parameters on it; the assignment is taken if the objective rises; until a sweep changes nothing.
"""

import json
import sys
import time

import numpy
import scipy
from scipy.optimize import linear_sum_assignment
from support.read_safetensors import read_safetensors


def match(axes, a, b):
    sizes = {}
    places = {}
    for name, groups in axes.items():
        for axis, group in enumerate(groups):
            if group is not None:
                sizes[group] = a[name].shape[axis]
                places.setdefault(group, []).append((name, axis))
    permutations = {group: numpy.arange(size) for group, size in sizes.items()}
    moved = True
    while moved:
        moved = False
        for group, size in sizes.items():
            gram = numpy.zeros((size, size))
            for name, axis in places[group]:
                other = b[name]
                for at, neighbour in enumerate(axes[name]):
                    if neighbour is not None and at != axis:
                        other = numpy.take(other, permutations[neighbour], axis=at)
                rows = numpy.moveaxis(a[name], axis, 0).reshape(size, -1)
                columns = numpy.moveaxis(other, axis, 0).reshape(size, -1)
                gram += rows @ columns.T
            _, candidate = linear_sum_assignment(gram, maximize=True)
            current = permutations[group]
            index = numpy.arange(size)
            gain = gram[index, candidate].sum() - gram[index, current].sum()
            changed = (candidate != current).sum()
            if gain > 2e-7 * changed * numpy.abs(gram).max():
                permutations[group] = candidate
                moved = True
    return permutations


for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "version":
        answer = f"NumPy {numpy.__version__}, scipy {scipy.__version__}"
    elif word == "load":
        axes = json.loads(rest)
        a = read_safetensors(f"{sys.argv[1]}/a.safetensors")
        b = read_safetensors(f"{sys.argv[1]}/b.safetensors")
        answer = "loaded"
    else:
        start = time.perf_counter()
        permutations = match(axes, a, b)
        seconds = time.perf_counter() - start
        answer = json.dumps([seconds, [p.tolist() for p in permutations.values()]])
    print(answer, flush=True)
