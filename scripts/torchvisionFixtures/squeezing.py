"""SqueezeNet, of a quarter of its width."""

from torch import nn
from torchvision.models.squeezenet import Fire, SqueezeNet


def squeezenet():
    model = SqueezeNet('1_1', num_classes=5)
    model.features = nn.Sequential(
        nn.Conv2d(3, 8, kernel_size=3, stride=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),
        Fire(8, 4, 6, 6),
        Fire(12, 4, 6, 8),
        nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),
        Fire(14, 5, 8, 8),
        Fire(16, 6, 7, 9),
    )
    model.classifier[1] = nn.Conv2d(16, 5, kernel_size=1)
    return model


CASES = {'squeezenet': (squeezenet, (3, 64, 64))}
