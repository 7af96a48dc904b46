"""From the corpus to training sequences: each is one to three utterances of a voice, spoilt, with its targets.

Writes build/sequences-<part>.npz: `mel` [columns, 48] f16, `mouth` [steps, 16] f16, `ids` [steps] u8, `prosody`
[steps, 4] f16, all sequences end to end, and `bounds`, their ends in steps.
"""
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import augment
from frontend import features, mel_matrix
from shared import BUILD, RATE, STEP_SAMPLES
from targets import SIL, all_targets

PASSES = 3
WORKERS = 2


def utterances(path):
    file = np.load(path)
    pcm, bounds, phones = file["pcm"], file["bounds"], file["phones"]
    start = 0
    for index, end in enumerate(bounds):
        yield pcm[start:end].astype(np.float32) / 32768, phones[phones[:, 0] == index][:, 1:].astype(np.int64)
        start = end


def join(rng, parts):
    """Utterances with pauses between, silence before and after."""
    sounds, rows, at = [], [], 0
    for sound, phones in parts:
        pause = int(rng.uniform(0.1, 0.9) * RATE)
        rows += [(SIL, at, at + pause)]
        sounds.append(np.zeros(pause, np.float32))
        at += pause
        rows += [(p, s + at, e + at) for p, s, e in phones]
        sounds.append(sound * rng.uniform(0.8, 1.2))
        at += len(sound)
    tail = int(rng.uniform(0.2, 0.6) * RATE)
    rows.append((SIL, at, at + tail))
    sounds.append(np.zeros(tail, np.float32))
    sound = np.concatenate(sounds)
    return sound[:len(sound) // STEP_SAMPLES * STEP_SAMPLES], np.array(rows, np.int64)


def sequence(rng, parts, clean, babble):
    pcm, phones = join(rng, parts)
    matrix = mel_matrix()
    if not clean:
        pcm, phones = augment.rescale(pcm, phones, rng.uniform(0.82, 1.22))
        if rng.random() < 0.6:
            pcm, phones = augment.stretch(pcm, phones, rng.uniform(0.8, 1.25))
        matrix = mel_matrix(rng.uniform(0.86, 1.16))
    pcm = pcm[:len(pcm) // STEP_SAMPLES * STEP_SAMPLES]
    phones[:, 1:] = phones[:, 1:].clip(0, len(pcm))
    mouth, ids, prosody = all_targets(pcm, phones)
    if clean:
        # A studio is not digital silence either.
        heard = augment.add(pcm, rng.standard_normal(len(pcm)), rng.uniform(35, 60))
        heard = heard / np.sqrt((heard ** 2).mean()) * 10 ** (rng.uniform(-30, -18) / 20)
    else:
        heard = augment.spoil(rng, pcm, babble)
    steps = len(ids)
    mel = features(np.concatenate([heard, np.zeros(400)]), matrix)[:2 * steps]
    return mel.astype(np.float16), mouth.astype(np.float16), ids.astype(np.uint8), prosody.astype(np.float16)


def part(job):
    number, paths = job
    rng = np.random.default_rng(1000 + number)
    out = []
    for path in paths:
        sayings = list(utterances(path))
        for turn in range(PASSES):
            order = rng.permutation(len(sayings))
            at = 0
            while at < len(order):
                take = rng.integers(1, 4)
                parts = [sayings[i] for i in order[at:at + take]]
                babble = sayings[rng.integers(len(sayings))][0]
                out.append(sequence(rng, parts, turn == 0, babble))
                at += take
        print(path.stem, len(out), flush=True)
    mel, mouth, ids, prosody = (np.concatenate(column) for column in zip(*out))
    np.savez(BUILD / f"sequences-{number}.npz", mel=mel, mouth=mouth, ids=ids, prosody=prosody,
             bounds=np.cumsum([len(o[2]) for o in out]))


def main():
    paths = sorted((BUILD / "corpus").glob("*.npz"))
    paths = [p for p in paths if len(sys.argv) < 2 or sys.argv[1] in p.stem]
    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(part, [(n, paths[n::WORKERS]) for n in range(WORKERS)]))


if __name__ == "__main__":
    main()
