"""LSTM, GRU and RNN, alone and behind convolutions."""

import torch
import torch.nn.functional as F
from torch import nn

from case import Case


class Lstm(nn.Module):
    """Two layers, both directions; the first sequence axis; all outputs and the last state of both directions."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 5)
        self.rnn = nn.LSTM(5, 4, num_layers=2, bidirectional=True)
        self.head = nn.Linear(8, 3)
        self.last = nn.Linear(8, 2)

    def forward(self, ids):
        outputs, (state, _) = self.rnn(self.embed(ids))
        return self.head(outputs), self.last(torch.cat([state[-2], state[-1]], 1))


class LstmStates(nn.Module):
    """One direction; initial states as inputs, last states as outputs."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(5, 6, batch_first=True)
        self.fc = nn.Linear(6, 3)

    def forward(self, x, h, c):
        outputs, (h, c) = self.rnn(x, (h, c))
        return self.fc(outputs), h, c


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(5, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        outputs, _ = self.rnn(x)
        return self.fc(outputs[:, -1])


class GruStack(nn.Module):
    """Two cells without biases, one after the other, sequence first."""

    def __init__(self):
        super().__init__()
        self.first = nn.GRU(4, 6, bias=False)
        self.norm = nn.LayerNorm(6)
        self.second = nn.GRU(6, 5, bias=False)
        self.fc = nn.Linear(5, 3)

    def forward(self, x):
        outputs, _ = self.first(x)
        _, state = self.second(self.norm(outputs))
        return self.fc(state[0])


class Rnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.tanh = nn.RNN(5, 6, num_layers=2, batch_first=True)
        self.relu = nn.RNN(6, 4, nonlinearity='relu', batch_first=True, bidirectional=True)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        outputs, _ = self.relu(self.tanh(x)[0])
        return self.fc(outputs.amax(1))


class Crnn(nn.Module):
    """Convolutions over an image, its columns as a sequence, a GRU in both directions (text recognition)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 5, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(5)
        self.rnn = nn.GRU(10, 6, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(12, 7)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), (2, 1))
        x = x.permute(0, 3, 1, 2).flatten(2)
        return F.log_softmax(self.fc(self.rnn(x)[0]), -1)


CASES = [
    Case(
        'lstm2', 'two layers, both directions, sequence first, all outputs and last states, embedding, I64 input',
        Lstm, lambda: (torch.randint(11, (6, 2)),),
        '''
        embed.weight: _ e
        rnn.weight_ih_l0: (4 f0) e
        rnn.weight_ih_l0_reverse: (4 r0) e
        rnn.weight_ih_l1: (4 f1) (f0 + r0)
        rnn.weight_ih_l1_reverse: (4 r1) (f0 + r0)
        rnn.weight_hh_l#: (4 f$1) f$1
        rnn.weight_hh_l#_reverse: (4 r$1) r$1
        rnn.bias_{ih,hh}_l#: (4 f$1)
        rnn.bias_{ih,hh}_l#_reverse: (4 r$1)
        {head,last}.weight: _ (f1 + r1)
        {head,last}.bias: _
        ''', outputs=('y0', 'y1'),
    ),
    Case(
        'lstmstates', 'initial states as inputs and last states as outputs, which fix the units',
        LstmStates, lambda: (torch.randn(2, 4, 5), torch.randn(1, 2, 6), torch.randn(1, 2, 6)),
        '''
        {rnn.weight_ih_l0,rnn.weight_hh_l0,fc.weight}: _ _
        {rnn.bias_ih_l0,rnn.bias_hh_l0,fc.bias}: _
        ''',
        opset=11, names=('x', 'h', 'c'), outputs=('y0', 'y1', 'y2'),
    ),
    Case(
        'gru', 'two layers, both directions, batch first, last step',
        Gru, lambda: (torch.randn(2, 5, 5),),
        '''
        rnn.weight_ih_l0: (3 f0) _
        rnn.weight_ih_l0_reverse: (3 r0) _
        rnn.weight_ih_l1: (3 f1) (f0 + r0)
        rnn.weight_ih_l1_reverse: (3 r1) (f0 + r0)
        rnn.weight_hh_l#: (3 f$1) f$1
        rnn.weight_hh_l#_reverse: (3 r$1) r$1
        rnn.bias_{ih,hh}_l#: (3 f$1)
        rnn.bias_{ih,hh}_l#_reverse: (3 r$1)
        fc.weight: _ (f1 + r1)
        fc.bias: _
        ''', dynamic={'x': {0: 'batch', 1: 'time'}},
    ),
    Case(
        'grustack', 'sequence first, no biases, LayerNormalization of opset 17',
        GruStack, lambda: (torch.randn(5, 2, 4),),
        '''
        first.weight_ih_l0: (3 a) _
        first.weight_hh_l0: (3 a) a
        norm.*: a
        second.weight_ih_l0: (3 b) a
        second.weight_hh_l0: (3 b) b
        fc.weight: _ b
        fc.bias: _
        ''', opset=17,
    ),
    Case(
        'rnn', 'RNN with tanh and with relu, two layers, both directions',
        Rnn, lambda: (torch.randn(2, 4, 5),),
        '''
        tanh.weight_ih_l0: a _
        tanh.weight_hh_l0: a a
        tanh.bias_*_l0: a
        tanh.weight_ih_l1: b a
        tanh.weight_hh_l1: b b
        tanh.bias_*_l1: b
        relu.weight_ih_l0: c b
        relu.weight_hh_l0: c c
        relu.bias_{ih,hh}_l0: c
        relu.weight_ih_l0_reverse: d b
        relu.weight_hh_l0_reverse: d d
        relu.bias_{ih,hh}_l0_reverse: d
        fc.weight: _ (c + d)
        fc.bias: _
        ''', opset=13,
    ),
    Case(
        'crnn', 'convolutions, columns as a sequence, GRU in both directions',
        Crnn, lambda: (torch.randn(2, 1, 8, 12),),
        '''
        conv1.weight: a _ _ _
        {conv1.bias,bn1.weight,bn1.bias,bn1.running_mean,bn1.running_var}: a
        conv2.weight: b a _ _
        bn2.*: b
        rnn.weight_ih_l0: (3 f) (b 2)
        rnn.weight_ih_l0_reverse: (3 r) (b 2)
        rnn.weight_hh_l0: (3 f) f
        rnn.weight_hh_l0_reverse: (3 r) r
        rnn.bias_{ih,hh}_l0: (3 f)
        rnn.bias_{ih,hh}_l0_reverse: (3 r)
        fc.weight: _ (f + r)
        fc.bias: _
        ''', dynamic={'x': {0: 'batch', 3: 'width'}},
    ),
]
