/**
 * Films of each kind of medium, and how a medium is damaged: cut short, bytes flipped, another's bytes under its name, nothing
 * at all, or a head that claims what cannot be.
 */
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { mediaBackground, newRecording } from '#core/document/create.ts';
import { addMediaEntry, setBackground, setRecording } from '#core/document/edit.ts';
import { SYNTHETIC } from '#core/document/likeness.ts';
import type { MediaEntry, Project } from '#core/document/project.ts';
import { ROOT } from '#server/setup/place.js';
import { readOratorFile } from '#shared/orator-file.ts';
import { filmOf } from './films.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

export interface MediaFilm {
  readonly name: string;
  readonly project: Project;
  readonly media: ReadonlyMap<AssetHash, Bytes>;
}

/** One film each: pictures, a film behind the presenter, recordings, and presenters made of a photo and of footage. */
export async function mediaFilms(): Promise<readonly MediaFilm[]> {
  const film = bytesOf('tests/fixtures/steps.mp4');
  const shown = { widthPx: 64, heightPx: 48, durationS: null };
  return [
    await behind('png', picture('image/png'), { kind: 'image', mime: 'image/png', ...shown }),
    await behind('jpeg', picture('image/jpeg'), { kind: 'image', mime: 'image/jpeg', ...shown }),
    await behind('mp4', film, { kind: 'video', mime: 'video/mp4', ...shown, durationS: 2 }),
    await spoken('wav', tones(1), { mime: 'audio/wav', durationS: 1 }),
    await spoken('mp4 sound', film, { mime: 'audio/mp4', durationS: 1 }),
    await portable('photo'),
    await portable('footage'),
  ];
}

function bytesOf(path: string): Bytes {
  return new Uint8Array(readFileSync(`${ROOT}/${path}`));
}

function picture(mime: 'image/png' | 'image/jpeg'): Bytes {
  const canvas = createCanvas(64, 48);
  const pen = canvas.getContext('2d');
  for (let x = 0; x < 64; x++) {
    pen.fillStyle = `hsl(${x * 5} 60% 50%)`;
    pen.fillRect(x, 0, 1, 48);
  }
  return Uint8Array.from(mime === 'image/png' ? canvas.toBuffer(mime) : canvas.toBuffer(mime));
}

/** A WAV file, 16 bits at 16 kHz: bursts of a tone, as if someone spoke. */
function tones(durationS: number): Bytes {
  const rateHz = 16_000;
  const count = Math.round(durationS * rateHz);
  const file = Buffer.alloc(44 + count * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + count * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i++) {
    const loud = Math.sin((Math.PI * 4 * i) / rateHz) ** 2;
    file.writeInt16LE(Math.round(9000 * loud * Math.sin((2 * Math.PI * 180 * i) / rateHz)), 44 + i * 2);
  }
  return Uint8Array.from(file);
}

type Shown = Omit<MediaEntry, 'hash' | 'name' | 'bytes'>;

async function entryOf(bytes: Bytes, facts: Shown): Promise<MediaEntry> {
  return { ...facts, hash: await sha256Hex(bytes), name: 'medium', bytes: bytes.length };
}

async function behind(name: string, bytes: Bytes, facts: Shown): Promise<MediaFilm> {
  const entry = await entryOf(bytes, facts);
  const plain = addMediaEntry(filmOf(['Hello.']), entry);
  const project = plain.scenes.reduce((all, { id }) => setBackground(all, id, mediaBackground(entry)), plain);
  return { name, project, media: new Map([[entry.hash, bytes]]) };
}

async function spoken(
  name: string,
  bytes: Bytes,
  facts: Pick<MediaEntry, 'mime' | 'durationS'>,
): Promise<MediaFilm> {
  const entry = await entryOf(bytes, { ...facts, kind: 'sound', widthPx: 0, heightPx: 0 });
  const plain = addMediaEntry(filmOf(['Hallo.']), entry);
  const recording = newRecording(entry, { language: 'de', likeness: SYNTHETIC });
  const project = plain.scenes.reduce((all, { id }) => setRecording(all, id, recording), plain);
  return { name, project, media: new Map([[entry.hash, bytes]]) };
}

