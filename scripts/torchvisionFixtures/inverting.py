"""Networks of inverted residuals. All blocks have 8 channels, so that the strides alone tell which add their input."""

from torch import nn
from torchvision.models import efficientnet, mnasnet, mobilenetv2, mobilenetv3
from torchvision.ops.misc import Conv2dNormActivation

SIZE = (3, 40, 40)


def mobilenet_v2():
    repeats = [(1, 1), (2, 2), (3, 2), (4, 2), (3, 1), (3, 2), (1, 1)]
    setting = [[1 if i == 0 else 2, 64, n, s] for i, (n, s) in enumerate(repeats)]
    model = mobilenetv2.MobileNetV2(num_classes=5, width_mult=1 / 8, inverted_residual_setting=setting)
    model.features[-1] = Conv2dNormActivation(8, 12, kernel_size=1, activation_layer=nn.ReLU6)
    model.classifier[1] = nn.Linear(12, 5)
    return model


def mobilenet_v3(strides):
    """Blocks of three kinds in turn: without an expansion; with one; with one and squeeze-and-excitation."""
    expanded = [8, 16, 16]
    blocks = [
        mobilenetv3.InvertedResidualConfig(8, 3, expanded[i % 3], 8, i % 3 != 1, 'HS' if i % 2 else 'RE', s, 1, 1)
        for i, s in enumerate(strides)
    ]
    return mobilenetv3.MobileNetV3(blocks, last_channel=10, num_classes=5)


def mnasnet1():
    model = mnasnet.MNASNet(0.025, num_classes=5)
    for i, (stride, repeats) in enumerate([(2, 3), (2, 3), (2, 3), (1, 2), (2, 4), (1, 1)]):
        model.layers[8 + i] = mnasnet._stack(8, 8, 3, stride, 2, repeats, 0.1)
    model.layers[14] = nn.Conv2d(8, 12, 1, bias=False)
    model.layers[15] = nn.BatchNorm2d(12)
    model.classifier[1] = nn.Linear(12, 5)
    return model


def efficientnet_b():
    stages = [(1, 1, 2), (2, 2, 2), (2, 2, 1), (2, 2, 2), (2, 1, 2), (2, 2, 1), (2, 1, 2)]
    settings = [efficientnet.MBConvConfig(ratio, 3, stride, 8, 8, repeats) for ratio, stride, repeats in stages]
    return efficientnet.EfficientNet(settings, dropout=0, num_classes=5)


def efficientnet_v2():
    fused, plain = efficientnet.FusedMBConvConfig, efficientnet.MBConvConfig
    settings = [
        fused(1, 3, 1, 8, 8, 2),
        fused(2, 3, 2, 8, 8, 2),
        fused(2, 3, 2, 8, 8, 1),
        plain(2, 3, 2, 8, 8, 2),
        plain(2, 3, 1, 8, 8, 1),
        plain(2, 3, 2, 8, 8, 2),
    ]
    return efficientnet.EfficientNet(settings, dropout=0, num_classes=5, last_channel=12)


CASES = {
    'mobilenet_v2': (mobilenet_v2, SIZE),
    'mobilenet_v3_small': (lambda: mobilenet_v3([2, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1]), SIZE),
    'mobilenet_v3_large': (lambda: mobilenet_v3([1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1]), SIZE),
    'mnasnet': (mnasnet1, SIZE),
    'efficientnet_b': (efficientnet_b, SIZE),
    'efficientnet_v2': (efficientnet_v2, SIZE),
}
