"""Times scipy.optimize.linear_sum_assignment for benchmarks/assignment.ts, over standard input."""

import sys
import time

import numpy
import scipy
from scipy.optimize import linear_sum_assignment

matrices = None
for line in sys.stdin:
    words = line.split()
    if words[0] == "version":
        answer = f"scipy {scipy.__version__}"
    elif words[0] == "load":
        n = int(words[1])
        # As float64, which scipy would otherwise convert to in every call.
        matrices = numpy.fromfile(sys.argv[1], dtype=numpy.float32).reshape(-1, n, n).astype(numpy.float64)
        answer = "loaded"
    else:
        start = time.perf_counter()
        for matrix in matrices:
            linear_sum_assignment(matrix, maximize=True)
        answer = str(1000 * (time.perf_counter() - start))
    print(answer, flush=True)
