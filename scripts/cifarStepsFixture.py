"""Writes test/fixtures/cifar/steps.json: three steps of gradient descent in PyTorch on networks with layer norm.

    apt-get install python3-torch
    /usr/bin/python3 scripts/cifarStepsFixture.py

The initial parameters come from a generator of random numbers that the test repeats. Batches are images of
test/fixtures/cifar. For each network: the losses before each step and after the last, and of every parameter after the
last step its first, middle and last value, its norm, and the norm of its velocity.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).parents[1] / 'test' / 'fixtures' / 'cifar'
BATCHES = [(0, 8), (8, 19), (19, 44)]
MEAN = np.array([0.4914, 0.4822, 0.4465], 'float32')
DEVIATION = np.array([0.247, 0.2435, 0.2616], 'float32')


class Unit(nn.Module):
    """A convolution with layer norm, and ReLU if `relu`."""

    def __init__(self, inputs, channels, kernel=3, stride=1, relu=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, channels, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.GroupNorm(1, channels)
        self.relu = relu

    def forward(self, x):
        y = self.norm(self.conv(x))
        return functional.relu(y) if self.relu else y


class Block(nn.Module):
    """A residual block of ResNet-20."""

    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.first = Unit(inputs, channels, 3, stride)
        self.second = Unit(channels, channels, relu=False)
        self.shortcut = Unit(inputs, channels, 1, stride, relu=False) if stride == 2 else nn.Identity()

    def forward(self, x):
        return functional.relu(self.second(self.first(x)) + self.shortcut(x))


class Network(nn.Module):
    def __init__(self, layers, features):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(features, 10)

    def forward(self, x):
        return self.fc(self.layers(x).mean((2, 3)))


def vgg16(divisor):
    layers, inputs = [], 3
    for block, (width, count) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]):
        if block > 0:
            layers.append(nn.MaxPool2d(2))
        for _ in range(count):
            layers.append(Unit(inputs, width // divisor))
            inputs = width // divisor
    return Network(layers, inputs)


def resnet20(width):
    layers, inputs = [Unit(3, width)], width
    for block in range(9):
        channels = width * 2 ** (block // 3)
        layers.append(Block(inputs, channels, 2 if channels != inputs else 1))
        inputs = channels
    return Network(layers, inputs)


def plain(depth, width):
    strides = [2 if i in (0, 1, 4) else 1 for i in range(depth)]
    return Network([Unit(3 if i == 0 else width, width, 3, s) for i, s in enumerate(strides)], width)


def randoms():
    """Uniform in −1 … 1, the upper bits of a linear congruential generator."""
    state = 1
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield (state >> 8) / 2**23 - 1


def initialise(network):
    """Weights in ±√(3/fan-in); scales in 1 ± 0.25, shifts and biases in ±0.25."""
    draw = randoms()
    for parameter in network.parameters():
        values = np.array([next(draw) for _ in range(parameter.numel())]).reshape(parameter.shape)
        if values.ndim > 1:
            values *= np.sqrt(3 / np.prod(values.shape[1:]))
        else:
            values *= 0.25
        parameter.data = torch.tensor(values, dtype=torch.float32)
    for module in network.modules():
        if isinstance(module, nn.GroupNorm):
            module.weight.data += 1


def batches():
    pixels = np.fromfile(FOLDER / 'test_first500_u8_nhwc.bin', 'uint8').reshape(-1, 32, 32, 3)
    labels = np.fromfile(FOLDER / 'test_first500_labels_u8.bin', 'uint8')
    images = (pixels.astype('float32') / 255 - MEAN) / DEVIATION
    for begin, end in BATCHES:
        yield torch.tensor(images[begin:end].transpose(0, 3, 1, 2).copy()), torch.tensor(labels[begin:end]).long()


def train(network):
    initialise(network)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    losses = []
    for images, labels in batches():
        loss = functional.cross_entropy(network(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    with torch.no_grad():
        losses.append(functional.cross_entropy(network(images), labels).item())
    return {'losses': losses, 'parameters': [summary(p, optimiser) for p in network.parameters()]}


def summary(parameter, optimiser):
    values = parameter.detach().flatten()
    velocity = optimiser.state[parameter]['momentum_buffer']
    return [round(v.item(), 7) for v in (values[0], values[len(values) // 2], values[-1], values.norm(), velocity.norm())]


if __name__ == '__main__':
    networks = {'vgg16-1/16': vgg16(16), 'resnet20-8': resnet20(8), 'plain6-12': plain(6, 12)}
    steps = {name: train(network) for name, network in networks.items()}
    (FOLDER / 'steps.json').write_text(json.dumps(steps, separators=(',', ':')) + '\n')
