"""Raw inputs: free voices say public texts, and say when they said which phone.

Writes build/corpus/<voice>.npz with `pcm` (int16, 16 kHz, all utterances end to end), `bounds` (utterance ends in
samples) and `phones` (rows: utterance, phone index, start sample, end sample within the utterance).
"""
import ctypes
import json
import random
import re
import subprocess
import sys
import tempfile
import wave
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from shared import BUILD, INVENTORY, RATE

FORTUNES = Path("/usr/share/games/fortunes")
ENGLISH = ["computers", "cookie", "definitions", "education", "ethnic", "food", "fortunes", "humorists", "kids", "law",
           "literature", "love", "magic", "medicine", "men-women", "miscellaneous", "news", "people", "pets", "platitudes",
           "politics", "science", "songs-poems", "sports", "wisdom", "work", "zippy"]
# Spanish gives nothing today (its fortunes are stored in another form); its place keeps the dice of the others.
OTHER = {"de": ["de"], "es": ["es"], "it": ["it", "italia"], "cs": ["cs"], "pl": ["pl"], "ru": ["ru"], "pt": ["brasil"]}
SPOKEN_SIGNS = ("a b c d e f g h i j k l m n o p q r s t u v w x y z zero one two three four five six seven eight nine "
                "ten eleven twelve twenty thirty percent dot at").split()
COMMON = ("please now again soon later today next first open close start stop left right up down red green blue white black "
          "put set place move take send show buy by with in on for from more help mum pop baby paper member problem").split()


def sentences(names, lang_folder=FORTUNES):
    text = ""
    for name in names:
        for path in ([lang_folder / name] if (lang_folder / name).is_file() else sorted((lang_folder / name).glob("*"))):
            if path.suffix or not path.is_file():
                continue
            text += path.read_text(encoding="utf-8", errors="ignore") + "\n%\n"
    found = []
    for piece in text.split("\n%\n"):
        piece = re.sub(r"\s+", " ", re.sub(r"--.*", "", piece, flags=re.S))
        for sentence in re.split(r"(?<=[.!?])\s+", piece):
            words = sentence.split()
            if 4 <= len(words) <= 22 and re.fullmatch(r"[^\W\d_][\w ,.;:!?'’\-]*", sentence, flags=re.U):
                found.append(sentence.strip())
    return sorted(set(found))


def short_phrases(rng, count):
    """Numbers, letters and everyday words in loose order: what scripts have and running prose lacks."""
    return [" ".join(rng.choice(SPOKEN_SIGNS if rng.random() < 0.4 else COMMON) for _ in range(rng.randint(3, 7)))
            for _ in range(count)]


def read_wav(path):
    with wave.open(str(path)) as file:
        rate, pcm = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return to_rate(pcm, rate)


def to_rate(pcm, rate):
    if rate == RATE:
        return pcm.astype(np.int16)
    out = resample_poly(pcm.astype(np.float64), RATE, rate)
    return np.clip(out, -32768, 32767).astype(np.int16)


PHONE = {name: index for index, name in enumerate(INVENTORY["PHONES"])}


def by_flite(voice, text):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "a.wav"
        said = subprocess.run(["flite", "-voice", voice, "-psdur", "-t", text, str(out)], capture_output=True, text=True)
        pcm = read_wav(out)
    rows, start = [], 0.0
    for name, end in (token.split(":") for token in said.stdout.split()):
        rows += split_phone(INVENTORY["FLITE"].get(name, ["sil"]), start, float(end))
        start = float(end)
    return pcm, rows


def split_phone(phones, start, end):
    step = (end - start) / len(phones)
    return [(PHONE[phone], start + i * step, start + (i + 1) * step) for i, phone in enumerate(phones)]


FESTIVAL_SAY = """({select})
(define (say_one text base)
  (let ((utt (utt.synth (eval (list 'Utterance 'Text text)))))
    (utt.save.wave utt (string-append base ".wav") 'riff)
    (let ((file (fopen (string-append base ".seg") "w")))
      (mapcar (lambda (s) (format file "%s %f\\n" (item.name s) (item.feat s 'end))) (utt.relation.items utt 'Segment))
      (fclose file))))
"""


def by_festival(voice, texts):
    with tempfile.TemporaryDirectory() as folder:
        script = FESTIVAL_SAY.format(select=f"voice_{voice}")
        for i, text in enumerate(texts):
            clean = text.replace("\\", " ").replace('"', " ")
            script += f'(say_one "{clean}" "{folder}/{i}")\n'
        path = Path(folder) / "say.scm"
        path.write_text(script, encoding="latin-1", errors="ignore")
        subprocess.run(["festival", "-b", str(path)], capture_output=True)
        for i in range(len(texts)):
            wav, seg = Path(folder) / f"{i}.wav", Path(folder) / f"{i}.seg"
            if not wav.exists() or not seg.exists():
                continue
            rows, start = [], 0.0
            for line in seg.read_text().splitlines():
                name, end = line.split()
                rows += split_phone(INVENTORY["FLITE"].get(name, ["sil"]), start, float(end))
                start = float(end)
            yield read_wav(wav), rows


