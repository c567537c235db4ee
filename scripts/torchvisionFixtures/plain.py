"""Networks without branches: AlexNet, VGG and a VGG for CIFAR."""

from torch import nn
from torchvision.models.alexnet import AlexNet
from torchvision.models.vgg import VGG, make_layers


def alexnet():
    model = AlexNet(num_classes=5)
    model.features[0] = nn.Conv2d(3, 5, kernel_size=5, stride=2, padding=2)
    for position, inputs, outputs in ((3, 5, 6), (6, 6, 8), (8, 8, 7), (10, 7, 6)):
        kernel, padding = model.features[position].kernel_size, model.features[position].padding
        model.features[position] = nn.Conv2d(inputs, outputs, kernel, padding=padding)
    model.avgpool = nn.AdaptiveAvgPool2d((2, 2))
    model.classifier[1] = nn.Linear(6 * 2 * 2, 9)
    model.classifier[4] = nn.Linear(9, 8)
    model.classifier[6] = nn.Linear(8, 5)
    return model


def vgg(batch_norm):
    model = VGG(make_layers([4, 'M', 6, 'M', 7, 5], batch_norm), num_classes=5, init_weights=False)
    model.avgpool = nn.AdaptiveAvgPool2d((2, 2))
    model.classifier[0] = nn.Linear(5 * 2 * 2, 9)
    model.classifier[3] = nn.Linear(9, 8)
    model.classifier[6] = nn.Linear(8, 5)
    return model


def cifar():
    """A VGG with dropout between convolutions and one dense layer, as networks for CIFAR have."""
    model = vgg(batch_norm=True)
    layers = list(model.features)
    model.features = nn.Sequential(*layers[:3], nn.Dropout(0.3), *layers[3:])
    model.classifier = nn.Linear(5 * 2 * 2, 5)
    return model


CASES = {
    'alexnet': (alexnet, (3, 48, 48)),
    'vgg': (lambda: vgg(batch_norm=False), (3, 8, 8)),
    'vgg_bn': (lambda: vgg(batch_norm=True), (3, 8, 8)),
    'vgg_cifar': (cifar, (3, 8, 8)),
}
