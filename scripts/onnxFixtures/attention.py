"""Transformers and mixers, with the parameter names of torchvision and of Hugging Face."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

from case import Case


def heads_of(x, heads):
    """[batch, length, heads · d] → [batch, heads, length, d]"""
    return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)


def attend(q, k, v, bias=0.0):
    """Softmax attention of [batch, heads, length, d], as [batch, length, heads · d]."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]) + bias
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def causal(length, like):
    return torch.full((length, length), -1e4, dtype=like.dtype).triu(1)


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class Module(nn.Module):
    """A namespace of modules."""

    def __init__(self, **modules):
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)


# Decoder-only language models


class GroupedAttention(nn.Module):
    """Four query heads that share two heads of keys and values."""

    def __init__(self, width, bias, rotary, repeat):
        super().__init__()
        self.heads, self.shared, self.rotary, self.repeat = 4, 2, rotary, repeat
        self.q_proj = nn.Linear(width, 16, bias=bias)
        self.k_proj = nn.Linear(width, 8, bias=bias)
        self.v_proj = nn.Linear(width, 8, bias=bias)
        self.o_proj = nn.Linear(16, width, bias=False)

    def forward(self, x):
        q = heads_of(self.q_proj(x), self.heads)
        k, v = heads_of(self.k_proj(x), self.shared), heads_of(self.v_proj(x), self.shared)
        if self.rotary:
            q, k = rotate(q), rotate(k)
        times = self.heads // self.shared
        if self.repeat == 'expand':
            k, v = repeat_by_expand(k, times), repeat_by_expand(v, times)
        else:
            k, v = k.repeat_interleave(times, 1), v.repeat_interleave(times, 1)
        return self.o_proj(attend(q, k, v, causal(x.shape[1], x)))


def repeat_by_expand(x, times):
    batch, heads, length, width = x.shape
    return x[:, :, None].expand(batch, heads, times, length, width).reshape(batch, heads * times, length, width)


def rotate(x):
    """Rotary position embedding, halves rotated."""
    half = x.shape[-1] // 2
    speed = 10000.0 ** (-torch.arange(half, dtype=torch.float32) / half)
    angle = torch.arange(x.shape[2], dtype=torch.float32)[:, None] * speed
    angle = torch.cat([angle, angle], -1)
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * angle.cos() + turned * angle.sin()


class GatedMlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.gate_proj = nn.Linear(width, hidden, bias=False)
        self.up_proj = nn.Linear(width, hidden, bias=False)
        self.down_proj = nn.Linear(hidden, width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class LlamaLayer(nn.Module):
    def __init__(self, width, **attention):
        super().__init__()
        self.self_attn = GroupedAttention(width, **attention)
        self.mlp = GatedMlp(width, 12)
        self.input_layernorm = RmsNorm(width)
        self.post_attention_layernorm = RmsNorm(width)

    def forward(self, x):
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    def __init__(self, layers=2, width=8, vocabulary=11, tied=False, **attention):
        super().__init__()
        self.model = Module(
            embed_tokens=nn.Embedding(vocabulary, width),
            layers=nn.ModuleList(LlamaLayer(width, **attention) for _ in range(layers)),
            norm=RmsNorm(width),
        )
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        if tied:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(self, ids):
        x = self.model.embed_tokens(ids)
        for layer in self.model.layers:
            x = layer(x)
        return self.lm_head(self.model.norm(x))


class GptGrouped(nn.Module):
    """GPT with learned positions, tied embeddings and grouped queries."""

    def __init__(self, width=8, vocabulary=11):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(10, width)
        self.ln_1 = nn.LayerNorm(width)
        self.attn = GroupedAttention(width, bias=True, rotary=False, repeat='expand')
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 12), nn.GELU(), nn.Linear(12, width))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        x = x + self.attn(self.ln_1(x))
        x = x + self.mlp(self.ln_2(x))
        return self.ln_f(x) @ self.wte.weight.t()


# Encoders