/** As tests/golden/parity has it. */
async function portable(name: 'photo' | 'footage'): Promise<MediaFilm> {
  const { project, media } = await readOratorFile(bytesOf(`tests/golden/parity/${name}.orator`));
  const [scene] = filmOf(['Hello.']).scenes;
  const scenes = project.scenes.slice(0, 1).map((one) => ({ ...one, script: scene?.script ?? one.script }));
  return { name, project: { ...project, scenes }, media };
}

export const DAMAGES = ['cut', 'flipped', 'swapped', 'empty', 'absurd'] as const;
export type Damage = (typeof DAMAGES)[number];

/** @param others what may come under its name */
export function damagedMedium(
  bytes: Bytes,
  damage: Damage,
  others: readonly Bytes[],
  random: () => number,
): Bytes {
  const below = (most: number) => Math.floor(random() * most);
  switch (damage) {
    case 'cut':
      return bytes.slice(0, 1 + below(bytes.length - 1));
    case 'flipped': {
      const out = bytes.slice();
      // Half of the damage goes to the head, where a few bytes decide most.
      const reach = random() < 0.5 ? Math.min(400, out.length) : out.length;
      for (let left = 1 + below(40); left > 0; left--) out[below(reach)] = below(256);
      return out;
    }
    case 'swapped':
      return others[below(others.length)] ?? bytes;
    case 'empty':
      return new Uint8Array();
    case 'absurd':
      return absurd(bytes.slice(), below);
    default:
      return damage satisfies never;
  }
}

const ABSURD = [0, 1, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff, 0x00_ff_ff_ff, 50_000, 0x01_00_00_00];
/** What says how much there is, how long it takes, and where it lies. */
const BOXES = [
  'mvhd',
  'tkhd',
  'mdhd',
  'stts',
  'stsz',
  'stco',
  'stsc',
  'ctts',
  'elst',
  'avc1',
  'avcC',
  'esds',
  'trun',
];
const START_OF_FRAME = [0xc0, 0xc1, 0xc2];

function absurd(bytes: Bytes, below: (most: number) => number): Bytes {
  const file = Buffer.from(bytes.buffer);
  const value = () => ABSURD[below(ABSURD.length)] ?? 0;
  const head = file.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG')) {
    // Width, height, or both.
    const sides = below(3);
    if (sides !== 1) file.writeUInt32BE(value(), 16);
    if (sides !== 0) file.writeUInt32BE(value(), 20);
    file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  } else if (head.startsWith('\xff\xd8')) {
    const at = file.findIndex((byte, i) => byte === 0xff && START_OF_FRAME.includes(file[i + 1] ?? 0));
    file.writeUInt16BE(value() & 0xff_ff, at + 5);
    if (below(2) === 0) file.writeUInt16BE(value() & 0xff_ff, at + 7);
  } else if (head.slice(4, 8) === 'ftyp') {
    const there = BOXES.map((name) => file.indexOf(name, 0, 'latin1')).filter((at) => at >= 0);
    // Its size, or one of its first fields.
    const at = (there[below(there.length)] ?? 4) - 4 + 4 * [0, 2, 3, 4, 5, 6, 7, 8, 9, 10][below(10)]!;
    file.writeUInt32BE(value(), Math.min(file.length - 4, at));
  } else if (head.startsWith('ORc1')) {
    const text = file.toString('latin1', 8, 8 + file.readUInt32LE(4));
    const numbers = [...text.matchAll(/(?<![\w.])\d+(?![\w.])/g)];
    const picked = numbers[below(numbers.length)];
    if (picked) file.write('9'.repeat(picked[0].length), 8 + picked.index, 'latin1');
  } else file.writeUInt32LE(value(), 4 * (1 + below(Math.min(16, file.length / 4 - 2))));
  return bytes;
}
