/** The options of `orator render` that say what the film is like, and what they come to for a project. */
import { extname } from 'node:path';
import type { Rational } from '#core/base/time.ts';
import type { Project, VideoFormat } from '#core/document/project.ts';
import type { NativeCodec, OutputSpec } from '../render/process.ts';
import { UsageError } from './command.ts';

export const SIZES = ['720p', '1080p', '1440p', '2160p'] as const;
export const RATES = ['25', '30', '50', '60'] as const;
export const CODECS = ['h264', 'h265', 'av1', 'prores4444', 'vp9'] as const satisfies readonly NativeCodec[];
export const CAPTIONS = ['burned', 'separate', 'none'] as const;
export const EFFORTS = ['full', 'draft'] as const;

export interface FilmFormat {
  readonly heightPx?: 720 | 1080 | 1440 | 2160;
  readonly rateFps?: 25 | 30 | 50 | 60;
  readonly aspect?: '16:9' | '9:16' | '1:1';
}

/** Null: as the project has it. */
export interface FilmOptions {
  readonly codec: NativeCodec;
  readonly alpha: boolean;
  readonly bits: 8 | 10;
  readonly supersample: boolean;
  readonly captions: OutputSpec['captions'] | null;
  readonly effort: OutputSpec['effort'];
}

/** Where each may go, what is usual first. */
const EXTENSIONS: Readonly<Record<NativeCodec, readonly OutputSpec['container'][]>> = {
  h264: ['mp4', 'mov'],
  h265: ['mp4', 'mov'],
  av1: ['mp4', 'webm'],
  prores4444: ['mov'],
  vp9: ['webm'],
};

export function usualExtension(codec: NativeCodec): string {
  return EXTENSIONS[codec][0] as string;
}

/** @throws UsageError where the name and the codec do not go together */
export function containerOf(output: string, codec: NativeCodec): OutputSpec['container'] {
  const found = EXTENSIONS[codec].find((extension) => extname(output).toLowerCase() === `.${extension}`);
  if (found) return found;
  const names = EXTENSIONS[codec].map((extension) => `.${extension}`).join(' or ');
  throw new UsageError(`with ${codec} the output’s name ends in ${names}.`);
}

/** @throws UsageError for wishes that do not go together */
export function requireCompatible({ codec, alpha, bits }: FilmOptions): void {
  if (alpha && codec !== 'prores4444' && codec !== 'vp9')
    throw new UsageError('--alpha goes with --codec prores4444 or vp9.');
  if (codec === 'h264' && bits === 10)
    throw new UsageError('--bits 10 goes with --codec h265, av1, vp9 or prores4444.');
  if (alpha && codec === 'vp9' && bits === 10) throw new UsageError('VP9 with --alpha has 8 bits.');
}

/** What is left out comes from the project. */
export function outputSpec(
  project: Project,
  format: FilmFormat,
  container: OutputSpec['container'],
  options: FilmOptions,
): OutputSpec {
  const { codec, alpha, supersample, effort } = options;
  return {
    codec,
    container,
    ...sizeOf(project.format, format),
    rate: rateOf(project.format.rate, format),
    bits: codec === 'prores4444' ? 10 : options.bits,
    alpha,
    effort,
    supersample: supersample ? 2 : 1,
    captions: options.captions ?? (project.captions.enabled ? 'burned' : 'none'),
  };
}

function rateOf(own: Rational, { rateFps }: FilmFormat): Rational {
  return rateFps === undefined ? own : { num: rateFps, den: 1 };
}

function sizeOf(own: VideoFormat, { heightPx, aspect }: FilmFormat): { widthPx: number; heightPx: number } {
  const even = (side: number) => Math.round(side / 2) * 2;
  if (heightPx === undefined && aspect === undefined)
    return { widthPx: even(own.widthPx), heightPx: even(own.heightPx) };
  const short = heightPx ?? Math.min(own.widthPx, own.heightPx);
  const ratios = { '16:9': 16 / 9, '9:16': 9 / 16, '1:1': 1 };
  const ratio = aspect === undefined ? own.widthPx / own.heightPx : ratios[aspect];
  return ratio >= 1
    ? { widthPx: even(short * ratio), heightPx: even(short) }
    : { widthPx: even(short), heightPx: even(short / ratio) };
}
