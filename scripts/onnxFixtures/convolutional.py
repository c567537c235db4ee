"""Convolutional networks; those of torchvision keep its names of parameters."""

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.densenet import DenseNet
from torchvision.models.efficientnet import EfficientNet, FusedMBConvConfig, MBConvConfig
from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3
from torchvision.models.resnet import BasicBlock, Bottleneck
from torchvision.models.shufflenetv2 import ShuffleNetV2
from torchvision.models.vgg import make_layers

from case import Case


def image(batch=2, size=16, channels=3):
    return lambda: (torch.randn(batch, channels, size, size),)


BATCH = {'x': {0: 'batch'}}
SPATIAL = {'x': {0: 'batch', 2: 'height', 3: 'width'}}


class ResNet(nn.Module):
    """torchvision's ResNet with free widths; its own are at least 64."""

    def __init__(self, block, depths, widths, classes=5, stem=None, **options):
        super().__init__()
        channels = stem or widths[0]
        self.conv1 = nn.Conv2d(3, channels, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for stage, (depth, width) in enumerate(zip(depths, widths)):
            blocks = []
            for index in range(depth):
                stride = 2 if stage > 0 and index == 0 else 1
                out = width * block.expansion
                shortcut = None
                if stride > 1 or channels != out:
                    shortcut = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
                blocks.append(block(channels, width, stride, shortcut, **options))
                channels = out
            setattr(self, f'layer{stage + 1}', nn.Sequential(*blocks))
        self.stages = len(depths)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in range(self.stages):
            x = getattr(self, f'layer{stage + 1}')(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


class VGG(nn.Module):
    """torchvision's VGG with free widths."""

    def __init__(self, layers, channels, hidden, classes=5):
        super().__init__()
        self.features = make_layers(layers, batch_norm=True)
        self.avgpool = nn.AdaptiveAvgPool2d(2)
        self.classifier = nn.Sequential(
            nn.Linear(channels * 4, hidden), nn.ReLU(True), nn.Dropout(),
            nn.Linear(hidden, hidden), nn.ReLU(True), nn.Dropout(),
            nn.Linear(hidden, classes),
        )  # fmt: skip

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def conv_bn(inputs, outputs, size, *activation, **options):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, bias=False, **options), nn.BatchNorm2d(outputs), *activation)


class DepthwiseSegmentation(nn.Module):
    """Depthwise separable blocks (MobileNet), one with two filters per channel, then nearest upsampling."""

    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 4, 3, nn.ReLU6(), stride=2, padding=1)
        self.dw1 = conv_bn(4, 8, 3, nn.ReLU6(), padding=1, groups=4)
        self.pw1 = conv_bn(8, 6, 1, nn.ReLU6())
        self.dw2 = conv_bn(6, 6, 3, nn.ReLU6(), padding=1, groups=6, stride=2)
        self.pw2 = conv_bn(6, 10, 1, nn.ReLU6())
        self.head = nn.Conv2d(10, 3, 1)

    def forward(self, x):
        x = self.pw2(self.dw2(self.pw1(self.dw1(self.stem(x)))))
        return self.head(F.interpolate(x, scale_factor=4, mode='nearest'))


class InceptionBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.one = conv_bn(channels, 3, 1, nn.ReLU())
        self.wide1 = conv_bn(channels, 4, 1, nn.ReLU())
        self.wide2 = conv_bn(4, 5, (1, 5), nn.ReLU(), padding=(0, 2))
        self.wide3 = conv_bn(5, 4, (5, 1), nn.ReLU(), padding=(2, 0))
        self.split = conv_bn(channels, 4, 1, nn.ReLU())
        self.split_a = conv_bn(4, 2, (1, 3), nn.ReLU(), padding=(0, 1))
        self.split_b = conv_bn(4, 3, (3, 1), nn.ReLU(), padding=(1, 0))
        self.pool = conv_bn(channels, 3, 1, nn.ReLU())

    def forward(self, x):
        wide = self.wide3(self.wide2(self.wide1(x)))
        split = self.split(x)
        pool = self.pool(F.avg_pool2d(x, 3, stride=1, padding=1))
        return torch.cat([self.one(x), wide, self.split_a(split), self.split_b(split), pool], 1)