class Bert(nn.Module):
    def __init__(self, width=8, layers=2, heads=2):
        super().__init__()
        self.bert = Module(
            embeddings=Module(
                word_embeddings=nn.Embedding(13, width),
                position_embeddings=nn.Embedding(10, width),
                token_type_embeddings=nn.Embedding(2, width),
                LayerNorm=nn.LayerNorm(width),
            ),
            encoder=Module(layer=nn.ModuleList(BertLayer(width, heads) for _ in range(layers))),
            pooler=Module(dense=nn.Linear(width, 6)),
        )
        self.classifier = nn.Linear(6, 3)

    def forward(self, ids, mask, types):
        table = self.bert.embeddings
        x = table.word_embeddings(ids) + table.token_type_embeddings(types)
        x = table.LayerNorm(x + table.position_embeddings(torch.arange(ids.shape[1])[None]))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.bert.encoder.layer:
            x = layer(x, bias)
        return self.classifier(torch.tanh(self.bert.pooler.dense(x[:, 0])))


class BertLayer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention = bert_attention(width)
        self.intermediate = Module(dense=nn.Linear(width, 12))
        self.output = Module(dense=nn.Linear(12, width), LayerNorm=nn.LayerNorm(width))

    def forward(self, x, bias):
        projections = getattr(self.attention, 'self')
        q, k, v = (heads_of(getattr(projections, p)(x), self.heads) for p in ('query', 'key', 'value'))
        out = self.attention.output
        x = out.LayerNorm(x + out.dense(attend(q, k, v, bias)))
        return self.output.LayerNorm(x + self.output.dense(F.gelu(self.intermediate.dense(x))))


def bert_attention(width):
    attention = Module(output=Module(dense=nn.Linear(width, width), LayerNorm=nn.LayerNorm(width)))
    setattr(attention, 'self', Module(**{p: nn.Linear(width, width) for p in ('query', 'key', 'value')}))
    return attention


class Mixer(nn.Module):
    def __init__(self, width=8, patches=4, layers=2):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 4, stride=4)
        self.blocks = nn.ModuleList(
            Module(
                norm1=nn.LayerNorm(width), tokens1=nn.Linear(patches, 5), tokens2=nn.Linear(5, patches),
                norm2=nn.LayerNorm(width), channels1=nn.Linear(width, 12), channels2=nn.Linear(12, width),
            ) for _ in range(layers)
        )  # fmt: skip
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 5)

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        for b in self.blocks:
            mixed = b.tokens2(F.gelu(b.tokens1(b.norm1(x).transpose(1, 2))))
            x = x + mixed.transpose(1, 2)
            x = x + b.channels2(F.gelu(b.channels1(b.norm2(x))))
        return self.head(self.norm(x).mean(1))


class Wav2vec(nn.Module):
    """Audio: strided 1-D convolutions, group norm, grouped positional convolution with weight norm, attention."""

    def __init__(self, width=8):
        super().__init__()
        self.conv0 = nn.Conv1d(1, 6, 5, stride=2, bias=False)
        self.group_norm = nn.GroupNorm(6, 6)
        self.conv1 = nn.Conv1d(6, 7, 3, stride=2, bias=False)
        self.layer_norm = nn.LayerNorm(7)
        self.projection = nn.Linear(7, width)
        self.pos_conv = nn.utils.weight_norm(nn.Conv1d(width, width, 4, padding=2, groups=2), dim=2)
        self.encoder_norm = nn.LayerNorm(width)
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.o = nn.Linear(width, width)
        self.final_norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 5)

    def forward(self, x):
        x = F.gelu(self.group_norm(self.conv0(x[:, None])))
        x = F.gelu(self.conv1(x)).transpose(1, 2)
        x = self.projection(self.layer_norm(x))
        position = F.gelu(self.pos_conv(x.transpose(1, 2))[:, :, :-1])
        x = self.encoder_norm(x + position.transpose(1, 2))
        q, k, v = heads_of(self.q(x), 2), heads_of(self.k(x), 2), heads_of(self.v(x), 2)
        return self.fc(self.final_norm(x + self.o(attend(q, k, v))))


