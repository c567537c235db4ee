"""Networks that concatenate images: DenseNet, GoogLeNet, Inception v3, ShuffleNet v2."""

import importlib
from functools import partial

import torch
from torch import nn
from torchvision.models.densenet import DenseNet
from torchvision.models.shufflenetv2 import ShuffleNetV2

# torchvision.models has functions of these names, too.
googlenet = importlib.import_module('torchvision.models.googlenet')
inception = importlib.import_module('torchvision.models.inception')


def densenet():
    return DenseNet(growth_rate=4, block_config=(2, 3, 1), num_init_features=6, bn_size=2, num_classes=5)


def narrow(basic):
    """The convolution and batch normalisation of a module, with a 32nd of its width."""

    def convolution(_, outputs, **options):
        outputs = max(2, outputs // 32)
        block = basic(1, outputs, **options)
        block.conv = nn.LazyConv2d(outputs, bias=False, **options)
        return block

    return convolution


class GoogLeNet(googlenet.GoogLeNet):
    """All its outputs side by side, also those of the auxiliary heads, which torchvision computes in training only."""

    def forward(self, x):
        self.training = True
        outputs = super().forward(x)
        self.training = False
        return torch.cat(list(outputs), 1)


def google():
    convolution = narrow(googlenet.BasicConv2d)
    blocks = [convolution, partial(googlenet.Inception, conv_block=convolution), google_head]
    model = GoogLeNet(5, blocks=blocks, init_weights=False)
    for name in ('inception4b', 'inception4c', 'inception5b'):
        setattr(model, name, nn.Identity())
    model.fc = nn.LazyLinear(5)
    return materialised(model, (3, 64, 64))


def google_head(inputs, classes, dropout):
    head = googlenet.InceptionAux(inputs, classes, narrow(googlenet.BasicConv2d), dropout)
    head.fc1 = nn.LazyLinear(6)
    head.fc2 = nn.LazyLinear(classes)
    return head


class Inception3(inception.Inception3):
    """Both its outputs side by side, also that of the auxiliary head, which torchvision computes in training only."""

    def forward(self, x):
        self.training = True
        outputs = super().forward(x)
        self.training = False
        return torch.cat(list(outputs), 1)


def inception_v3():
    convolution = narrow(inception.BasicConv2d)
    modules = [getattr(inception, f'Inception{letter}') for letter in 'ABCDE']
    blocks = [convolution, *(partial(module, conv_block=convolution) for module in modules), inception_head]
    model = Inception3(5, inception_blocks=blocks, init_weights=False)
    model.Conv2d_1a_3x3 = convolution(3, 96, kernel_size=3, stride=2, padding=1)
    model.Conv2d_2a_3x3 = convolution(32, 128, kernel_size=3, padding=1)
    model.Conv2d_4a_3x3 = convolution(80, 192, kernel_size=3, padding=1)
    for name in ('maxpool1', 'maxpool2', 'Mixed_5c', 'Mixed_6c', 'Mixed_6d', 'Mixed_7c'):
        setattr(model, name, nn.Identity())
    model.fc = nn.LazyLinear(5)
    return materialised(model, (3, 22, 22))


def inception_head(inputs, classes):
    convolution = narrow(inception.BasicConv2d)
    head = inception.InceptionAux(inputs, classes, convolution)
    head.conv1 = convolution(128, 192, kernel_size=1)
    head.fc = nn.LazyLinear(classes)
    return head


def materialised(model, size):
    model.eval()
    model(torch.zeros(2, *size))
    return model


def shufflenet():
    return ShuffleNetV2([3, 2, 1], [4, 16, 24, 32, 20], num_classes=5)


CASES = {
    'densenet': (densenet, (3, 32, 32)),
    'googlenet': (google, (3, 64, 64)),
    'inception_v3': (inception_v3, (3, 22, 22)),
    'shufflenet_v2': (shufflenet, (3, 32, 32)),
}