class Inception(nn.Module):
    """Parallel branches, asymmetric kernels, an average pool that counts its padding, nested concats."""

    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 6, 3, nn.ReLU(), stride=2, padding=1)
        self.mixed = InceptionBlock(6)
        self.reduce = conv_bn(15, 7, 3, nn.ReLU(), stride=2)
        self.fc = nn.Linear(22, 5)

    def forward(self, x):
        x = self.mixed(self.stem(x))
        x = torch.cat([self.reduce(x), F.max_pool2d(x, 3, stride=2)], 1)
        return self.fc(x.mean((2, 3)))


class Upsampling(nn.Module):
    """Bilinear and nearest resizing, a grouped transposed convolution, and a pixel shuffle."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.low = nn.Conv2d(6, 6, 3, padding=1)
        self.mid = nn.Conv2d(12, 8, 3, padding=1)
        self.up = nn.ConvTranspose2d(8, 6, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.wide = nn.Conv2d(6, 12, 1)
        self.out = nn.Conv2d(3, 2, 3, padding=1)

    def forward(self, x):
        skip = F.relu(self.down(x))
        low = F.relu(self.low(F.max_pool2d(skip, 2)))
        low = F.interpolate(low, scale_factor=2, mode='bilinear', align_corners=False)
        x = F.relu(self.mid(torch.cat([skip, low], 1)))
        x = F.relu(self.up(x))
        x = F.pixel_shuffle(self.wide(x), 2)
        x = F.interpolate(x, scale_factor=0.5, mode='nearest')
        return self.out(x)


class Aspp(nn.Module):
    """Atrous pyramid (DeepLab): dilations, image pooling, resizing to the size of another tensor."""

    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 6, 3, nn.ReLU(), stride=2, padding=1)
        self.convs = nn.ModuleList(
            conv_bn(6, 4, 3, nn.ReLU(), padding=rate, dilation=rate) for rate in (1, 2, 3)
        )
        self.pool = conv_bn(6, 4, 1, nn.ReLU())
        self.project = conv_bn(16, 8, 1, nn.ReLU())
        self.head = nn.Conv2d(8, 3, 1)

    def forward(self, x):
        size = x.shape[-2:]
        x = self.stem(x)
        pooled = self.pool(x.mean((2, 3), keepdim=True))
        pooled = F.interpolate(pooled, size=x.shape[-2:], mode='bilinear', align_corners=False)
        x = self.project(torch.cat([conv(x) for conv in self.convs] + [pooled], 1))
        return F.interpolate(self.head(x), size=size, mode='bilinear', align_corners=True)


class TanhGelu(nn.Module):
    def forward(self, x):
        return 0.5 * x * (1 + torch.tanh(0.7978845608 * (x + 0.044715 * x**3)))


class Softsign(nn.Module):
    def forward(self, x):
        return x / (1 + x.abs())


class Activations(nn.Module):
    """Many activations, each after a convolution of its own."""

    def __init__(self):
        super().__init__()
        self.acts = nn.ModuleList([
            nn.PReLU(4), nn.LeakyReLU(0.2), nn.ELU(0.7), nn.Softplus(), nn.Mish(), nn.GELU(), TanhGelu(),
            nn.SELU(), nn.CELU(1.3), Softsign(), nn.Hardtanh(-0.5, 0.8), nn.Hardswish(), nn.SiLU(),
            nn.LogSigmoid(), nn.PReLU(),
        ])  # fmt: skip
        self.convs = nn.ModuleList(nn.Conv2d(3, 4, 1) for _ in self.acts)
        self.fc = nn.Linear(4 * len(self.acts), 5)

    def forward(self, x):
        x = torch.cat([act(conv(x)) for conv, act in zip(self.convs, self.acts)], 1)
        return F.log_softmax(self.fc(x.amax((2, 3))), 1)


class Norms(nn.Module):
    """Instance, group, layer (over channels and positions), batch norm without scale, unit length."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 5, 3, padding=1)
        self.instance = nn.InstanceNorm2d(5, affine=True)
        self.conv2 = nn.Conv2d(5, 8, 3, padding=1, bias=False)
        self.group = nn.GroupNorm(2, 8)
        self.conv3 = nn.Conv2d(8, 6, 3, padding=1)
        self.layer = nn.LayerNorm([6, 8, 8])
        self.conv4 = nn.Conv2d(6, 7, 3, padding=1)
        self.batch = nn.BatchNorm2d(7, affine=False)
        self.conv5 = nn.Conv2d(7, 6, 1)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        x = F.relu(self.instance(self.conv1(x)))
        x = F.relu(self.group(self.conv2(x)))
        x = F.relu(self.layer(self.conv3(x)))
        x = F.relu(self.batch(self.conv4(x)))
        x = F.normalize(self.conv5(x), dim=1)
        return self.fc(x.flatten(2).max(-1)[0])


