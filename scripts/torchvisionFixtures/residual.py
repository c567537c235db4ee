"""Residual networks: torchvision's, and what timm and networks for CIFAR change in their names and layers."""

import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet


class NarrowBottleneck(Bottleneck):
    expansion = 2


class GatedBlock(BasicBlock):
    """A basic block with the squeeze-and-excitation of timm."""

    def __init__(self, inplanes, planes, *args, **options):
        super().__init__(inplanes, planes, *args, **options)
        self.se = nn.Module()
        self.se.fc1 = nn.Conv2d(planes, 3, 1)
        self.se.fc2 = nn.Conv2d(3, planes, 1)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        gate = self.se.fc2(F.relu(self.se.fc1(y.mean((2, 3), keepdim=True))))
        return F.relu(y * gate.sigmoid() + (x if self.downsample is None else self.downsample(x)))


def resnet(block, widths, counts, groups=1):
    """torchvision's ResNet with stages of these widths; the stages that it lacks are identities."""
    model = ResNet(block, [1, 1, 1, 1], groups=1)
    model.groups = groups
    model.inplanes = widths[0]
    model.conv1 = nn.Conv2d(3, widths[0], 3, padding=1, bias=False)
    model.bn1 = nn.BatchNorm2d(widths[0])
    model.maxpool = nn.Identity()
    for i in range(4):
        stage = nn.Identity()
        if i < len(widths):
            stage = model._make_layer(block, widths[i], counts[i], stride=1 if i == 0 else 2)
        setattr(model, f'layer{i + 1}', stage)
    model.fc = nn.Linear(widths[-1] * block.expansion, 5)
    return model


def deep():
    """With the deep stem and the pooled shortcuts of timm's `d` variants, and gates."""
    model = resnet(GatedBlock, [4, 6], [1, 2])
    convolutions = [nn.Conv2d(i, o, 3, padding=1, bias=False) for i, o in ((3, 3), (3, 5), (5, 4))]
    model.conv1 = nn.Sequential(
        convolutions[0],
        nn.BatchNorm2d(3),
        nn.ReLU(),
        convolutions[1],
        nn.BatchNorm2d(5),
        nn.ReLU(),
        convolutions[2],
    )
    model.layer2[0].downsample = nn.Sequential(
        nn.AvgPool2d(2), nn.Conv2d(4, 6, 1, bias=False), nn.BatchNorm2d(6)
    )
    return model


class Pad(nn.Module):
    """A shortcut of stride 2 that adds channels of zeros: `before` them, and `after` them."""

    def __init__(self, before, after):
        super().__init__()
        self.before, self.after = before, after

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.before, self.after))


def padded(*zeros):
    model = resnet(BasicBlock, [4, 8, 12], [1, 2, 1])
    model.layer2[0].downsample = Pad(*zeros)
    model.layer3[0].downsample = Pad(*zeros)
    return model


class CifarBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class PreactivationBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False))

    def forward(self, x):
        y = F.relu(self.bn1(x))
        shortcut = self.shortcut(y) if hasattr(self, 'shortcut') else x
        return self.conv2(F.relu(self.bn2(self.conv1(y)))) + shortcut


class CifarNet(nn.Module):
    """A network for CIFAR. With preactivation, a batch normalisation may come last."""

    def __init__(self, block, last_norm=None):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        is_first = block is CifarBlock
        self.bn1 = nn.BatchNorm2d(4) if is_first else nn.BatchNorm2d(8) if last_norm else nn.Identity()
        self.is_first = is_first
        self.layer1 = nn.Sequential(block(4, 4, 1), block(4, 4, 1))
        self.layer2 = nn.Sequential(block(4, 6, 2), block(6, 6, 1))
        self.layer3 = nn.Sequential(block(6, 8, 2))
        self.linear = nn.Linear(8 * 4, 5)

    def forward(self, x):
        x = self.conv1(x)
        if self.is_first:
            x = F.relu(self.bn1(x))
        x = self.layer3(self.layer2(self.layer1(x)))
        if not self.is_first:
            x = F.relu(self.bn1(x))
        return self.linear(torch.flatten(F.avg_pool2d(x, 2), 1))


SIZE = (3, 16, 16)
CASES = {
    'resnet_basic': (lambda: resnet(BasicBlock, [4, 6, 8, 10], [2, 2, 1, 1]), SIZE),
    'resnet_bottleneck': (lambda: resnet(NarrowBottleneck, [4, 5], [2, 1]), SIZE),
    'resnet_grouped': (lambda: resnet(NarrowBottleneck, [3, 4], [2, 1], groups=3), SIZE),
    'resnet_deep': (deep, SIZE),
    'resnet_cifar': (lambda: CifarNet(CifarBlock), SIZE),
    'resnet_preactivation': (lambda: CifarNet(PreactivationBlock), SIZE),
    'resnet_last_norm': (lambda: CifarNet(PreactivationBlock, last_norm=True), SIZE),
    'resnet_pad_both': (lambda: padded(2, 2), SIZE),
    'resnet_pad_end': (lambda: padded(0, 4), SIZE),
}
