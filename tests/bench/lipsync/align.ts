/**
 * When each phone of a known sentence is said: soundswallower's forced alignment, the bench's own, so that what is
 * measured does not also do the measuring.
 */
import createModule, { type Segment } from 'soundswallower';
import { join } from 'node:path';
import { ROOT } from '#server/setup/place.js';
import { fliteToIpa, isFliteSymbol } from '#core/speech/flite/phones.ts';
import type { TimedPhone, TimedWord } from '#core/speech/ports.ts';
import { isVowel } from '#core/speech/phone.ts';
import type { Said } from './contender.ts';
import { SAMPLE_RATE_HZ } from './film.ts';

/** GRID's people are British: their letter is zed, and an `a` alone is the letter's name. */
function asSpoken(words: readonly string[], isGrid: boolean): string[] {
  return words.map((word, i) => {
    if (!isGrid || i !== 3) return word;
    return word === 'z' ? 'zed' : word === 'a' ? 'ay' : word;
  });
}

let decoder: Promise<InstanceType<Awaited<ReturnType<typeof createModule>>['Decoder']>> | null = null;

async function openDecoder() {
  const silent = () => undefined;
  const module = await createModule({
    modelBase: `${join(ROOT, 'node_modules', 'soundswallower', 'model')}/`,
    print: silent,
    printErr: silent,
  } as never);
  const made = new module.Decoder({ samprate: SAMPLE_RATE_HZ, loglevel: 'ERROR' });
  await made.initialize();
  return made;
}

/** Null where a word is not in the dictionary or the sound does not fit the words. */
export async function align(
  text: string,
  pcm: Float32Array<ArrayBuffer>,
  isGrid: boolean,
): Promise<Said | null> {
  const tool = await (decoder ??= openDecoder());
  const written = text.split(' ');
  const spoken = asSpoken(written, isGrid);
  if (spoken.some((word) => tool.lookup_word(word) === null)) return null;
  let segments: readonly Segment[];
  try {
    tool.set_align_text(spoken.join(' '));
    tool.start();
    tool.process_audio(pcm, false, true);
    tool.stop();
    segments = tool.get_alignment({ align_level: 1 }).w ?? [];
  } catch {
    return null;
  }
  return saidOf(text, written, segments, pcm.length / SAMPLE_RATE_HZ);
}

function saidOf(
  text: string,
  written: readonly string[],
  segments: readonly Segment[],
  durationS: number,
): Said | null {
  const words: TimedWord[] = [];
  const phones: TimedPhone[] = [];
  let sourceStart = 0;
  const silence = (endS: number) => {
    const startS = phones.at(-1)?.endS ?? 0;
    if (endS - startS > 1e-6) phones.push({ phone: 'sil', startS, endS, stress: 0, word: -1 });
  };
  for (const segment of segments) {
    const parts = (segment.w ?? []).filter(({ t }) => isFliteSymbol(t.toLowerCase()));
    if (parts.length === 0) continue;
    const word = written[words.length];
    if (word === undefined) return null;
    silence(segment.b);
    words.push({
      text: word,
      startS: segment.b,
      endS: segment.b + segment.d,
      sourceStart,
      sourceEnd: sourceStart + word.length,
      emphasis: 0,
      boundary: words.length + 1 === written.length ? 'sentence' : 'none',
    });
    sourceStart += word.length + 1;
    let stressed = false;
    for (const { t, b, d } of parts) {
      const symbol = t.toLowerCase();
      if (!isFliteSymbol(symbol)) continue;
      const symbols = fliteToIpa(symbol, 1);
      symbols.forEach((phone, k) => {
        // The dictionary keeps no stress; the first vowel of a word of one or two syllables usually has it.
        const stress = isVowel(phone) && !stressed ? 1 : 0;
        if (stress === 1) stressed = true;
        phones.push({
          phone,
          startS: b + (d * k) / symbols.length,
          endS: b + (d * (k + 1)) / symbols.length,
          stress,
          word: words.length - 1,
        });
      });
    }
  }
  if (words.length !== written.length) return null;
  silence(durationS);
  return { text, words, phones };
}

/** Per frame: someone speaks, by the alignment; the silences inside a sentence are silence. */
export function speechByPhones(said: Said, fps: number, frames: number): boolean[] {
  return Array.from({ length: frames }, (_, i) => {
    const timeS = (i + 0.5) / fps;
    return said.phones.some(({ phone, startS, endS }) => phone !== 'sil' && timeS >= startS && timeS < endS);
  });
}

/** Per frame, where no words are known: within 30 dB of the loudest 50 ms, and gaps under 150 ms filled. */
export function speechByEnergy(pcm: Float32Array, fps: number, frames: number): boolean[] {
  const half = Math.round(0.025 * SAMPLE_RATE_HZ);
  const levels = Array.from({ length: frames }, (_, i) => {
    const centre = Math.round(((i + 0.5) / fps) * SAMPLE_RATE_HZ);
    const part = pcm.subarray(Math.max(0, centre - half), centre + half);
    return 10 * Math.log10(part.reduce((sum, v) => sum + v * v, 0) / Math.max(1, part.length) + 1e-12);
  });
  const loudest = Math.max(...levels);
  const loud = levels.map((level) => level > loudest - 30);
  const reach = Math.round(0.15 * fps);
  return loud.map((yes, i) => {
    if (yes) return true;
    const before = loud.slice(Math.max(0, i - reach), i).lastIndexOf(true);
    const after = loud.slice(i + 1, i + 1 + reach).indexOf(true);
    if (before < 0 || after < 0) return false;
    const gap = i - (Math.max(0, i - reach) + before) + after;
    return gap <= reach;
  });
}