# Encoders and decoders


class Seq2Seq(nn.Module):
    """torch.nn.Transformer. Its in_proj of the cross attention reads both streams, so both have one group."""

    def __init__(self, width=8):
        super().__init__()
        self.source = nn.Embedding(11, width)
        self.target = nn.Embedding(12, width)
        self.positions = nn.Parameter(torch.zeros(10, 1, width))
        self.transformer = nn.Transformer(width, 2, 1, 1, 12, activation='gelu', norm_first=True)
        self.generator = nn.Linear(width, 12)

    def forward(self, source, target):
        x = self.source(source.t()) + self.positions[: source.shape[1]]
        y = self.target(target.t()) + self.positions[: target.shape[1]]
        y = self.transformer(x, y, tgt_mask=causal(target.shape[1], y))
        return self.generator(y).transpose(0, 1)


class WhisperAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x, memory, bias=0.0):
        q, k, v = heads_of(self.q_proj(x), 2), heads_of(self.k_proj(memory), 2), heads_of(self.v_proj(memory), 2)
        return self.out_proj(attend(q, k, v, bias))


class WhisperLayer(nn.Module):
    def __init__(self, width, decoder=False):
        super().__init__()
        self.self_attn = WhisperAttention(width)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        if decoder:
            self.encoder_attn = WhisperAttention(width)
            self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 12)
        self.fc2 = nn.Linear(12, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, x, memory=None, bias=0.0):
        y = self.self_attn_layer_norm(x)
        x = x + self.self_attn(y, y, bias)
        if memory is not None:
            x = x + self.encoder_attn(self.encoder_attn_layer_norm(x), memory)
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class Whisper(nn.Module):
    def __init__(self, width=8, vocabulary=11):
        super().__init__()
        self.model = Module(
            encoder=Module(
                conv1=nn.Conv1d(4, 6, 3, padding=1),
                conv2=nn.Conv1d(6, width, 3, stride=2, padding=1),
                embed_positions=nn.Embedding(5, width),
                layers=nn.ModuleList([WhisperLayer(width)]),
                layer_norm=nn.LayerNorm(width),
            ),
            decoder=Module(
                embed_tokens=nn.Embedding(vocabulary, width),
                embed_positions=nn.Embedding(6, width),
                layers=nn.ModuleList([WhisperLayer(width, decoder=True)]),
                layer_norm=nn.LayerNorm(width),
            ),
        )

    def forward(self, mel, ids):
        encoder, decoder = self.model.encoder, self.model.decoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        x = encoder.layer_norm(encoder.layers[0](x + encoder.embed_positions.weight))
        y = decoder.embed_tokens(ids) + decoder.embed_positions.weight[: ids.shape[1]]
        y = decoder.layers[0](y, x, causal(ids.shape[1], y))
        return F.linear(decoder.layer_norm(y), decoder.embed_tokens.weight)


class T5Attention(nn.Module):
    """Attention without scaling, whose first layer owns the bias of relative positions. Written with einsum."""

    def __init__(self, width, heads, relative):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, 6, bias=False)
        self.k = nn.Linear(width, 6, bias=False)
        self.v = nn.Linear(width, 6, bias=False)
        self.o = nn.Linear(6, width, bias=False)
        if relative:
            self.relative_attention_bias = nn.Embedding(8, heads)

    def forward(self, x, memory, bias=0.0):
        q, k, v = (heads_of(y, self.heads) for y in (self.q(x), self.k(memory), self.v(memory)))
        weights = (torch.einsum('bhid,bhjd->bhij', q, k) + bias).softmax(-1)
        return self.o(torch.einsum('bhij,bhjd->bihd', weights, v).flatten(2))

    def bias(self, length, bidirectional):
        at = torch.arange(length)
        return self.relative_attention_bias(bucket(at[None] - at[:, None], bidirectional)).permute(2, 0, 1)[None]


