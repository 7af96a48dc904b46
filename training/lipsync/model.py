"""The network: temporal convolutions without padding, so that a window of columns gives its steps and no others.

Look-ahead is bought where it pays, in the first layers; the rest looks back. `LEFT` and `RIGHT` are the columns before
and after the two of a step that the step depends on.
"""
import torch
from torch import nn

from shared import INVENTORY

BANDS = INVENTORY["MEL"]["bands"]
PHONES = len(INVENTORY["PHONES"])
SHAPES = len(INVENTORY["HEARD_MOUTH"])

WIDTH = 160
# (dilation, steps of look-ahead); each block sees 2 × dilation steps more.
BLOCKS = [(1, 1), (2, 2), (1, 0), (4, 0), (2, 0), (8, 0), (1, 0), (4, 0)]
STEM = 6  # columns the stem sees for one step: the two of the step and two either side
RIGHT = 2 + 2 * sum(ahead for _, ahead in BLOCKS)
LEFT = 2 + 2 * sum(2 * dilation - ahead for dilation, ahead in BLOCKS)


class Block(nn.Module):
    def __init__(self, width, dilation, ahead):
        super().__init__()
        self.back, self.ahead = 2 * dilation - ahead, ahead
        self.conv = nn.Conv1d(width, width, 3, dilation=dilation)
        self.norm = nn.BatchNorm1d(width)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, x):
        y = self.mix(torch.relu(self.norm(self.conv(x))))
        return x[:, :, self.back:x.shape[2] - self.ahead] + y


class LipSync(nn.Module):
    def __init__(self, width=WIDTH, dropout=0.1):
        super().__init__()
        self.stem = nn.Conv1d(BANDS, width, STEM, stride=2)
        self.stem_norm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(Block(width, *shape) for shape in BLOCKS)
        self.drop = nn.Dropout(dropout)
        self.last = nn.BatchNorm1d(width)
        self.phones = nn.Conv1d(width, PHONES, 1)
        self.trunk = nn.Conv1d(width + PHONES, 128, 1)
        self.mouth = nn.Conv1d(128, SHAPES, 1)
        self.prosody = nn.Conv1d(128, 4, 1)

    def hidden(self, mel):
        x = torch.relu(self.stem_norm(self.stem(mel)))
        for block in self.blocks:
            x = block(x)
        return torch.relu(self.last(x))

    def forward(self, mel):
        """[batch, 48, columns] → phone logits [batch, 48, steps], mouth [batch, 16, steps], prosody [batch, 4, steps] raw"""
        x = self.drop(self.hidden(mel))
        logits = self.phones(x)
        h = torch.relu(self.trunk(torch.cat([x, torch.softmax(logits, 1)], 1)))
        return logits, self.mouth(h), self.prosody(h)


class Shipped(nn.Module):
    """As the product runs it: probabilities, values in their ranges, steps before channels.

    `correction` [16, 48 + 16], if any, is what calibrate.py found: added to the mouth from phones and shapes.
    """

    def __init__(self, net, correction=None):
        super().__init__()
        self.net = net
        self.fix = None
        if correction is not None:
            self.fix = nn.Conv1d(PHONES + SHAPES, SHAPES, 1, bias=False)
            self.fix.weight.data = torch.as_tensor(correction, dtype=torch.float32)[:, :, None]

    def forward(self, mel):
        logits, mouth, prosody = self.net(mel)
        if self.fix is not None:
            mouth = mouth + self.fix(torch.cat([torch.softmax(logits, 1), mouth], 1))
        voice, pitch, energy, emphasis = prosody.split(1, 1)
        prosody = torch.cat([torch.sigmoid(voice), pitch.clamp(min=0), energy.clamp(0, 1.5), torch.sigmoid(emphasis)], 1)
        return mouth.clamp(0, 1).transpose(1, 2), torch.softmax(logits, 1).transpose(1, 2), prosody.transpose(1, 2)
