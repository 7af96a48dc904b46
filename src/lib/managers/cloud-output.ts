/**
 * What can be asked of a cloud render, in a person's words, and what that comes to for the server. Kept free of state: the
 * dialog shows it, the manager sends it.
 */
import { RATE_25, RATE_30, type Rational } from '#core/base/time.ts';
import type { DeviceReport, ExportSettings } from '#core/pipeline/worker-api.ts';
import type { RenderOutput } from '../api/client.ts';

export type CloudFormat = 'h264' | 'h265' | 'av1' | 'prores' | 'webm-alpha';
export interface CloudChoices {
  /** The short side. */
  readonly heightPx: 720 | 1080 | 1440 | 2160;
  readonly rateFps: 25 | 30 | 50 | 60;
  readonly aspect: ExportSettings['aspect'];
  readonly format: CloudFormat;
  readonly tenBit: boolean;
  readonly captions: RenderOutput['captions'];
}

export const FORMATS: readonly {
  readonly value: CloudFormat;
  readonly label: string;
  readonly note: string;
}[] = [
  { value: 'h264', label: 'MP4, H.264', note: 'Plays everywhere' },
  { value: 'h265', label: 'MP4, H.265', note: 'Smaller; most phones and televisions' },
  { value: 'av1', label: 'MP4, AV1', note: 'Smallest; newer devices and the web' },
  { value: 'prores', label: 'MOV, ProRes 4444', note: 'For editing, with a transparent background' },
  { value: 'webm-alpha', label: 'WebM, VP9', note: 'For web pages, with a transparent background' },
];

const RATES: Readonly<Record<CloudChoices['rateFps'], Rational>> = {
  25: RATE_25,
  30: RATE_30,
  50: { num: 50, den: 1 },
  60: { num: 60, den: 1 },
};
const RATIOS = { '16:9': 16 / 9, '1:1': 1, '9:16': 9 / 16 };
const ENCODING: Readonly<Record<CloudFormat, Pick<RenderOutput, 'codec' | 'container' | 'alpha'>>> = {
  h264: { codec: 'h264', container: 'mp4', alpha: false },
  h265: { codec: 'h265', container: 'mp4', alpha: false },
  av1: { codec: 'av1', container: 'mp4', alpha: false },
  prores: { codec: 'prores4444', container: 'mov', alpha: true },
  'webm-alpha': { codec: 'vp9', container: 'webm', alpha: true },
};
/** H.264 carries 8 bits here, ProRes 10 always, VP9 with transparency 8. */
export const mayTenBit = (format: CloudFormat): boolean => format === 'h265' || format === 'av1';

const DRAFT_PX = 360;

export function outputOf(choices: CloudChoices): RenderOutput {
  const { heightPx, rateFps, aspect, format, captions } = choices;
  const ten = format === 'prores' || (choices.tenBit && mayTenBit(format));
  return {
    ...ENCODING[format],
    ...sizeOf(heightPx, aspect),
    rate: RATES[rateFps],
    bits: ten ? 10 : 8,
    effort: 'full',
    supersample: 1,
    captions,
  };
}

/** The same film, small and quickly made, to look at while the other is under way. */
export function draftOf({ rateFps, aspect, captions }: CloudChoices): RenderOutput {
  return {
    ...ENCODING.h264,
    ...sizeOf(DRAFT_PX, aspect),
    rate: RATES[rateFps === 30 || rateFps === 60 ? 30 : 25],
    bits: 8,
    effort: 'draft',
    supersample: 1,
    captions: captions === 'separate' ? 'none' : captions,
  };
}

function sizeOf(shortPx: number, aspect: CloudChoices['aspect']): { widthPx: number; heightPx: number } {
  const ratio = RATIOS[aspect];
  const even = (px: number) => 2 * Math.round(px / 2);
  return ratio >= 1
    ? { widthPx: even(shortPx * ratio), heightPx: shortPx }
    : { widthPx: shortPx, heightPx: even(shortPx / ratio) };
}

/** What no browser is asked for here. */
export function beyondBrowser({ heightPx, rateFps, format, captions }: CloudChoices): boolean {
  return heightPx > 1080 || rateFps > 30 || format !== 'h264' || captions === 'separate';
}

/** Why this device had better let a server make the film; null where it does well itself. */
export function whyCloud(report: DeviceReport | null): string | null {
  if (report === null) return null;
  if (report.codec === null) return 'This browser cannot make video files.';
  const card = report.details.find(({ name }) => name === 'Graphics card');
  if (report.compositor === 'canvas2d' && card?.ok === false)
    return 'This browser has no WebGPU, so making the film here takes long.';
  if (report.previewHeightPx <= 540)
    return 'This device is slow at drawing, so making the film here takes long.';
  return null;
}

/** `3 s`, `4 min`, `2 h 10 min`: of processors, and of waiting. */
export function spanText(seconds: number): string {
  if (seconds < 1) return 'no time';
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
