"""The network: a mouth between its lips, unrolled, in; how much of it is teeth, flesh and dark, and a look of eight numbers."""

import torch
from torch import nn
from torch.nn import functional as F

ROWS, COLUMNS = 24, 32
LIP_ROWS = 4
PARTS = ["teeth", "flesh", "dark"]
LOOK = 8
# Looks are told in steps of colour (0 to 255 where the lips are 128), the network's last layer in tenths of that.
LOOK_SCALE = 10.0


def evened(image):
    """Each colour divided by what the lips (without their corners) have of it: 1 is as bright as they are."""
    upper, lower = image[:, :, 1:LIP_ROWS, 4:28], image[:, :, ROWS - LIP_ROWS : ROWS - 1, 4:28]
    lips = (upper.mean(dim=(2, 3), keepdim=True) + lower.mean(dim=(2, 3), keepdim=True)) / 2
    return image / lips.clamp(min=0.03)


class InnerMouth(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1)
        self.second = nn.Conv2d(16, 24, 3, stride=2, padding=1)
        self.third = nn.Conv2d(24, 32, 3, stride=2, padding=1)
        self.wide = nn.Conv2d(32, 48, (6, 8))
        self.last = nn.Conv2d(48, len(PARTS) + LOOK, 1)

    def forward(self, image):
        x = evened(image) - 1
        x = F.relu(self.first(x))
        x = F.relu(self.second(x))
        x = F.relu(self.third(x))
        x = F.relu(self.wide(x))
        x = self.last(x).flatten(1)
        return torch.softmax(x[:, : len(PARTS)], 1), x[:, len(PARTS) :] * LOOK_SCALE
