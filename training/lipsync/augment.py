"""Synthetic voices in a studio become people anywhere: length of the vocal tract, pitch and rate; rooms, noise, music,
babble, codecs, band limits, gain and clipping. Every choice comes from the generator that is passed in."""
import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt

from shared import RATE


def rescale(pcm, phones, ratio):
    """Plays the sound faster (ratio > 1) or slower: rate, pitch and formants together; phone times follow."""
    up, down = 100, round(100 * ratio)
    out = resample_poly(pcm, up, down)
    scaled = phones.astype(np.float64)
    scaled[:, 1:] *= up / down
    return out.astype(np.float32), scaled.round().astype(np.int64)


def stretch(pcm, phones, ratio):
    """Rate alone, by overlap-add with a search for the best fit (WSOLA, Verhelst and Roelands 1993)."""
    frame, seek = 640, 160
    hop = frame // 2
    window = np.hanning(frame)
    steps = int((len(pcm) - frame - 2 * seek) / (hop * ratio))
    if steps < 2:
        return pcm, phones
    out = np.zeros(steps * hop + frame, np.float32)
    norm = np.zeros_like(out)
    wanted = None
    for i in range(steps):
        at = int(i * hop * ratio)
        if wanted is not None:
            region = pcm[at:at + frame + 2 * seek]
            fit = np.correlate(region, wanted, "valid")
            at += int(fit.argmax())
        piece = pcm[at:at + frame]
        out[i * hop:i * hop + frame] += piece * window
        norm[i * hop:i * hop + frame] += window
        wanted = pcm[at + hop:at + hop + frame]
        if len(wanted) < frame:
            break
    scaled = phones.astype(np.float64)
    scaled[:, 1:] /= ratio
    return out / np.maximum(norm, 1e-3), scaled.round().astype(np.int64)


def room(rng):
    """An impulse response: the direct sound, a few early echoes, an exponential tail that darkens."""
    length = int(rng.uniform(0.1, 0.7) * RATE)
    t = np.arange(length) / RATE
    tail = rng.standard_normal(length) * np.exp(-6.9 * t / rng.uniform(0.12, 0.6))
    tail = lfilter([1 - (a := rng.uniform(0.1, 0.7))], [1, -a], tail)
    response = tail * rng.uniform(0.02, 0.25) / (np.sqrt((tail ** 2).sum()) + 1e-9)
    response[0] = 1
    for _ in range(rng.integers(2, 7)):
        response[rng.integers(16, 900)] += rng.uniform(-0.35, 0.35)
    return response


def noise(rng, length):
    """Coloured noise, slowly swelling."""
    white = rng.standard_normal(length)
    slope = rng.uniform(0, 1)
    coloured = lfilter([1], [1, -0.97 * slope], white)
    swell = 1 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.05, 0.8) * np.arange(length) / RATE + rng.uniform(0, 6))
    return coloured * swell


def music(rng, length):
    """Chords of decaying harmonics over a pulse: not a tune, but it fills the bands that tunes do."""
    out = np.zeros(length)
    beat = int(RATE * rng.uniform(0.25, 0.8))
    root = rng.uniform(80, 200)
    for start in range(0, length, beat):
        span = min(beat * 2, length - start)
        t = np.arange(span) / RATE
        for semitone in rng.choice([0, 3, 4, 5, 7, 9, 10, 12, 16, 19], 3, replace=False):
            hz = root * 2 ** (semitone / 12)
            for harmonic in range(1, 6):
                if hz * harmonic < 7500:
                    out[start:start + span] += np.sin(2 * np.pi * hz * harmonic * t) * np.exp(-t * rng.uniform(1, 5)) / harmonic
        span = min(800, length - start)
        out[start:start + span] += rng.standard_normal(span) * np.linspace(1, 0, span) * rng.uniform(0, 2)
    return out


def add(pcm, other, snr_db):
    gain = np.sqrt((pcm ** 2).mean() / ((other ** 2).mean() + 1e-12)) * 10 ** (-snr_db / 20)
    return pcm + gain * other[:len(pcm)]


def colour(rng, pcm):
    """A microphone: two gentle shelves or peaks."""
    for _ in range(2):
        low = rng.uniform(80, 3000)
        band = sosfilt(butter(1, [low, min(7800, low * rng.uniform(1.5, 4))], "bandpass", fs=RATE, output="sos"), pcm)
        pcm = pcm + band * rng.uniform(-0.6, 1.5)
    return pcm


def codec(rng, pcm):
    """Mu-law telephone, or the quantisation of a coarse transform codec, band by band."""
    if rng.random() < 0.5:
        x = np.clip(pcm / (np.abs(pcm).max() + 1e-9), -1, 1)
        law = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256)
        law = np.round(law * 127) / 127
        return np.sign(law) * ((256 ** np.abs(law)) - 1) / 255 * np.abs(pcm).max()
    size = 512
    window = np.sqrt(np.hanning(size + 1)[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(pcm, size), size)[::size // 2] * window
    spectrum = np.fft.rfft(frames)
    edges = np.unique(np.geomspace(4, size // 2, 16).astype(int))
    for lo, hi in zip(edges, edges[1:]):
        step = np.abs(spectrum[:, lo:hi]).max(1, keepdims=True) / rng.integers(1, 6) + 1e-9
        spectrum[:, lo:hi] = np.round(spectrum[:, lo:hi].real / step) * step + 1j * np.round(spectrum[:, lo:hi].imag / step) * step
    frames = np.fft.irfft(spectrum) * window
    out = np.zeros(len(pcm) + 2 * size)
    for i, frame in enumerate(frames):
        out[i * size // 2:i * size // 2 + size] += frame
    return out[size:size + len(pcm)]


def band_limit(rng, pcm):
    top = rng.choice([3400, 4000, 5500, 7000])
    sos = butter(6, [rng.choice([50, 120, 300]), top], "bandpass", fs=RATE, output="sos")
    return sosfilt(sos, pcm)


def spoil(rng, pcm, babble):
    """The recording, after the voice: each trouble with its own chance. `babble` is other people's speech."""
    if rng.random() < 0.4:
        pcm = fftconvolve(pcm, room(rng))[:len(pcm)]
    if rng.random() < 0.7:
        pcm = colour(rng, pcm)
    if rng.random() < 0.85:
        pcm = add(pcm, noise(rng, len(pcm)), rng.uniform(8, 45))
    if rng.random() < 0.12:
        pcm = add(pcm, music(rng, len(pcm)), rng.uniform(8, 25))
    if rng.random() < 0.12:
        pcm = add(pcm, np.resize(babble, len(pcm)), rng.uniform(12, 25))
    if rng.random() < 0.2:
        pcm = band_limit(rng, pcm)
    if rng.random() < 0.2:
        pcm = codec(rng, pcm)
    pcm = pcm / (np.sqrt((pcm ** 2).mean()) + 1e-9) * 10 ** (rng.uniform(-38, -14) / 20)
    return np.clip(pcm, -1, 1).astype(np.float32)
