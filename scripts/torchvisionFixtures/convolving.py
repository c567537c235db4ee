"""RegNet and ConvNeXt."""

from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.regnet import BlockParams, RegNet


def convnext():
    blocks = [CNBlockConfig(6, 8, 2), CNBlockConfig(8, 10, 1), CNBlockConfig(10, None, 2)]
    return ConvNeXt(blocks, num_classes=5)


def regnet(se_ratio):
    """Three groups of channels in the first stage, one in the second, two in the third."""
    widths, group_widths = [12, 8, 8], [4, 8, 4]
    params = BlockParams([2, 1, 2], widths, group_widths, [1] * 3, [2] * 3, se_ratio)
    return RegNet(params, num_classes=5, stem_width=8)


CASES = {
    'convnext': (convnext, (3, 32, 32)),
    'regnet_x': (lambda: regnet(None), (3, 32, 32)),
    'regnet_y': (lambda: regnet(0.6), (3, 32, 32)),
}