def bucket(offset, bidirectional, buckets=8, far=16):
    """Exact buckets of near positions, logarithmic ones of far positions."""
    start = 0
    if bidirectional:
        buckets //= 2
        start = (offset > 0).long() * buckets
        offset = offset.abs()
    else:
        offset = -torch.min(offset, torch.zeros_like(offset))
    exact = buckets // 2
    large = exact + (torch.log(offset.float() / exact) / math.log(far / exact) * (buckets - exact)).long()
    large = torch.min(large, torch.full_like(large, buckets - 1))
    return start + torch.where(offset < exact, offset, large)


class T5Block(nn.Module):
    def __init__(self, width, heads, relative, decoder):
        super().__init__()
        parts = [Module(SelfAttention=T5Attention(width, heads, relative), layer_norm=RmsNorm(width))]
        if decoder:
            parts.append(Module(EncDecAttention=T5Attention(width, heads, False), layer_norm=RmsNorm(width)))
        dense = Module(
            wi_0=nn.Linear(width, 10, bias=False), wi_1=nn.Linear(width, 10, bias=False),
            wo=nn.Linear(10, width, bias=False),
        )  # fmt: skip
        parts.append(Module(DenseReluDense=dense, layer_norm=RmsNorm(width)))
        self.layer = nn.ModuleList(parts)

    def forward(self, x, bias, memory=None):
        first, last = self.layer[0], self.layer[-1]
        y = first.layer_norm(x)
        x = x + first.SelfAttention(y, y, bias)
        if memory is not None:
            x = x + self.layer[1].EncDecAttention(self.layer[1].layer_norm(x), memory)
        y, dense = last.layer_norm(x), last.DenseReluDense
        return x + dense.wo(F.gelu(dense.wi_0(y)) * dense.wi_1(y))


class T5(nn.Module):
    def __init__(self, width=8, heads=2):
        super().__init__()
        self.shared = nn.Embedding(11, width)
        self.encoder = Module(
            block=nn.ModuleList(T5Block(width, heads, i == 0, False) for i in range(2)), final_layer_norm=RmsNorm(width)
        )
        self.decoder = Module(
            block=nn.ModuleList(T5Block(width, heads, i == 0, True) for i in range(1)), final_layer_norm=RmsNorm(width)
        )
        self.scale = width**-0.5

    def forward(self, ids, targets):
        x, y = self.shared(ids), self.shared(targets)
        bias = self.encoder.block[0].layer[0].SelfAttention.bias(ids.shape[1], True)
        for block in self.encoder.block:
            x = block(x, bias)
        memory = self.encoder.final_layer_norm(x)
        bias = self.decoder.block[0].layer[0].SelfAttention.bias(targets.shape[1], False)
        bias = bias + causal(targets.shape[1], y)
        for block in self.decoder.block:
            y = block(y, bias, memory)
        return self.decoder.final_layer_norm(y) * self.scale @ self.shared.weight.t()


def ids(vocabulary, length=6):
    return torch.randint(vocabulary, (2, length))


LLAMA = '''
model.embed_tokens.weight: _ e
model.norm.weight: e
model.layers.#.{input_layernorm,post_attention_layernorm}.weight: e
model.layers.#.self_attn.q_proj.weight: (g$1 r$1[g$1] 4) e
model.layers.#.self_attn.k_proj.weight: (g$1 4) e
model.layers.#.self_attn.v_proj.weight: (g$1 v$1[g$1]) e
model.layers.#.self_attn.o_proj.weight: e (g$1 r$1[g$1] v$1[g$1])
model.layers.#.mlp.{gate_proj,up_proj}.weight: f$1 e
model.layers.#.mlp.down_proj.weight: e f$1
'''

