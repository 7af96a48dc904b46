"""A drawn person, head and shoulders: what the networks' golden examples look at. No photograph is shipped."""

import numpy as np


def picture(side):
    """-> (1, 3, side, side), 0 to 1, exact in bytes."""
    y, x = (np.mgrid[0:side, 0:side] + 0.5) / side * 2 - 1
    image = np.stack([0.55 + 0.1 * x, 0.62 - 0.08 * y, 0.68 + 0 * x], 0)

    def blend(colour, share):
        image[:] = image * (1 - share) + np.asarray(colour)[:, None, None] * share

    def oval(cx, cy, rx, ry, soft=0.02, power=2.0):
        distance = (np.abs((x - cx) / rx) ** power + np.abs((y - cy) / ry) ** power) ** (1 / power)
        return np.clip((1 - distance) * min(rx, ry) / soft + 0.5, 0, 1)

    blend((0.16, 0.10, 0.07), oval(0, -0.16, 0.50, 0.62))  # hair
    blend((0.20, 0.24, 0.38), oval(0, 1.16, 0.95, 0.46, power=2.6))  # jacket
    blend((0.70, 0.50, 0.40), oval(0, 0.62, 0.22, 0.32, power=3))  # neck
    skin = oval(0, -0.02, 0.40, 0.56, power=2.3)
    light = np.clip(1.02 - 0.35 * np.abs(x + 0.08) - 0.12 * y, 0, 1.2)
    image[:] = image * (1 - skin) + np.stack([0.88 * light, 0.67 * light, 0.55 * light]) * skin
    for s in (-1, 1):
        blend((0.70, 0.50, 0.41), 0.5 * oval(0.17 * s, -0.13, 0.13, 0.075, 0.05))  # sockets
        blend((0.93, 0.92, 0.90), oval(0.17 * s, -0.12, 0.085, 0.038, 0.012))
        blend((0.28, 0.18, 0.10), oval(0.17 * s, -0.122, 0.040, 0.040, 0.012))
        blend((0.03, 0.02, 0.02), oval(0.17 * s, -0.122, 0.018, 0.018, 0.008))
        blend((0.15, 0.09, 0.06), 0.8 * oval(0.17 * s, -0.158, 0.095, 0.014, 0.015))  # lid
        blend((0.17, 0.11, 0.07), 0.9 * oval(0.175 * s, -0.235, 0.115, 0.022, 0.02))  # brow
        blend((0.42, 0.25, 0.19), 0.8 * oval(0.045 * s, 0.125, 0.022, 0.012, 0.015))  # nostril
    blend((0.95, 0.76, 0.65), 0.6 * oval(-0.01, -0.02, 0.030, 0.13, 0.05))  # ridge
    blend((0.70, 0.48, 0.39), 0.6 * oval(0, 0.135, 0.09, 0.022, 0.03))  # below the nose
    blend((0.66, 0.28, 0.27), oval(0, 0.265, 0.145, 0.030, 0.015))  # lips
    blend((0.72, 0.34, 0.32), oval(0, 0.305, 0.115, 0.034, 0.015))
    blend((0.25, 0.08, 0.08), oval(0, 0.280, 0.120, 0.010, 0.010))
    blend((0.68, 0.46, 0.37), 0.5 * oval(0, 0.375, 0.10, 0.018, 0.03))  # chin's shade
    return (np.round(image.clip(0, 1) * 255) / 255).astype(np.float32)[None]
