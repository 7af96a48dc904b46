/**
 * Sound heard before: the same talk coded again (Opus at 16 and 32 kbit/s, MP3, quieter, through a telephone, cut elsewhere)
 * has to be known, other talk has not: of other voices, and of the same voice in other words.
 */
import { execFileSync } from 'node:child_process';
import { printDistance, soundPrints } from '#server/services/consent/checks/sound/fingerprint.ts';
import { SEEN_LIMITS } from '#server/services/consent/checks/not-seen-before.ts';
import { FLITE_VOICES, spoken } from '../../server/consent-voices.ts';
import type { Row } from '../row.ts';
import { rateRow } from './rates.ts';

const VOICES = Number(process.env['ORATOR_CONSENT_VOICES'] ?? 4);
const PASSAGES = [
  'A presenter with my face and my voice may say words that I never said. It may be used in films of my own and in films that others see. It may speak English and French. This holds until spring, and I can end it at any time.',
  'The northern mountains are covered with snow until late in the summer, and few people live there. She opened a small bakery near the harbour, where the fishermen come for breakfast every day. Nobody knew why the old clock had stopped.',
  'We ship every order within two days, and you can send it back for free. If something does not fit, write to us, and somebody who knows the product will answer. That is all there is to it, and it has been so for twenty years now.',
];
const CODINGS: readonly (readonly [string, string])[] = [
  ['Opus at 16 kbit/s', '-c:a libopus -b:a 16k -f ogg'],
  ['Opus at 32 kbit/s, 12 dB quieter', '-af volume=-12dB -c:a libopus -b:a 32k -f ogg'],
  ['MP3 at 48 kbit/s', '-c:a libmp3lame -b:a 48k -f mp3'],
  ['a telephone', '-af highpass=f=300,lowpass=f=3400 -ar 8000 -c:a pcm_mulaw -f wav'],
  ['1.23 s cut off', '-ss 1.23 -c:a libopus -b:a 32k -f ogg'],
  ['noise 20 dB below', "-af aeval='val(0)+0.008*(random(0)-0.5)*2' -c:a libopus -b:a 32k -f ogg"],
];

function coded(pcm: Float32Array, args: string): Float32Array {
  const bytes = execFileSync(
    'sh',
    [
      '-c',
      `ffmpeg -v error -f f32le -ar 16000 -ac 1 -i - ${args} - | ffmpeg -v error -i - -ac 1 -ar 16000 -f f32le -`,
    ],
    { input: Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength), maxBuffer: 1e8 },
  );
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
}

export async function rows(): Promise<readonly Row[]> {
  const originals: {
    readonly voice: string;
    readonly passage: number;
    readonly pcm: Float32Array;
    readonly prints: readonly string[];
  }[] = [];
  for (const voice of FLITE_VOICES.slice(0, VOICES))
    for (const [passage, text] of PASSAGES.entries()) {
      const pcm = await spoken(text, voice);
      originals.push({ voice, passage, pcm, prints: soundPrints(pcm) });
    }
  const all: Row[] = [];
  let [missed, tried] = [0, 0];
  for (const [what, args] of CODINGS) {
    const alike = originals.map(
      ({ pcm, prints }) => 1 - (printDistance(soundPrints(coded(pcm, args)), prints) ?? 0.5),
    );
    missed += alike.filter((value) => value < SEEN_LIMITS.sameSound).length;
    tried += alike.length;
    all.push({
      what: `heard before, ${what}: least likeness`,
      value: Math.min(...alike),
      unit: 'of 1',
      note: `of ${alike.length} passages`,
    });
  }
  const others = (same: (a: (typeof originals)[number], b: (typeof originals)[number]) => boolean) =>
    originals.flatMap((a, i) =>
      originals
        .slice(0, i)
        .flatMap((b) => (same(a, b) ? [1 - (printDistance(a.prints, b.prints) ?? 0.5)] : [])),
    );
  const text = others((a, b) => a.passage === b.passage);
  const rest = others((a, b) => a.passage !== b.passage);
  return [
    rateRow(
      'heard before: a replay that is not known',
      missed,
      tried,
      `six codings of ${originals.length} passages, at ${SEEN_LIMITS.sameSound}`,
    ),
    ...all,
    ...(
      [
        ['the same words of another voice', text],
        ['other words', rest],
      ] as const
    ).flatMap(([what, values]) => [
      rateRow(
        `heard before, ${what}: taken for a replay`,
        values.filter((value) => value >= SEEN_LIMITS.sameSound).length,
        values.length,
        `at ${SEEN_LIMITS.sameSound}`,
      ),
      {
        what: `heard before, ${what}: highest likeness`,
        value: Math.max(...values),
        unit: 'of 1',
        note: `limit of doubt ${SEEN_LIMITS.otherSound}`,
      },
    ]),
  ];
}