BERT = '''
bert.embeddings.{word,position,token_type}_embeddings.weight: _ e
bert.embeddings.LayerNorm.*: e
bert.encoder.layer.#.attention.self.{query,key}.weight: (h$1 d$1[h$1]) e
bert.encoder.layer.#.attention.self.{query,key}.bias: (h$1 d$1[h$1])
bert.encoder.layer.#.attention.self.value.weight: (h$1 v$1[h$1]) e
bert.encoder.layer.#.attention.self.value.bias: (h$1 v$1[h$1])
bert.encoder.layer.#.attention.output.dense.weight: e (h$1 v$1[h$1])
bert.encoder.layer.#.attention.output.dense.bias: e
bert.encoder.layer.#.attention.output.LayerNorm.*: e
bert.encoder.layer.#.intermediate.dense.weight: f$1 e
bert.encoder.layer.#.intermediate.dense.bias: f$1
bert.encoder.layer.#.output.dense.weight: e f$1
bert.encoder.layer.#.output.dense.bias: e
bert.encoder.layer.#.output.LayerNorm.*: e
bert.pooler.dense.weight: p e
bert.pooler.dense.bias: p
classifier.weight: _ p
classifier.bias: _
'''

BERT_INPUTS = {'input_ids': {0: 'batch', 1: 'length'}, 'attention_mask': {0: 'batch', 1: 'length'},
               'token_type_ids': {0: 'batch', 1: 'length'}}  # fmt: skip


def bert_inputs():
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    return ids(13, 5), mask, ids(2, 5)


