"""Moves parameters by random permutations of the groups in their patterns (docs/specs.md).

An independent reading of the pattern language, to check groups.json against torch: a symmetry
leaves the outputs of a network unchanged.
"""

import re

import numpy as np

TOKEN = re.compile(r'\s*([()+\[\]]|[A-Za-z][\w.:/-]*|\d+|_)')


def parse(pattern: str) -> list:
    """Axes as trees: ('fix', n or None), ('group', name, parent), ('product', …), ('sum', …)."""
    tokens = TOKEN.findall(pattern)
    axes = []
    while tokens:
        axes.append(_item(tokens))
    return axes


def _item(tokens):
    token = tokens.pop(0)
    if token == '_':
        return ('fix', None)
    if token.isdigit():
        return ('fix', int(token))
    if token != '(':
        parent = None
        if tokens and tokens[0] == '[':
            parent = tokens[1]
            del tokens[:3]
        return ('group', token, parent)
    segments = [[]]
    while tokens[0] != ')':
        if tokens[0] == '+':
            tokens.pop(0)
            segments.append([])
        else:
            segments[-1].append(_item(tokens))
    tokens.pop(0)
    products = [s[0] if len(s) == 1 else ('product', s) for s in segments]
    return products[0] if len(products) == 1 else ('sum', products)


def group_sizes(patterns: dict, shapes: dict, known: dict) -> dict:
    """Units of every group; of an inner group, the units inside one unit of its parent."""
    sizes = dict(known)
    axes = [(tree, n) for name, text in patterns.items() for tree, n in zip(parse(text), shapes[name])]
    for name, text in patterns.items():
        if len(parse(text)) != len(shapes[name]):
            raise ValueError(f'{name}: {text} is not {list(shapes[name])}')
    changed = True
    while changed:
        changed = False
        for tree, n in axes:
            unknown = _groups(tree) - sizes.keys()
            if len(unknown) == 1 and not _open(tree):
                [group] = unknown
                fits = [s for s in range(1, n + 1) if _size(tree, {**sizes, group: s}, 1) == n]
                if len(fits) != 1:
                    raise ValueError(f'{tree} has no size {n}')
                sizes[group] = fits[0]
                changed = True
    for tree, n in axes:
        if _groups(tree) - sizes.keys():
            raise ValueError(f'unknown sizes in {tree}')
        if not _open(tree) and _size(tree, sizes, 1) != n:
            raise ValueError(f'{tree} is not of size {n}: {sizes}')
    return sizes


def _groups(tree) -> set:
    if tree[0] == 'group':
        return {tree[1]}
    return set() if tree[0] == 'fix' else set().union(*map(_groups, tree[1]))


def _open(tree) -> bool:
    if tree[0] == 'fix':
        return tree[1] is None
    return tree[0] != 'group' and any(map(_open, tree[1]))


def _size(tree, sizes, rest) -> int:
    """Size of an axis; `_` has the size `rest`."""
    if tree[0] == 'fix':
        return rest if tree[1] is None else tree[1]
    if tree[0] == 'group':
        return sizes[tree[1]]
    parts = [_size(part, sizes, rest) for part in tree[1]]
    return sum(parts) if tree[0] == 'sum' else int(np.prod(parts))


def random_permutations(patterns: dict, sizes: dict, rng) -> dict:
    """For a group its permutation; for a group inside another one permutation per unit of all its parents."""
    parents = {}
    for text in patterns.values():
        for tree in parse(text):
            _parents(tree, parents)
    perms = {}
    for group in sizes:
        count, parent = 1, parents.get(group)
        while parent:
            count *= sizes[parent]
            parent = parents.get(parent)
        perms[group] = [rng.permutation(sizes[group]) for _ in range(count)]
    return {'perms': perms, 'parents': parents}


def _parents(tree, parents):
    if tree[0] == 'group':
        parents[tree[1]] = tree[2]
    elif tree[0] != 'fix':
        for part in tree[1]:
            _parents(part, parents)


def permute_param(array, pattern: str, sizes: dict, moves: dict):
    """The array with new[unit] = old[perm[unit]] on all axes together."""
    trees = parse(pattern)
    source = np.empty(array.shape + (array.ndim,), dtype=np.int64)
    shapes = [_flat(tree, n, sizes) for tree, n in zip(trees, array.shape)]
    for index in np.ndindex(*array.shape):
        units = [segments[i] for segments, i in zip(shapes, index)]
        # The units of every group of this entry, before the move.
        at = {}
        for _, factors in units:
            for kind, name, unit in factors:
                if kind == 'group':
                    at[name] = unit
        source[index] = [_moved(start, factors, at, sizes, moves) for start, factors in units]
    return array[tuple(np.moveaxis(source, -1, 0))] if array.ndim else array


def _flat(tree, n, sizes) -> list:
    """For every position of an axis: start of its segment, and (kind, name or size, unit) of its factors."""
    segments = tree[1] if tree[0] == 'sum' else [tree]
    rest = _rest(tree, n, sizes)
    positions = []
    for segment in segments:
        factors = _factors(segment)
        dims = [_size(factor, sizes, rest) for factor in factors]
        start = len(positions)
        for unit in np.ndindex(*dims):
            positions.append(
                (start, [('group', f[1], u) if f[0] == 'group' else ('fix', d, u) for f, d, u in zip(factors, dims, unit)])
            )
    return positions


def _factors(tree) -> list:
    if tree[0] != 'product':
        return [tree]
    return [factor for part in tree[1] for factor in _factors(part)]


def _rest(tree, n, sizes) -> int:
    return next((r for r in range(1, n + 1) if _size(tree, sizes, r) == n), 1)


def _moved(start, factors, at, sizes, moves) -> int:
    position = 0
    for kind, name, unit in factors:
        if kind == 'fix':
            position = position * name + unit
        else:
            which, chain, parent = 0, [], moves['parents'].get(name)
            while parent:
                chain.append(parent)
                parent = moves['parents'].get(parent)
            for ancestor in reversed(chain):
                which = which * sizes[ancestor] + at[ancestor]
            position = position * sizes[name] + moves['perms'][name][which][unit]
    return start + position
