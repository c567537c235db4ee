"""One architecture of the fixtures: a module, its inputs, how it is exported, its known symmetries."""

import re
from dataclasses import dataclass, field
from typing import Callable

import torch


@dataclass
class Case:
    name: str
    shows: str
    """What the file has that others lack, for the table in the README."""
    build: Callable[[], torch.nn.Module]
    inputs: Callable[[], tuple]
    """Example inputs, in the order of `forward`, drawn from the global generator."""
    patterns: str
    """Permutation groups that a spec has to contain, see `patterns_of`."""
    sizes: dict = field(default_factory=dict)
    """Sizes of groups that no axis determines."""
    opset: int = 14
    dynamic: dict = field(default_factory=dict)
    """Input name to {axis: name}."""
    names: tuple = ('x',)
    outputs: tuple = ('y',)
    bare: bool = False
    """Numbers as the names of values, and without names of nodes and shapes of values, which are optional."""
    state_dict: bool = False
    """Also write the parameters as NAME_a.safetensors and NAME_b.safetensors."""


def patterns_of(rules: str, params: list) -> dict:
    """The pattern of each parameter by the first rule that matches its whole name.

    A rule is a line `name: pattern`. In the name `#` is a number, `*` any text, `{a,b}` a choice;
    `$1` in the pattern is the first number.
    """
    table = [_rule(line) for line in rules.strip().splitlines() if line.strip()]
    unused = {source for source, _, _ in table}
    patterns = {}
    for param in params:
        for source, name, pattern in table:
            match = name.fullmatch(param)
            if match:
                patterns[param] = re.sub(r'\$(\d)', lambda m: match[int(m[1])], pattern)
                unused.discard(source)
                break
        else:
            raise ValueError(f'no rule for {param}')
    if unused:
        raise ValueError(f'rules without a parameter: {unused}')
    return patterns


def _rule(line: str):
    source, pattern = line.strip().split(':', 1)
    name = re.escape(source).replace(r'\#', r'(\d+)').replace(r'\*', '.*')
    name = re.sub(r'\\\{(.*?)\\\}', lambda m: '(?:' + m[1].replace(',', '|') + ')', name)
    return source, re.compile(name), pattern.strip()


def randomise(model: torch.nn.Module) -> torch.nn.Module:
    """The model in eval mode with random statistics, scales and shifts: no two tensors are equal."""
    with torch.no_grad():
        for name, param in model.named_parameters():
            if 'bias' in name.rsplit('.', 1)[-1]:
                param.normal_(0, 0.2)
            elif param.ndim <= 1 or 'scale' in name:
                param.uniform_(0.5, 1.5)
            else:
                param.normal_(0, (2 / param[0].numel()) ** 0.5)
        for name, buffer in model.named_buffers():
            if name.endswith('running_mean'):
                buffer.normal_(0, 0.3)
            elif name.endswith('running_var'):
                buffer.uniform_(0.5, 1.5)
    return model.eval()
