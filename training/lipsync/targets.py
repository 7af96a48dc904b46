"""What the network is to answer, fifty times a second, from phones whose times are known.

The mouth is the product's own coarticulation (src/core/motion/coarticulation.ts, Cohen and Massaro 1993 with narrow
kernels) sampled at the middle of each step; voice, pitch, energy and emphasis are measured on the clean sound.
"""
import json

import numpy as np

from shared import HERE, INVENTORY, RATE, STEP_HZ, STEP_SAMPLES

PHONES = INVENTORY["PHONES"]
SIL = PHONES.index("sil")
SHAPES = INVENTORY["HEARD_MOUTH"]
ARTICULATORS = INVENTORY["ARTICULATORS"]
BY = np.array([ARTICULATORS.index(INVENTORY["SHAPES"][name]["by"]) for name in SHAPES])
GROWS = np.array([name in ("jawOpen", "lowerDown", "upperUp") for name in SHAPES])
ROUNDS = [SHAPES.index("pucker"), SHAPES.index("funnel")]
FIRST_VOWEL = PHONES.index("i")
VOICELESS = {PHONES.index(p) for p in ["sil", "p", "t", "k", "tʃ", "ʔ", "f", "θ", "s", "ʃ", "h"]}
LIP = INVENTORY["LIP_OPENING"]
OPENING = np.array([{"jawOpen": LIP["jaw"], "upperUp": LIP["upperUp"], "lowerDown": LIP["lowerDown"], "funnel": LIP["funnel"],
                     "pucker": LIP["pucker"], "press": LIP["press"], "rollUpper": LIP["rollUpper"],
                     "rollLower": LIP["rollLower"]}.get(name, 0.0) for name in SHAPES])
WIDTH = np.array([{"smile": 0.28, "stretch": 0.2, "pucker": -0.45, "funnel": -0.22, "jawOpen": -0.08}.get(name, 0.0)
                  for name in SHAPES])


MEASURED = json.loads((HERE / "articulation.json").read_text())["opening"]


def as_measured(shape, phone):
    """The viseme, opened or closed as real lips were seen to: lips part on top of the jaw, the jaw takes away."""
    extra = MEASURED.get(phone, 0.0)
    shape = dict(shape)
    if extra > 0:
        shape["lowerDown"] = shape.get("lowerDown", 0) + 0.6 * extra / LIP["lowerDown"]
        shape["upperUp"] = shape.get("upperUp", 0) + 0.4 * extra / LIP["upperUp"]
    elif extra < 0:
        jaw = min(shape.get("jawOpen", 0), -extra / LIP["jaw"])
        shape["jawOpen"] = shape.get("jawOpen", 0) - jaw
        rest = -extra - jaw * LIP["jaw"]
        if phone in ("p", "b", "m"):
            shape["press"] = shape.get("press", 0) + rest / -LIP["press"]
    return shape


def parts_table():
    """Phone → its one or two visemes as (shape vector, dominance vector, share of the phone)."""
    table = []
    for phone in PHONES:
        parts = []
        for part in INVENTORY["PHONE_VISEMES"][phone]:
            measured = as_measured(part["viseme"]["shape"], phone)
            shape = np.array([measured.get(name, 0.0) for name in SHAPES])
            named = np.array([name in part["viseme"]["shape"] for name in SHAPES])
            weight = np.array([part["viseme"]["dominance"][by] for by in ARTICULATORS])
            parts.append((shape, named, weight, part["share"]))
        table.append(parts)
    return table


PARTS = parts_table()


def loudness(pcm):
    """Root mean square over 30 ms about the middle of each step, against the sound's own loud syllables."""
    steps = len(pcm) // STEP_SAMPLES
    power = np.concatenate([[0], np.cumsum(pcm.astype(np.float64) ** 2)])
    centre = np.arange(steps) * STEP_SAMPLES + STEP_SAMPLES // 2
    a, b = np.maximum(0, centre - 240), np.minimum(len(pcm), centre + 240)
    level = np.sqrt((power[b] - power[a]) / (b - a))
    typical = np.quantile(level, 0.85) if steps else 1
    return level / max(typical, 1e-5)


def mouth(phones, steps, loud):
    """phones: rows (phone, start sample, end sample), covering the sound → [steps, 16]."""
    times = (np.arange(steps) + 0.5) / STEP_HZ
    total = np.full((steps, len(ARTICULATORS)), 1e-4)
    shape = np.zeros((steps, len(SHAPES)))

    def pull(part, effort, centre, flat, before, after):
        target, named, dominance, _ = part
        lo, hi = np.searchsorted(times, [centre - flat - 4 * before * 1.7, centre + flat + 4 * after])
        t = times[lo:hi] - centre
        over = np.maximum(0, np.abs(t) - flat)
        z = over / np.where(t < 0, before, after)
        near = np.exp(-0.5 * z * z) * (z <= 4)
        weights = near[:, None] * dominance[None, :]
        if named[ROUNDS].any():
            z = over / np.where(t < 0, before * 1.7, after)
            weights[:, ARTICULATORS.index("rounding")] = dominance[ARTICULATORS.index("rounding")] * np.exp(-0.5 * z * z) * (z <= 4)
        total[lo:hi] += weights
        shape[lo:hi] += weights[:, BY] * (target * np.where(GROWS, effort, 1))[None, :]

    rows = merge_silences(phones)
    for index, (phone, start, end) in enumerate(rows):
        s, e = start / RATE, end / RATE
        if phone == SIL:
            if e - s <= 0.15:
                continue
            a = s if index == 0 else s + 0.05
            b = e if index == len(rows) - 1 else e - 0.09
            pull(PARTS[SIL][0], 1, (a + b) / 2, max(0, (b - a) / 2), 0.045, 0.04)
            continue
        at = min(steps - 1, int((s + 0.45 * (e - s)) * STEP_HZ))
        vowel = phone >= FIRST_VOWEL
        effort = float(np.clip(0.7 + 0.34 * loud[at], 0.7, 1.2)) if vowel else 0.95
        for part in PARTS[phone]:
            length = (e - s) * part[3]
            sigma = 0.35 * min(length, 0.19) + 0.025
            pull(part, effort, s + length / 2, max(0, (length - 0.19) / 2), sigma, sigma)
            s += length
    return (shape / total[:, BY]).astype(np.float32)