CASES = [
    Case(
        'vit', "torchvision's VisionTransformer: nn.MultiheadAttention with one in_proj, class token",
        lambda: VisionTransformer(16, 8, 2, 2, 8, 12, attention_dropout=0.1, num_classes=5),
        lambda: (torch.randn(2, 3, 16, 16),),
        '''
        class_token: _ _ e
        encoder.pos_embedding: _ _ e
        conv_proj.weight: e _ _ _
        conv_proj.bias: e
        encoder.layers.encoder_layer_#.ln_{1,2}.*: e
        encoder.layers.encoder_layer_#.self_attention.in_proj_weight: (h$1 d$1[h$1] + h$1 d$1[h$1] + h$1 v$1[h$1]) e
        encoder.layers.encoder_layer_#.self_attention.in_proj_bias: (h$1 d$1[h$1] + h$1 d$1[h$1] + h$1 v$1[h$1])
        encoder.layers.encoder_layer_#.self_attention.out_proj.weight: e (h$1 v$1[h$1])
        encoder.layers.encoder_layer_#.self_attention.out_proj.bias: e
        encoder.layers.encoder_layer_#.mlp.0.weight: f$1 e
        encoder.layers.encoder_layer_#.mlp.0.bias: f$1
        encoder.layers.encoder_layer_#.mlp.3.weight: e f$1
        encoder.layers.encoder_layer_#.mlp.3.bias: e
        encoder.ln.*: e
        heads.head.weight: _ e
        heads.head.bias: _
        ''', sizes={'h0': 2, 'h1': 2}, dynamic={'x': {0: 'batch'}},
    ),
    Case(
        'swin', "torchvision's SwinTransformer: windows, shift, mask, bias table, patch merging, padded windows; values have numbers as names, as in older files",
        lambda: SwinTransformer([2, 2], 6, [2, 1], [2, 2], [2, 2], mlp_ratio=2.0, num_classes=5),
        lambda: (torch.randn(2, 3, 12, 12),),
        '''
        features.0.0.weight: s1 _ _ _
        features.0.{0,2}.*: s1
        features.#.#.norm{1,2}.*: s$1
        features.#.#.attn.relative_position_bias_table: _ h$1_$2
        features.#.#.attn.qkv.weight: (h$1_$2 d$1_$2[h$1_$2] + h$1_$2 d$1_$2[h$1_$2] + h$1_$2 v$1_$2[h$1_$2]) s$1
        features.#.#.attn.qkv.bias: (h$1_$2 d$1_$2[h$1_$2] + h$1_$2 d$1_$2[h$1_$2] + h$1_$2 v$1_$2[h$1_$2])
        features.#.#.attn.proj.weight: s$1 (h$1_$2 v$1_$2[h$1_$2])
        features.#.#.attn.proj.bias: s$1
        features.#.#.mlp.0.weight: f$1_$2 s$1
        features.#.#.mlp.0.bias: f$1_$2
        features.#.#.mlp.3.weight: s$1 f$1_$2
        features.#.#.mlp.3.bias: s$1
        features.2.norm.*: (4 s1)
        features.2.reduction.weight: s3 (4 s1)
        norm.*: s3
        head.weight: _ s3
        head.bias: _
        ''', bare=True,
    ),
    Case(
        'gptgqa', 'GPT with tied embeddings and grouped queries, keys repeated by expand',
        GptGrouped, lambda: (ids(11),),
        '''
        {wte,wpe}.weight: _ e
        ln_{1,2,f}.*: e
        attn.q_proj.weight: (g r[g] d[g]) e
        attn.q_proj.bias: (g r[g] d[g])
        attn.k_proj.weight: (g d[g]) e
        attn.k_proj.bias: (g d[g])
        attn.v_proj.weight: (g v[g]) e
        attn.v_proj.bias: (g v[g])
        attn.o_proj.weight: e (g r[g] v[g])
        mlp.0.weight: f e
        mlp.0.bias: f
        mlp.2.weight: e f
        mlp.2.bias: e
        ''', sizes={'g': 2}, names=('input_ids',), dynamic={'input_ids': {0: 'batch', 1: 'length'}},
    ),
    Case(
        'llama', "Hugging Face's Llama and names: rotary positions, RMS norm, gated MLP, keys repeated by expand",
        lambda: Llama(bias=False, rotary=True, repeat='expand'), lambda: (ids(11),),
        LLAMA + 'lm_head.weight: _ e', sizes={'g0': 2, 'g1': 2}, names=('input_ids',),
        dynamic={'input_ids': {0: 'batch', 1: 'length'}},
    ),
    Case(
        'qwen', 'as llama with biases, tied embeddings and repeat_interleave; fixed shapes',
        lambda: Llama(1, tied=True, bias=True, rotary=True, repeat='interleave'), lambda: (ids(11),),
        LLAMA + '''
        model.layers.#.self_attn.q_proj.bias: (g$1 r$1[g$1] 4)
        model.layers.#.self_attn.k_proj.bias: (g$1 4)
        model.layers.#.self_attn.v_proj.bias: (g$1 v$1[g$1])
        ''', sizes={'g0': 2}, names=('input_ids',),
    ),
    Case(
        'bert', "Hugging Face's BERT and names: three inputs, mask, LayerNorm decomposed, pooler",
        Bert, bert_inputs, BERT, sizes={'h0': 2, 'h1': 2}, names=tuple(BERT_INPUTS), dynamic=BERT_INPUTS,
    ),
    Case(
        'bert17', 'as bert, one layer, with LayerNormalization of opset 17',
        lambda: Bert(layers=1), bert_inputs, BERT, sizes={'h0': 2}, opset=17, names=tuple(BERT_INPUTS), dynamic=BERT_INPUTS,
    ),
    Case(
        'mixer', 'MLP-Mixer: dense layers over tokens and over channels, LayerNormalization of opset 17',
        Mixer, lambda: (torch.randn(2, 3, 8, 8),),
        '''
        stem.weight: e _ _ _
        stem.bias: e
        {norm,blocks.0.norm1,blocks.0.norm2,blocks.1.norm1,blocks.1.norm2}.*: e
        blocks.#.tokens1.weight: t$1 _
        blocks.#.tokens1.bias: t$1
        blocks.#.tokens2.weight: _ t$1
        blocks.#.tokens2.bias: _
        blocks.#.channels1.weight: f$1 e
        blocks.#.channels1.bias: f$1
        blocks.#.channels2.weight: e f$1
        blocks.#.channels2.bias: e
        head.weight: _ e
        head.bias: _
        ''', opset=17,
    ),
    Case(
        'wav2vec', '1-D convolutions, GroupNorm per channel, grouped positional convolution with weight norm',
        Wav2vec, lambda: (torch.randn(2, 40),),
        '''
        conv0.weight: a _ _
        group_norm.*: a
        conv1.weight: b a _
        layer_norm.*: b
        projection.weight: (g o[g]) b
        projection.bias: (g o[g])
        pos_conv.bias: (g o[g])
        pos_conv.weight_g: _ _ _
        pos_conv.weight_v: (g o[g]) o[g] _
        {encoder_norm,final_norm}.*: (g o[g])
        {q,k}.weight: (h d[h]) (g o[g])
        {q,k}.bias: (h d[h])
        v.weight: (h v[h]) (g o[g])
        v.bias: (h v[h])
        o.weight: (g o[g]) (h v[h])
        o.bias: (g o[g])
        fc.weight: _ (g o[g])
        fc.bias: _
        ''', sizes={'g': 2, 'h': 2}, dynamic={'x': {0: 'batch', 1: 'samples'}},
    ),
    Case(
        'seq2seq', 'nn.Transformer: encoder and decoder, two I64 inputs, causal mask, cross attention',
        Seq2Seq, lambda: (ids(11, 6), ids(12, 4)),
        '''
        {source,target}.weight: _ e
        positions: _ _ e
        transformer.{encoder,decoder}.*norm*: e
        transformer.encoder.layers.0.self_attn.in_proj_weight: (h0 d0[h0] + h0 d0[h0] + h0 v0[h0]) e
        transformer.encoder.layers.0.self_attn.in_proj_bias: (h0 d0[h0] + h0 d0[h0] + h0 v0[h0])
        transformer.encoder.layers.0.self_attn.out_proj.weight: e (h0 v0[h0])
        transformer.decoder.layers.0.self_attn.in_proj_weight: (h1 d1[h1] + h1 d1[h1] + h1 v1[h1]) e
        transformer.decoder.layers.0.self_attn.in_proj_bias: (h1 d1[h1] + h1 d1[h1] + h1 v1[h1])
        transformer.decoder.layers.0.self_attn.out_proj.weight: e (h1 v1[h1])
        transformer.decoder.layers.0.multihead_attn.in_proj_weight: (h2 d2[h2] + h2 d2[h2] + h2 v2[h2]) e
        transformer.decoder.layers.0.multihead_attn.in_proj_bias: (h2 d2[h2] + h2 d2[h2] + h2 v2[h2])
        transformer.decoder.layers.0.multihead_attn.out_proj.weight: e (h2 v2[h2])
        transformer.*.out_proj.bias: e
        transformer.encoder.layers.0.linear1.weight: f0 e
        transformer.encoder.layers.0.linear1.bias: f0
        transformer.encoder.layers.0.linear2.weight: e f0
        transformer.decoder.layers.0.linear1.weight: f1 e
        transformer.decoder.layers.0.linear1.bias: f1
        transformer.decoder.layers.0.linear2.weight: e f1
        transformer.*.linear2.bias: e
        generator.weight: _ e
        generator.bias: _
        ''', sizes={'h0': 2, 'h1': 2, 'h2': 2}, names=('source', 'target'),
    ),
    Case(
        'whisper', "Hugging Face's Whisper and names: F32 and I64 inputs, two streams, keys without bias, tied head",
        Whisper, lambda: (torch.randn(2, 4, 10), ids(11, 4)),
        '''
        model.encoder.conv1.weight: c _ _
        model.encoder.conv1.bias: c
        model.encoder.conv2.weight: x c _
        model.encoder.conv2.bias: x
        model.encoder.embed_positions.weight: _ x
        model.encoder.*norm.*: x
        model.encoder.layers.0.self_attn.{q,k}_proj.weight: (h d[h]) x
        model.encoder.layers.0.self_attn.v_proj.weight: (h v[h]) x
        model.encoder.layers.0.self_attn.q_proj.bias: (h d[h])
        model.encoder.layers.0.self_attn.v_proj.bias: (h v[h])
        model.encoder.layers.0.self_attn.out_proj.weight: x (h v[h])
        model.encoder.layers.0.self_attn.out_proj.bias: x
        model.encoder.layers.0.fc1.weight: f x
        model.encoder.layers.0.fc1.bias: f
        model.encoder.layers.0.fc2.weight: x f
        model.encoder.layers.0.fc2.bias: x
        model.decoder.embed_{tokens,positions}.weight: _ y
        model.decoder.*norm.*: y
        model.decoder.layers.0.self_attn.{q,k}_proj.weight: (h1 d1[h1]) y
        model.decoder.layers.0.self_attn.v_proj.weight: (h1 v1[h1]) y
        model.decoder.layers.0.self_attn.q_proj.bias: (h1 d1[h1])
        model.decoder.layers.0.self_attn.v_proj.bias: (h1 v1[h1])
        model.decoder.layers.0.self_attn.out_proj.weight: y (h1 v1[h1])
        model.decoder.layers.0.self_attn.out_proj.bias: y
        model.decoder.layers.0.encoder_attn.q_proj.weight: (h2 d2[h2]) y
        model.decoder.layers.0.encoder_attn.k_proj.weight: (h2 d2[h2]) x
        model.decoder.layers.0.encoder_attn.v_proj.weight: (h2 v2[h2]) x
        model.decoder.layers.0.encoder_attn.q_proj.bias: (h2 d2[h2])
        model.decoder.layers.0.encoder_attn.v_proj.bias: (h2 v2[h2])
        model.decoder.layers.0.encoder_attn.out_proj.weight: y (h2 v2[h2])
        model.decoder.layers.0.encoder_attn.out_proj.bias: y
        model.decoder.layers.0.fc1.weight: f1 y
        model.decoder.layers.0.fc1.bias: f1
        model.decoder.layers.0.fc2.weight: y f1
        model.decoder.layers.0.fc2.bias: y
        ''', sizes={'h': 2, 'h1': 2, 'h2': 2}, names=('mel', 'ids'),
        dynamic={'mel': {0: 'batch'}, 'ids': {0: 'batch', 1: 'length'}},
    ),
    Case(
        't5', "Hugging Face's T5 and names: biases of relative positions that all layers share, Einsum, gated GELU",
        T5, lambda: (ids(11, 7), ids(11, 5)),
        '''
        shared.weight: _ e
        *norm.weight: e
        encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight: _ h
        decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight: _ k
        encoder.block.#.layer.0.SelfAttention.{q,k}.weight: (h d$1[h]) e
        encoder.block.#.layer.0.SelfAttention.v.weight: (h v$1[h]) e
        encoder.block.#.layer.0.SelfAttention.o.weight: e (h v$1[h])
        decoder.block.#.layer.0.SelfAttention.{q,k}.weight: (k p$1[k]) e
        decoder.block.#.layer.0.SelfAttention.v.weight: (k w$1[k]) e
        decoder.block.#.layer.0.SelfAttention.o.weight: e (k w$1[k])
        decoder.block.#.layer.1.EncDecAttention.{q,k}.weight: (c$1 q$1[c$1]) e
        decoder.block.#.layer.1.EncDecAttention.v.weight: (c$1 u$1[c$1]) e
        decoder.block.#.layer.1.EncDecAttention.o.weight: e (c$1 u$1[c$1])
        encoder.block.#.layer.1.DenseReluDense.wi_{0,1}.weight: f$1 e
        encoder.block.#.layer.1.DenseReluDense.wo.weight: e f$1
        decoder.block.#.layer.2.DenseReluDense.wi_{0,1}.weight: g$1 e
        decoder.block.#.layer.2.DenseReluDense.wo.weight: e g$1
        ''', sizes={'c0': 2}, names=('ids', 'targets'),
        dynamic={'ids': {0: 'batch', 1: 'length'}, 'targets': {0: 'batch', 1: 'steps'}},
    ),
]
