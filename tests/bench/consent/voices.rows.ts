/**
 * Voices: how alike a speaker is to themselves in other words, and to others. Real people: the six of the digits (ten digits a
 * recording, 8 kHz), the talk of ../shared/media; and Flite's voices, which are easy. Every pair is counted; pairs of few speakers are not
 * independent, so the true intervals are wider than those told.
 */
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { VOICE_LIMITS } from '#server/services/consent/checks/sound/same-voice.ts';
import {
  likeness,
  openVoiceprint,
  type Voiceprint,
} from '#server/services/consent/checks/sound/voiceprint.ts';
import { ROOT } from '#server/setup/place.js';
import { laid } from '../../server/consent-evidence.ts';
import { FLITE_VOICES, spoken } from '../../server/consent-voices.ts';
import { readSound } from '../lipsync/film.ts';
import type { Row } from '../row.ts';
import { rateRow } from './rates.ts';

const MEDIA = join(ROOT, '..', 'shared', 'media');
const TEXTS = [
  'The northern mountains are covered with snow until late in the summer, and few people live there.',
  'She opened a small bakery near the harbour, where the fishermen come for breakfast every day.',
  'Nobody knew why the old clock had stopped, but everyone remembered the evening on which it did.',
];

interface Sample {
  readonly who: string;
  readonly print: Voiceprint;
}

export async function rows(): Promise<readonly Row[]> {
  const files = diskModelFiles([join(ROOT, 'server', 'models'), join(ROOT, 'static', 'models')]);
  const runtime = ortNodeRuntime({ files, threads: 1 });
  const model = await openVoiceprint(runtime, files);
  const sample = async (who: string, pcm: Float32Array): Promise<Sample[]> => {
    const print = await model.of(pcm);
    return print ? [{ who, print }] : [];
  };
  const flite: Sample[] = [];
  for (const voice of FLITE_VOICES)
    for (const text of TEXTS) flite.push(...(await sample(voice, await spoken(text, voice))));
  const all = rowsOf('Flite', flite, 'four voices, three sentences each');
  if (existsSync(MEDIA)) {
    const counted = await digits(sample);
    all.push(
      ...rowsOf(
        'digits',
        counted,
        'six people at 8 kHz, ten digits cut together, one recording session each',
      ),
    );
    const talk: Sample[] = [];
    // A clip's halves are the same person, and the same minute: an easy pair. Two GRID clips are the same man.
    for (const path of globSync(['speech/*.wav', 'speaking/*.mpg', 'footage/s*n.mp4'], {
      cwd: MEDIA,
    }).sort()) {
      const pcm = await readSound(join(MEDIA, path)).catch(() => new Float32Array());
      const half = pcm.length >> 1;
      const who = ['pwij3p.mpg', 'swwp2s.mpg'].includes(basename(path)) ? 'grid man' : basename(path);
      talk.push(...(await sample(who, pcm.subarray(0, half))), ...(await sample(who, pcm.subarray(half))));
    }
    all.push(
      ...rowsOf(
        'talk',
        talk,
        'halves of clips in ../shared/media, some of 1.5 s; who speaks on the .wav files is not known to differ',
      ),
    );
    all.push(...ownVoiceRows([...counted, ...talk]));
  } else console.log(`  skipped: there is no sound in ${MEDIA}.`);
  await model.close();
  await runtime.close();
  return all;
}

/** A recording is taken for the voice of whoever consented, or a person listens: nothing is refused, and short sounds are not heard. */
function ownVoiceRows(samples: readonly Sample[]): Row[] {
  const long = samples.filter(({ print }) => print.speechS >= VOICE_LIMITS.speechS);
  const pairs = long.flatMap((a, i) =>
    long.slice(0, i).map((b) => ({ same: a.who === b.who, alike: likeness(a.print, b.print) })),
  );
  const [same, others] = [pairs.filter((pair) => pair.same), pairs.filter((pair) => !pair.same)];
  const about = `real people, ${VOICE_LIMITS.speechS} s of speech and more: ${long.length} of ${samples.length} sounds`;
  return [
    rateRow(
      'own voice: another’s taken for it (FMR)',
      others.filter(({ alike }) => alike >= VOICE_LIMITS.same).length,
      others.length,
      `${about}; highest ${Math.max(...others.map(({ alike }) => alike)).toFixed(3)}; three consents at most are compared`,
    ),
    rateRow(
      'own voice: not known, left to a person',
      same.filter(({ alike }) => alike < VOICE_LIMITS.same).length,
      same.length,
      `${about}, out of one recording`,
    ),
  ];
}

async function digits(
  sample: (who: string, pcm: Float32Array) => Promise<Sample[]>,
): Promise<readonly Sample[]> {
  const paths = globSync('digits/*.wav', { cwd: MEDIA }).sort();
  const found: Sample[] = [];
  for (const [who, own] of Map.groupBy(paths, (path) => basename(path).split('_')[1] ?? ''))
    for (const take of ['0', '1']) {
      const parts: (readonly [number, Float32Array])[] = [];
      let at = 0;
      for (const path of own.filter((one) => one.endsWith(`_${take}.wav`))) {
        const pcm = await readSound(join(MEDIA, path));
        parts.push([at, pcm]);
        at += pcm.length / 16_000 + 0.1;
      }
      found.push(...(await sample(who, laid(at, parts))));
    }
  return found;
}

function rowsOf(label: string, samples: readonly Sample[], about: string): Row[] {
  const [same, other]: [number[], number[]] = [[], []];
  samples.forEach((a, i) =>
    samples.slice(0, i).forEach((b) => (a.who === b.who ? same : other).push(likeness(a.print, b.print))),
  );
  const below = same.filter((value) => value < VOICE_LIMITS.other).length;
  const person = same.filter((value) => value >= VOICE_LIMITS.other && value < VOICE_LIMITS.same).length;
  const most = (values: readonly number[], share: number) =>
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
  return [
    rateRow(
      `voice, ${label}: another’s taken for the presenter’s (FMR)`,
      other.filter((value) => value >= VOICE_LIMITS.same).length,
      other.length,
      `at ${VOICE_LIMITS.same}; ${about}`,
    ),
    rateRow(
      `voice, ${label}: another’s not refused at once`,
      other.filter((value) => value >= VOICE_LIMITS.other).length,
      other.length,
      `at ${VOICE_LIMITS.other}: a person listens`,
    ),
    rateRow(
      `voice, ${label}: the presenter’s refused (FNMR)`,
      below,
      same.length,
      `below ${VOICE_LIMITS.other}`,
    ),
    rateRow(
      `voice, ${label}: the presenter’s sent to a person`,
      person,
      same.length,
      `below ${VOICE_LIMITS.same}`,
    ),
    {
      what: `voice, ${label}: same, lowest and middle`,
      value: most(same, 0),
      unit: 'cosine',
      note: `middle ${most(same, 0.5).toFixed(3)}`,
    },
    {
      what: `voice, ${label}: others, middle and highest`,
      value: most(other, 0.5),
      unit: 'cosine',
      note: `95 % below ${most(other, 0.95).toFixed(3)}, highest ${most(other, 1).toFixed(3)}`,
    },
  ];
}
