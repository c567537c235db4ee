"""Groups of the five networks whose programs are not here: lenet, gpt, unet, lstm, densenet."""

PATTERNS = {
    'lenet': ('''
        0.weight: a _ _ _
        0.bias: a
        3.weight: b a _ _
        3.bias: b
        7.weight: h (b 16)
        7.bias: h
        9.weight: _ h
        9.bias: _
        ''', {}),
    'gpt': ('''
        mask: _ _ _ _
        {tok,pos}.weight: _ e
        blocks.#.l{1,2}.*: e
        blocks.#.qkv.weight: (h$1 d$1[h$1] + h$1 d$1[h$1] + h$1 v$1[h$1]) e
        blocks.#.qkv.bias: (h$1 d$1[h$1] + h$1 d$1[h$1] + h$1 v$1[h$1])
        blocks.#.o.weight: e (h$1 v$1[h$1])
        blocks.#.o.bias: e
        blocks.#.f1.weight: f$1 e
        blocks.#.f1.bias: f$1
        blocks.#.f2.weight: e f$1
        blocks.#.f2.bias: e
        lf.*: e
        ''', {'h0': 3, 'h1': 3}),
    'unet': ('''
        d1.0.weight: a _ _ _
        d1.*: a
        d2.0.weight: b a _ _
        d2.*: b
        m.0.weight: c b _ _
        m.*: c
        u2.weight: c d _ _
        u2.bias: d
        c2.0.weight: e (d + b) _ _
        c2.*: e
        u1.weight: e f _ _
        u1.bias: f
        c1.0.weight: g (f + a) _ _
        c1.*: g
        o.weight: _ g _ _
        o.bias: _
        ''', {}),
    'lstm': ('''
        r.weight_ih_l0: (4 f0) _
        r.weight_ih_l0_reverse: (4 r0) _
        r.weight_ih_l1: (4 f1) (f0 + r0)
        r.weight_ih_l1_reverse: (4 r1) (f0 + r0)
        r.weight_hh_l#: (4 f$1) f$1
        r.weight_hh_l#_reverse: (4 r$1) r$1
        r.bias_{ih,hh}_l#: (4 f$1)
        r.bias_{ih,hh}_l#_reverse: (4 r$1)
        o.weight: _ (f1 + r1)
        o.bias: _
        ''', {}),
    'densenet': ('''
        features.conv0.weight: s0 _ _ _
        features.norm0.*: s0
        features.denseblock1.denselayer1.norm1.*: s0
        features.denseblock2.denselayer1.norm1.*: s1
        features.denseblock3.denselayer1.norm1.*: s2
        features.denseblock1.denselayer2.norm1.*: (s0 + k11)
        features.denseblock2.denselayer2.norm1.*: (s1 + k21)
        features.denseblock3.denselayer2.norm1.*: (s2 + k31)
        features.denseblock1.denselayer1.conv1.weight: h11 s0 _ _
        features.denseblock2.denselayer1.conv1.weight: h21 s1 _ _
        features.denseblock3.denselayer1.conv1.weight: h31 s2 _ _
        features.denseblock1.denselayer2.conv1.weight: h12 (s0 + k11) _ _
        features.denseblock2.denselayer2.conv1.weight: h22 (s1 + k21) _ _
        features.denseblock3.denselayer2.conv1.weight: h32 (s2 + k31) _ _
        features.denseblock#.denselayer#.norm2.*: h$1$2
        features.denseblock#.denselayer#.conv2.weight: k$1$2 h$1$2 _ _
        features.transition1.norm.*: (s0 + k11 + k12)
        features.transition1.conv.weight: s1 (s0 + k11 + k12) _ _
        features.transition2.norm.*: (s1 + k21 + k22)
        features.transition2.conv.weight: s2 (s1 + k21 + k22) _ _
        features.norm5.*: (s2 + k31 + k32)
        classifier.weight: _ (s2 + k31 + k32)
        classifier.bias: _
        ''', {}),
}  # fmt: skip