def merge_silences(phones):
    out = []
    for phone, start, end in phones:
        if out and phone == SIL and out[-1][0] == SIL:
            out[-1] = (SIL, out[-1][1], end)
        else:
            out.append((int(phone), int(start), int(end)))
    return out


def phone_steps(phones, steps):
    ids = np.full(steps, SIL, np.int64)
    for phone, start, end in phones:
        lo, hi = round(start / STEP_SAMPLES), round(end / STEP_SAMPLES)
        ids[lo:hi] = phone
    return ids


def pitch(pcm, voiced):
    """Semitones above 55 Hz by normalised autocorrelation over 50 ms, 0 where unvoiced. Octave slips are median-filtered."""
    steps = len(voiced)
    shortest, longest = RATE // 420, RATE // 65
    size = 1024
    padded = np.pad(pcm.astype(np.float64), size)
    out = np.zeros(steps, np.float32)
    for lo in range(0, steps, 512):
        idx = np.arange(lo, min(steps, lo + 512))
        starts = idx * STEP_SAMPLES + STEP_SAMPLES // 2 + size - 400
        frames = padded[starts[:, None] + np.arange(800)[None, :]]
        frames = frames - frames.mean(1, keepdims=True)
        spectrum = np.fft.rfft(frames, 2048)
        auto = np.fft.irfft(np.abs(spectrum) ** 2)[:, :longest + 1]
        auto = auto / (auto[:, :1] + 1e-9) / (1 - np.arange(longest + 1) / 800)
        part = auto[:, shortest:]
        best = part.argmax(1)
        # The shortest lag that is nearly as good is the period; longer ones are its multiples.
        good = part >= 0.9 * part.max(1, keepdims=True)
        best = np.where(part.max(1) > 0, good.argmax(1), best)
        for row, first in enumerate(best):
            while first + 1 < part.shape[1] and part[row, first + 1] > part[row, first]:
                first += 1
            best[row] = first
        hz = RATE / (best + shortest)
        out[idx] = np.where((part.max(1) > 0.45) & voiced[idx], 12 * np.log2(hz / 55), 0)
    filtered = out.copy()
    for i in np.flatnonzero(out):
        near = out[max(0, i - 3):i + 4]
        filtered[i] = np.median(near[near > 0])
    return filtered


def emphasis(phones, steps, loud, semitones):
    """How much each syllable stands out: louder, longer and higher than the sentence's others. 0…1 over its vowel."""
    vowels = [(phone, s, e) for phone, s, e in phones if phone >= FIRST_VOWEL]
    if not vowels:
        return np.zeros(steps, np.float32)
    rows = []
    for _, s, e in vowels:
        lo = min(steps - 1, s // STEP_SAMPLES)
        hi = max(lo + 1, min(steps, e // STEP_SAMPLES))
        tones = semitones[lo:hi]
        rows.append((np.max(loud[lo:hi]), np.log(max(1, e - s)), tones[tones > 0].mean() if (tones > 0).any() else np.nan))
    table = np.array(rows)
    table[:, 2] = np.where(np.isnan(table[:, 2]), np.nanmean(table[:, 2]) if (~np.isnan(table[:, 2])).any() else 0, table[:, 2])
    z = ((table - table.mean(0)) / (table.std(0) + 1e-3)).clip(-2, 2).mean(1)
    out = np.zeros(steps, np.float32)
    for (_, s, e), score in zip(vowels, 1 / (1 + np.exp(-3 * (z - 0.35)))):
        out[round(s / STEP_SAMPLES):round(e / STEP_SAMPLES)] = score
    return out


def all_targets(pcm, phones):
    """float sound and its phones → mouth [n, 16], phone ids [n], prosody [n, 4] (voice, pitch, energy, emphasis)."""
    steps = len(pcm) // STEP_SAMPLES
    loud = loudness(pcm)
    ids = phone_steps(phones, steps)
    voiced = np.array([phone not in VOICELESS for phone in range(len(PHONES))])[ids]
    tones = pitch(pcm, voiced)
    prosody = np.stack([(ids != SIL).astype(np.float32), tones, loud.clip(0, 1.5).astype(np.float32),
                        emphasis(phones, steps, loud, tones)], 1)
    return mouth(phones, steps, loud), ids, prosody
