"""Mouths of talkers, unrolled by `unroll.ts`; what is seen in them by rule; and how a camera might have spoilt them."""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from model import COLUMNS, LIP_ROWS, ROWS, evened

# Lips this far apart (heights of the face, brow to base of the nose) show all there is; closer ones say less.
OPEN = 0.12


def load(build: Path):
    """-> images (n, 3, 24, 32) 0 to 1, opening (n), talker (n), names of talkers"""
    index = json.loads((build / "index.json").read_text())
    images, opening, talker, names = [], [], [], []
    for clip in index:
        crops = np.fromfile(build / f"{clip['name']}.crops", np.uint8).reshape(-1, ROWS, COLUMNS, 3)
        gaps = np.fromfile(build / f"{clip['name']}.openings", np.float32)
        good = gaps >= 0
        if clip["talker"] not in names:
            names.append(clip["talker"])
        images.append(crops[good].transpose(0, 3, 1, 2).astype(np.float32) / 255)
        opening.append(gaps[good])
        talker.append(np.full(good.sum(), names.index(clip["talker"])))
    join = lambda parts: torch.from_numpy(np.concatenate(parts))
    return join(images), join(opening), join(talker), names


def inside(image):
    """What lies between the lips, evened, without the corners: (n, 3, 16, 26)."""
    return evened(image)[:, :, LIP_ROWS : ROWS - LIP_ROWS, 3:29]


def parts_by_rule(image):
    """Shares of teeth, flesh and dark: dark is half as bright as the lips; teeth are bright, and less red than lips are."""
    cells = inside(image)
    red, green, blue = cells.unbind(1)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    pale = (green + blue) / 2 / red.clamp(min=0.05)
    dark = torch.sigmoid((0.52 - luma) / 0.06)
    teeth = torch.sigmoid((pale - 1.18) / 0.06) * torch.sigmoid((luma - 0.62) / 0.08) * (1 - dark)
    shares = torch.stack([teeth, 1 - dark - teeth, dark], 1)
    return shares.clamp(min=0).mean(dim=(2, 3))


def apart(cells):
    """Root mean square differences of colour, all with all: (n, n), in 255ths where the lips are 128."""
    rows = cells.clamp(max=2).flatten(1) * 128
    return torch.cdist(rows, rows) / rows.shape[1] ** 0.5


def another(image, random):
    """Another person's mouth, in better or worse light: what differs from the lips differs more or less, each colour by itself."""
    n = image.shape[0]
    draw = lambda low, high, *shape: torch.rand(n, *shape, generator=random) * (high - low) + low
    lips = image / evened(image).clamp(min=1e-4)
    contrast = draw(0.75, 2.2, 1, 1, 1) * draw(0.88, 1.14, 3, 1, 1)
    # What is darker than the lips cannot become darker than nothing.
    out = torch.where(image > lips, lips + (image - lips) * contrast, lips * (image / lips.clamp(min=1e-4)).clamp(min=0) ** contrast)
    return out.clamp(0, 1)


def spoilt(image, random):
    """Other light, another camera, landmarks a little off, motion: what the answer must not depend on."""
    n = image.shape[0]
    draw = lambda low, high, *shape: torch.rand(n, *shape, generator=random) * (high - low) + low
    # Landmarks off: rows and columns shifted and stretched about the middle.
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = draw(0.92, 1.06), draw(0.92, 1.06)
    theta[:, 0, 2], theta[:, 1, 2] = draw(-0.05, 0.05), draw(-0.06, 0.06)
    grid = F.affine_grid(theta, list(image.shape), align_corners=False)
    out = F.grid_sample(image, grid, padding_mode="border", align_corners=False)
    blurred = F.avg_pool2d(F.pad(out, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    out = torch.lerp(out, blurred, draw(0, 1, 1, 1, 1))
    smeared = F.avg_pool2d(F.pad(out, (0, 0, 2, 2), mode="replicate"), (5, 1), stride=1)
    out = torch.lerp(out, smeared, (draw(-1.5, 1, 1, 1, 1)).clamp(min=0))
    light = draw(0.35, 1.4, 1, 1, 1) * draw(0.85, 1.18, 3, 1, 1)
    # Light from one side.
    slope = torch.linspace(-1, 1, COLUMNS).view(1, 1, 1, -1) * draw(-0.2, 0.2, 1, 1, 1)
    out = out.clamp(min=1e-4) ** draw(0.85, 1.18, 1, 1, 1) * light * (1 + slope)
    out = out + torch.randn(out.shape, generator=random) * draw(0, 0.03, 1, 1, 1)
    return out.clamp(0, 1)