class Pooling(nn.Module):
    """Ceil mode, dilated maximum, averages with and without their padding, adaptive pools."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3)
        self.conv2 = nn.Conv2d(4, 5, 3, padding=1)
        self.conv3 = nn.Conv2d(5, 6, 3, padding=1)
        self.conv4 = nn.Conv2d(6, 7, 3, padding=1, padding_mode='reflect')
        self.fc = nn.Linear(37, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 3, stride=2, ceil_mode=True)
        x = F.avg_pool2d(F.relu(self.conv2(x)), 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
        x = F.avg_pool2d(F.relu(self.conv3(x)), 3, stride=1, padding=1)
        x = F.max_pool2d(x, 2, stride=1, padding=1, dilation=2)
        quarters, top = F.adaptive_avg_pool2d(x, 2), F.adaptive_max_pool2d(x, 1)
        mean = F.relu(self.conv4(x)).mean((2, 3))
        return self.fc(torch.cat([quarters.flatten(1), top.flatten(1), mean], 1))


class Conv3d(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv3d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm3d(4)
        self.conv2 = nn.Conv3d(4, 6, (1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1), bias=False)
        self.bn2 = nn.BatchNorm3d(6)
        self.conv3 = nn.Conv3d(6, 6, 3, padding=1, groups=6)
        self.up = nn.ConvTranspose3d(6, 5, 2, stride=2)
        self.fc = nn.Linear(5, 4)

    def forward(self, x):
        x = F.max_pool3d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        x = F.avg_pool3d(F.relu(self.conv3(x)), (2, 1, 1))
        return self.fc(F.relu(self.up(x)).amax((2, 3, 4)))


RESIDUAL = '''
bn1.*: {stem}
layer#.#.bn1.*: h$1_$2
layer#.0.downsample.1.*: s$1
fc.weight: _ s{last}
fc.bias: _
'''

CASES = [
    Case(
        'resnet', "torchvision's names, BasicBlock; the preset resnetSpec([2, 1, 1, 1]) fits",
        lambda: ResNet(BasicBlock, [2, 1, 1, 1], [4, 6, 8, 10]), image(), RESIDUAL.format(stem='s1', last='4') + '''
        conv1.weight: s1 _ _ _
        layer2.0.conv1.weight: h2_0 s1 _ _
        layer3.0.conv1.weight: h3_0 s2 _ _
        layer4.0.conv1.weight: h4_0 s3 _ _
        layer#.#.conv1.weight: h$1_$2 s$1 _ _
        layer#.#.conv2.weight: s$1 h$1_$2 _ _
        layer#.#.bn2.*: s$1
        layer2.0.downsample.0.weight: s2 s1 _ _
        layer3.0.downsample.0.weight: s3 s2 _ _
        layer4.0.downsample.0.weight: s4 s3 _ _
        ''', dynamic=BATCH, state_dict=True,
    ),
    Case(
        'bottleneck', "torchvision's names, Bottleneck; the preset fits with block: 'bottleneck'",
        lambda: ResNet(Bottleneck, [2, 1, 1], [2, 3, 3], stem=4), image(), RESIDUAL.format(stem='s0', last='3') + '''
        conv1.weight: s0 _ _ _
        layer1.0.conv1.weight: h1_0 s0 _ _
        layer2.0.conv1.weight: h2_0 s1 _ _
        layer3.0.conv1.weight: h3_0 s2 _ _
        layer#.#.conv1.weight: h$1_$2 s$1 _ _
        layer#.#.conv2.weight: k$1_$2 h$1_$2 _ _
        layer#.#.bn2.*: k$1_$2
        layer#.#.conv3.weight: s$1 k$1_$2 _ _
        layer#.#.bn3.*: s$1
        layer1.0.downsample.0.weight: s1 s0 _ _
        layer2.0.downsample.0.weight: s2 s1 _ _
        layer3.0.downsample.0.weight: s3 s2 _ _
        ''', opset=13, dynamic=SPATIAL,
    ),
    Case(
        'resnext', 'grouped convolutions: channels inside groups, groups as a whole',
        lambda: ResNet(Bottleneck, [1, 1], [3, 2], stem=4, groups=2), image(),
        '''
        conv1.weight: s0 _ _ _
        bn1.*: s0
        layer1.0.conv1.weight: (g1 i1[g1]) s0 _ _
        layer2.0.conv1.weight: (g2 i2[g2]) s1 _ _
        layer#.0.bn1.*: (g$1 i$1[g$1])
        layer#.0.conv2.weight: (g$1 o$1[g$1]) i$1[g$1] _ _
        layer#.0.bn2.*: (g$1 o$1[g$1])
        layer#.0.conv3.weight: s$1 (g$1 o$1[g$1]) _ _
        layer#.0.bn3.*: s$1
        layer1.0.downsample.0.weight: s1 s0 _ _
        layer2.0.downsample.0.weight: s2 s1 _ _
        layer#.0.downsample.1.*: s$1
        fc.weight: _ s2
        fc.bias: _
        ''', sizes={'g1': 2, 'g2': 2},
    ),
    Case(
        'vgg', "torchvision's names of vgg11_bn; the preset vggSpec(11, {batchNorm: true}) fits",
        lambda: VGG([3, 'M', 4, 'M', 5, 5, 'M', 6, 6, 'M', 6, 6, 'M'], 6, 8), image(1, 64),
        '''
        features.0.weight: c0 _ _ _
        features.{0,1}.*: c0
        features.4.weight: c4 c0 _ _
        features.{4,5}.*: c4
        features.8.weight: c8 c4 _ _
        features.{8,9}.*: c8
        features.11.weight: c11 c8 _ _
        features.{11,12}.*: c11
        features.15.weight: c15 c11 _ _
        features.{15,16}.*: c15
        features.18.weight: c18 c15 _ _
        features.{18,19}.*: c18
        features.22.weight: c22 c18 _ _
        features.{22,23}.*: c22
        features.25.weight: c25 c22 _ _
        features.{25,26}.*: c25
        classifier.0.weight: d0 (c25 4)
        classifier.0.bias: d0
        classifier.3.weight: d3 d0
        classifier.3.bias: d3
        classifier.6.weight: _ d3
        classifier.6.bias: _
        ''', state_dict=True,
    ),
    Case(
        'dense', "torchvision's DenseNet and names: reads of a concatenation that grows",
        lambda: DenseNet(3, (2, 2), 4, bn_size=2, num_classes=5), image(2, 32),
        '''
        features.conv0.weight: a _ _ _
        features.norm0.*: a
        features.denseblock1.denselayer1.norm1.*: a
        features.denseblock1.denselayer1.conv1.weight: h11 a _ _
        features.denseblock1.denselayer2.norm1.*: (a + k11)
        features.denseblock1.denselayer2.conv1.weight: h12 (a + k11) _ _
        features.transition1.norm.*: (a + k11 + k12)
        features.transition1.conv.weight: b (a + k11 + k12) _ _
        features.denseblock2.denselayer1.norm1.*: b
        features.denseblock2.denselayer1.conv1.weight: h21 b _ _
        features.denseblock2.denselayer2.norm1.*: (b + k21)
        features.denseblock2.denselayer2.conv1.weight: h22 (b + k21) _ _
        features.denseblock#.denselayer#.norm2.*: h$1$2
        features.denseblock#.denselayer#.conv2.weight: k$1$2 h$1$2 _ _
        features.norm5.*: (b + k21 + k22)
        classifier.weight: _ (b + k21 + k22)
        classifier.bias: _
        ''', dynamic=BATCH,
    ),
    Case(
        'mobilenet', "torchvision's MobileNetV3: inverted residuals, squeeze-excitation, Hardswish, Hardsigmoid",
        lambda: MobileNetV3([
            InvertedResidualConfig(8, 3, 8, 8, True, 'RE', 2, 1, 1),
            InvertedResidualConfig(8, 3, 16, 8, False, 'RE', 1, 1, 1),
            InvertedResidualConfig(8, 5, 16, 8, True, 'HS', 2, 1, 1),
        ], last_channel=6, num_classes=5), image(2, 32),
        '''
        features.0.0.weight: s0 _ _ _
        features.0.1.*: s0
        features.1.block.0.0.weight: s0 _ _ _
        features.1.block.0.1.*: s0
        features.1.block.1.fc1.weight: q1 s0 _ _
        features.1.block.1.fc1.bias: q1
        features.1.block.1.fc2.weight: s0 q1 _ _
        features.1.block.1.fc2.bias: s0
        features.1.block.2.0.weight: s1 s0 _ _
        features.1.block.2.1.*: s1
        features.#.block.0.0.weight: h$1 s1 _ _
        features.#.block.0.1.*: h$1
        features.#.block.1.0.weight: h$1 _ _ _
        features.#.block.1.1.*: h$1
        features.2.block.2.0.weight: s1 h2 _ _
        features.2.block.2.1.*: s1
        features.3.block.2.fc1.weight: q3 h3 _ _
        features.3.block.2.fc1.bias: q3
        features.3.block.2.fc2.weight: h3 q3 _ _
        features.3.block.2.fc2.bias: h3
        features.3.block.3.0.weight: s3 h3 _ _
        features.3.block.3.1.*: s3
        features.4.0.weight: l s3 _ _
        features.4.1.*: l
        classifier.0.weight: c l
        classifier.0.bias: c
        classifier.3.weight: _ c
        classifier.3.bias: _
        ''', dynamic=SPATIAL,
    ),
    Case(
        'efficientnet', "torchvision's EfficientNet: fused and plain inverted residuals, SiLU, squeeze-excitation",
        lambda: EfficientNet([
            FusedMBConvConfig(2, 3, 1, 8, 8, 1), MBConvConfig(2, 3, 2, 8, 8, 2),
        ], dropout=0.2, num_classes=5, last_channel=12), image(2, 16),
        '''
        features.0.0.weight: s0 _ _ _
        features.0.1.*: s0
        features.1.0.block.0.0.weight: h1 s0 _ _
        features.1.0.block.0.1.*: h1
        features.1.0.block.1.0.weight: s0 h1 _ _
        features.1.0.block.1.1.*: s0
        features.2.0.block.0.0.weight: h2_0 s0 _ _
        features.2.1.block.0.0.weight: h2_1 s2 _ _
        features.2.#.block.0.1.*: h2_$1
        features.2.#.block.1.0.weight: h2_$1 _ _ _
        features.2.#.block.1.1.*: h2_$1
        features.2.#.block.2.fc1.weight: q2_$1 h2_$1 _ _
        features.2.#.block.2.fc1.bias: q2_$1
        features.2.#.block.2.fc2.weight: h2_$1 q2_$1 _ _
        features.2.#.block.2.fc2.bias: h2_$1
        features.2.#.block.3.0.weight: s2 h2_$1 _ _
        features.2.#.block.3.1.*: s2
        features.3.0.weight: l s2 _ _
        features.3.1.*: l
        classifier.1.weight: _ l
        classifier.1.bias: _
        ''', opset=13, dynamic=BATCH,
    ),
    Case(
        'depthwise', 'depthwise convolutions, one with two filters per channel; ReLU6 as Clip, Upsample of opset 9',
        DepthwiseSegmentation, image(),
        '''
        stem.0.weight: s _ _ _
        stem.1.*: s
        dw1.0.weight: (s 2) _ _ _
        dw1.1.*: (s 2)
        pw1.0.weight: p (s 2) _ _
        pw1.1.*: p
        dw2.0.weight: p _ _ _
        dw2.1.*: p
        pw2.0.weight: q p _ _
        pw2.1.*: q
        head.weight: _ q _ _
        head.bias: _
        ''', opset=9,
    ),
    Case(
        'shuffle', "torchvision's ShuffleNetV2; the patterns leave out the pieces of the shuffled streams",
        lambda: ShuffleNetV2([2, 2, 1], [4, 8, 8, 12, 12], num_classes=5), image(2, 32),
        '''
        conv1.0.weight: s _ _ _
        conv1.1.*: s
        stage2.0.branch1.0.weight: s _ _ _
        stage2.0.branch1.1.*: s
        stage2.0.branch1.2.weight: _ s _ _
        stage2.0.branch2.0.weight: h20 s _ _
        stage#.#.branch1.{0,2}.weight: _ _ _ _
        stage#.#.branch1.{1,3}.*: _
        stage#.#.branch2.0.weight: h$1$2 _ _ _
        stage#.#.branch2.1.*: h$1$2
        stage#.#.branch2.3.weight: h$1$2 _ _ _
        stage#.#.branch2.4.*: h$1$2
        stage#.#.branch2.5.weight: _ h$1$2 _ _
        stage#.#.branch2.6.*: _
        conv5.0.weight: c _ _ _
        conv5.1.*: c
        fc.weight: _ c
        fc.bias: _
        ''',
    ),
    Case(
        'inception', 'parallel branches, an average pool that counts padding, nested concatenations',
        Inception, image(),
        '''
        stem.0.weight: s _ _ _
        stem.1.*: s
        mixed.one.0.weight: a s _ _
        mixed.one.1.*: a
        mixed.wide1.0.weight: w1 s _ _
        mixed.wide1.1.*: w1
        mixed.wide2.0.weight: w2 w1 _ _
        mixed.wide2.1.*: w2
        mixed.wide3.0.weight: b w2 _ _
        mixed.wide3.1.*: b
        mixed.split.0.weight: v s _ _
        mixed.split.1.*: v
        mixed.split_a.0.weight: c v _ _
        mixed.split_a.1.*: c
        mixed.split_b.0.weight: d v _ _
        mixed.split_b.1.*: d
        mixed.pool.0.weight: e s _ _
        mixed.pool.1.*: e
        reduce.0.weight: r (a + b + c + d + e) _ _
        reduce.1.*: r
        fc.weight: _ (r + a + b + c + d + e)
        fc.bias: _
        ''', opset=11, dynamic=BATCH,
    ),
    Case(
        'upsampling', 'bilinear and nearest Resize, grouped ConvTranspose with output padding, DepthToSpace',
        Upsampling, image(),
        '''
        down.weight: a _ _ _
        down.bias: a
        low.weight: b a _ _
        low.bias: b
        mid.weight: (g i[g]) (a + b) _ _
        mid.bias: (g i[g])
        up.weight: (g i[g]) o[g] _ _
        up.bias: (g o[g])
        wide.weight: (p 4) (g o[g]) _ _
        wide.bias: (p 4)
        out.weight: _ p _ _
        out.bias: _
        ''', sizes={'g': 2}, opset=11, dynamic=SPATIAL,
    ),
    Case(
        'aspp', 'dilated convolutions, image pooling, Resize to sizes computed from shapes',
        Aspp, image(),
        '''
        stem.0.weight: s _ _ _
        stem.1.*: s
        convs.#.0.weight: c$1 s _ _
        convs.#.1.*: c$1
        pool.0.weight: p s _ _
        pool.1.*: p
        project.0.weight: q (c0 + c1 + c2 + p) _ _
        project.1.*: q
        head.weight: _ q _ _
        head.bias: _
        ''', opset=13, dynamic=SPATIAL,
    ),
    Case(
        'convnext', "torchvision's ConvNeXt: channels-first layer norm by transposes, layer scale, GELU",
        lambda: ConvNeXt([CNBlockConfig(8, 12, 1), CNBlockConfig(12, None, 1)], num_classes=5), image(),
        '''
        features.0.0.weight: s1 _ _ _
        features.0.{0,1}.*: s1
        features.1.0.block.0.weight: s1 _ _ _
        features.1.0.block.{0,2}.*: s1
        features.1.0.block.3.weight: h1 s1
        features.1.0.block.3.bias: h1
        features.1.0.block.5.weight: s1 h1
        features.1.0.block.5.bias: s1
        features.1.0.layer_scale: s1 _ _
        features.2.0.*: s1
        features.2.1.weight: s3 s1 _ _
        features.2.1.bias: s3
        features.3.0.block.0.weight: s3 _ _ _
        features.3.0.block.{0,2}.*: s3
        features.3.0.block.3.weight: h3 s3
        features.3.0.block.3.bias: h3
        features.3.0.block.5.weight: s3 h3
        features.3.0.block.5.bias: s3
        features.3.0.layer_scale: s3 _ _
        classifier.0.*: s3
        classifier.2.weight: _ s3
        classifier.2.bias: _
        ''', dynamic=BATCH,
    ),
    Case(
        'activations', 'fifteen activations, PRelu per channel and with one slope', Activations, image(2, 6),
        '''
        convs.#.weight: c$1 _ _ _
        convs.#.bias: c$1
        acts.0.weight: c0
        acts.14.weight: _
        fc.weight: _ (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11 + c12 + c13 + c14)
        fc.bias: _
        ''',
    ),
    Case(
        'norms', 'InstanceNorm, GroupNorm, LayerNorm over channels and positions, BatchNorm without scale, unit length',
        Norms, image(2, 8),
        '''
        conv1.weight: a _ _ _
        {conv1.bias,instance.weight,instance.bias}: a
        conv2.weight: (g b[g]) a _ _
        group.*: (g b[g])
        conv3.weight: c (g b[g]) _ _
        conv3.bias: c
        layer.*: c _ _
        conv4.weight: d c _ _
        {conv4.bias,batch.running_mean,batch.running_var}: d
        conv5.weight: e d _ _
        conv5.bias: e
        fc.weight: _ e
        fc.bias: _
        ''', sizes={'g': 2}, dynamic=BATCH,
    ),
    Case(
        'pooling', 'ceil mode, dilated MaxPool, both kinds of AveragePool, adaptive pools, reflection padding',
        Pooling, image(2, 15),
        '''
        conv1.weight: a _ _ _
        conv1.bias: a
        conv2.weight: b a _ _
        conv2.bias: b
        conv3.weight: c b _ _
        conv3.bias: c
        conv4.weight: d c _ _
        conv4.bias: d
        fc.weight: _ ((c 4) + c + d)
        fc.bias: _
        ''', opset=13,
    ),
    Case(
        'conv3d', 'three spatial axes: convolution, depthwise, transposed, pools, batch norm',
        Conv3d, lambda: (torch.randn(2, 1, 4, 8, 8),),
        '''
        conv1.weight: a _ _ _ _
        {conv1.bias,bn1.weight,bn1.bias,bn1.running_mean,bn1.running_var}: a
        conv2.weight: b a _ _ _
        bn2.*: b
        conv3.weight: b _ _ _ _
        conv3.bias: b
        up.weight: b c _ _ _
        up.bias: c
        fc.weight: _ c
        fc.bias: _
        ''',
    ),
]