def ipa_phones(sign):
    """The phones of one eSpeak phoneme; stress, length and modifiers fall away, what is unknown is a schwa."""
    sign = re.sub(r"[ˈˌːˑ.\-ʰʲʷˠ\u02de\u0303\u032a\u0325\u030a\u0361\u0329\u0306\u031d\u031e\u0308\u02b2^*_;:|'\"]", "", sign)
    out, at = [], 0
    while at < len(sign):
        for length in (2, 1):
            if sign[at:at + length] in INVENTORY["IPA"]:
                out += INVENTORY["IPA"][sign[at:at + length]]
                at += length
                break
        else:
            at += 1
    return out


class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
                ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
                ("user_data", ctypes.c_void_p), ("string", ctypes.c_char * 8)]


def by_espeak(voice, texts, speed, pitch):
    """eSpeak NG through its library, because only its events tell the times of phonemes."""
    lib = ctypes.CDLL("libespeak-ng.so.1")
    rate = lib.espeak_Initialize(1, 0, None, 1 | 2)
    # Not every accent has every variant under the same name.
    if all(lib.espeak_SetVoiceByName(name.encode()) != 0 for name in (voice, "en-us+" + voice.split("+")[1])):
        return
    lib.espeak_SetParameter(1, speed, 0)
    lib.espeak_SetParameter(3, pitch, 0)
    chunks, marks = [], []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
    def collect(samples, count, events):
        if samples and count > 0:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type != 0:
            if events[i].type == 7:
                marks.append((events[i].audio_position / 1000, events[i].string.decode("utf-8", "ignore")))
            i += 1
        return 0

    lib.espeak_SetSynthCallback(collect)
    for text in texts:
        chunks.clear()
        marks.clear()
        data = text.encode() + b"\0"
        lib.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
        lib.espeak_Synchronize()
        if not chunks:
            continue
        pcm = np.concatenate(chunks)
        end = len(pcm) / rate
        rows = [(PHONE["sil"], 0.0, marks[0][0])] if marks and marks[0][0] > 0 else []
        for (start, sign), (stop, _) in zip(marks, marks[1:] + [(end, "")]):
            if stop > start:
                rows += split_phone(ipa_phones(sign) or ["sil"], start, stop)
        yield to_rate(pcm, rate), rows


def save(name, utterances):
    pcm, bounds, phones, at = [], [], [], 0
    for sound, rows in utterances:
        if len(sound) < RATE // 2 or not rows:
            continue
        index = len(bounds)
        at += len(sound)
        pcm.append(sound)
        bounds.append(at)
        phones += [(index, phone, round(start * RATE), min(len(sound), round(end * RATE))) for phone, start, end in rows]
    if not bounds:
        return f"{name}: nothing said"
    np.savez(BUILD / "corpus" / f"{name}.npz", pcm=np.concatenate(pcm), bounds=np.array(bounds),
             phones=np.array(phones, np.int32))
    return f"{name}: {at / RATE / 60:.1f} min, {len(bounds)} utterances"


def take(texts, rng, minutes, words_per_minute=165):
    """Enough texts for so many minutes, never the same twice."""
    rng.shuffle(texts)
    out, words = [], 0
    while words < minutes * words_per_minute and texts:
        out.append(texts.pop())
        words += len(out[-1].split())
    return out


def job(args):
    kind, name, voice, texts, *rest = args
    if kind == "flite":
        return save(name, (by_flite(voice, text) for text in texts))
    if kind == "festival":
        return save(name, by_festival(voice, texts))
    return save(name, by_espeak(voice, texts, *rest))


def plan(minutes_scale):
    rng = random.Random(7)
    english = sentences(ENGLISH)
    print(len(english), "English sentences")
    english += short_phrases(rng, len(english) // 4)
    jobs = []
    for voice in ["slt", "awb", "rms", "kal16"]:
        jobs.append(("flite", f"flite-{voice}", voice, take(english, rng, 22 * minutes_scale)))
    for voice in ["kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts"]:
        jobs.append(("festival", f"festival-{voice}", voice, take(english, rng, 10 * minutes_scale)))
    accents = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029", "en-gb-x-gbclan"]
    variants = ["m1", "m3", "m5", "m7", "f1", "f2", "f4", "f5", "Annie", "Andy", "Gene", "steph", "klatt2"]
    for i, variant in enumerate(variants):
        jobs.append(("espeak", f"espeak-en-{variant}", f"{accents[i % len(accents)]}+{variant}",
                     take(english, rng, 2.5 * minutes_scale), rng.randint(135, 200), rng.randint(30, 70)))
    for lang, names in OTHER.items():
        texts = sentences(names)
        for variant in rng.sample(variants, 3):
            jobs.append(("espeak", f"espeak-{lang}-{variant}", f"{lang}+{variant}", take(texts, rng, 1.5 * minutes_scale),
                         rng.randint(135, 190), rng.randint(30, 70)))
    return jobs


def main():
    (BUILD / "corpus").mkdir(parents=True, exist_ok=True)
    jobs = plan(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
    # A process a voice: eSpeak's library keeps state that a second initialisation hangs on.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for line in pool.map(job, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
