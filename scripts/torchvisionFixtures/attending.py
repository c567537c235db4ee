"""Vision transformers."""

from functools import partial

import torch
from torchvision.models import swin_transformer as swin
from torchvision.models.maxvit import MaxVit
from torchvision.models.vision_transformer import VisionTransformer


def zeros(graph, tensor):
    return graph.op('Mul', tensor, graph.op('Constant', value_t=torch.tensor(0.0)))


# The second version sets the biases of keys to zero while it runs, which ONNX exports know no operator for.
torch.onnx.register_custom_op_symbolic('aten::zero', zeros, 14)


def vit():
    return VisionTransformer(
        image_size=16,
        patch_size=8,
        num_layers=2,
        num_heads=3,
        hidden_dim=12,
        mlp_dim=16,
        num_classes=5,
        representation_size=7,
    )


def swin_of(block, merging):
    """The second block shifts its windows; the last sees no more positions than a window has."""
    return swin.SwinTransformer(
        patch_size=[2, 2],
        embed_dim=8,
        depths=[2, 1],
        num_heads=[2, 4],
        window_size=[3, 3],
        mlp_ratio=1.5,
        num_classes=5,
        block=block,
        downsample_layer=merging,
    )


def maxvit():
    return MaxVit(
        input_size=(16, 16),
        stem_channels=6,
        partition_size=2,
        block_channels=[8, 8],
        block_layers=[2, 1],
        head_dim=4,
        stochastic_depth_prob=0.0,
        expansion_ratio=2,
        mlp_ratio=2,
        num_classes=5,
    )


CASES = {
    'vit': (vit, (3, 16, 16)),
    'swin': (partial(swin_of, swin.SwinTransformerBlock, swin.PatchMerging), (3, 12, 12)),
    'swin_v2': (partial(swin_of, swin.SwinTransformerBlockV2, swin.PatchMergingV2), (3, 12, 12)),
    'maxvit': (maxvit, (3, 16, 16)),
}
