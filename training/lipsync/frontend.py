"""The product's ear (src/core/speech/listen/mel.ts) in numpy, constant for constant; a test holds the two together."""
import numpy as np

from shared import INVENTORY

MEL = INVENTORY["MEL"]
SILENT_COLUMN = np.array(INVENTORY["SILENT_COLUMN"], np.float32)


def mel_matrix(warp=1.0):
    """[257, 48] triangles; `warp` stretches the frequency axis, as a longer or shorter vocal tract does."""
    to_mel = lambda hz: 2595 * np.log10(1 + hz / 700)
    edges = 700 * (10 ** (np.linspace(to_mel(MEL["lowHz"]), to_mel(MEL["highHz"]), MEL["bands"] + 2) / 2595) - 1)
    # Bilinear towards the top, so that a warped axis still ends where it did.
    knee = 4800 * min(1, 1 / warp)
    top = MEL["sampleRateHz"] / 2
    edges = np.where(edges <= knee, edges * warp, knee * warp + (edges - knee) * (top - knee * warp) / (top - knee))
    hz = np.arange(MEL["fftSize"] // 2 + 1) * MEL["sampleRateHz"] / MEL["fftSize"]
    out = np.zeros((len(hz), MEL["bands"]))
    for band in range(MEL["bands"]):
        left, centre, right = edges[band:band + 3]
        weights = np.minimum((hz - left) / (centre - left), (right - hz) / (right - centre)).clip(0)
        if not weights.any():
            weights[round(centre / hz[1])] = 1
        out[:, band] = weights
    return out


PLAIN = mel_matrix()
WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(MEL["windowSamples"]) / MEL["windowSamples"])


def mel_energies(pcm, matrix=PLAIN):
    """float sound, −1…1 → [columns, 48]: the energies before any normalisation."""
    padded = np.concatenate([np.zeros(MEL["leadSamples"]), pcm])
    frames = np.lib.stride_tricks.sliding_window_view(padded, MEL["windowSamples"])[::MEL["hopSamples"]]
    power = np.abs(np.fft.rfft(frames * WINDOW, MEL["fftSize"])) ** 2
    return power @ matrix


def normalise(energies):
    """Peak-relative, floored, rid of its running mean: the columns as the network sees them."""
    total = energies.sum(1)
    peak, heard = float(MEL["peakStart"]), MEL["meanStartColumns"]
    mean = np.linspace(MEL["meanStartLow"], MEL["meanStartHigh"], MEL["bands"])
    peaks = np.empty(len(total))
    for i, value in enumerate(total):
        peak = max(value, peak * MEL["peakDecay"])
        peaks[i] = peak
    levels = np.log(energies / peaks[:, None] + MEL["floor"])
    speech = total > peaks * MEL["speechShare"]
    out = np.empty(levels.shape, np.float32)
    for i, level in enumerate(levels):
        if speech[i]:
            heard = min(heard + 1, MEL["meanColumns"])
            mean = mean + (level - mean) / heard
        out[i] = (level - mean) / MEL["scale"]
    return out


def features(pcm, matrix=PLAIN):
    return normalise(mel_energies(pcm, matrix))
