/**
 * How each codec is asked to encode. `full` is for the film: slow, constant quality, so that flat grounds stay flat and
 * bits go where they are seen. `draft` is for a first look. Segments are closed: no picture in one leans on another.
 * Threads are said in number, because what an encoder writes may depend on it and two machines should write the same.
 */
import { rateToFps } from '#core/base/time.ts';
import { bitrateFor } from '#core/output/encoding.ts';
import type { PlaneFormat } from '#core/output/film-planes.ts';
import type { VideoCodec, VideoEncoding } from '#core/output/ports.ts';
import { nvencSettings, nvencTakes } from './nvenc-settings.ts';
import type { EncodedBy, NativeCodec, OutputSpec } from './process.ts';

export interface EncoderSettings {
  /** FFmpeg's name of it. */
  readonly encoder: string;
  /** FFmpeg's name of the planes. */
  readonly pixelFormat: string;
  readonly planes: PlaneFormat;
  readonly threads: number;
  readonly options: Readonly<Record<string, string>>;
}

export const CODEC_OF: Readonly<Record<NativeCodec, VideoCodec>> = {
  h264: 'avc',
  h265: 'hevc',
  av1: 'av1',
  prores4444: 'prores',
  vp9: 'vp9',
};

const THREADS = 4;
/** So that players find their way about. */
const KEY_EVERY_S = 2;

export function nativeEncoding(output: OutputSpec): VideoEncoding {
  const { widthPx, heightPx, rate } = output;
  const codec = CODEC_OF[output.codec];
  return { codec, widthPx, heightPx, rate, bitrate: bitrateFor(codec, widthPx, heightPx, rate) };
}

/** What a card does not take is software's, whoever was asked. */
export function encoderSettings(output: OutputSpec, by: EncodedBy = 'software'): EncoderSettings {
  const { codec, bits, alpha, supersample, effort, rate, widthPx } = output;
  const full = effort === 'full';
  const key = String(Math.max(1, Math.round(KEY_EVERY_S * rateToFps(rate))));
  if (by === 'nvenc' && nvencTakes(output)) return nvencSettings(output, key);
  const deep = bits === 10 ? 'yuv420p10le' : 'yuv420p';
  const planes: PlaneFormat = { chroma: '420', bits, alpha: false, supersample };
  const common = { pixelFormat: deep, planes, threads: THREADS };
  switch (codec) {
    case 'h264':
      return {
        ...common,
        encoder: 'libx264',
        options: {
          preset: full ? 'slow' : 'veryfast',
          crf: full ? '16' : '27',
          g: key,
          'x264-params': 'open-gop=0',
        },
      };
    case 'h265':
      return {
        ...common,
        encoder: 'libx265',
        options: {
          preset: full ? 'slow' : 'ultrafast',
          crf: full ? '18' : '28',
          'x265-params': `keyint=${key}:open-gop=0:frame-threads=2:info=0:repeat-headers=1:log-level=error`,
        },
      };
    case 'av1':
      return {
        ...common,
        encoder: 'libsvtav1',
        options: { preset: full ? '5' : '12', crf: full ? '22' : '40', g: key, 'svtav1-params': 'lp=4' },
      };
    case 'vp9':
      return {
        ...common,
        encoder: 'libvpx-vp9',
        pixelFormat: alpha ? 'yuva420p' : deep,
        planes: { ...planes, alpha },
        options: {
          crf: full ? '20' : '38',
          b: '0',
          g: key,
          deadline: full ? 'good' : 'realtime',
          'cpu-used': full ? '2' : '8',
          'row-mt': '1',
          'tile-columns': widthPx >= 1920 ? '2' : '0',
          // Frames that are never shown, and alpha, do not go together.
          ...(alpha ? { 'auto-alt-ref': '0' } : {}),
        },
      };
    case 'prores4444':
      return {
        ...common,
        encoder: 'prores_ks',
        pixelFormat: alpha ? 'yuva444p10le' : 'yuv444p10le',
        planes: { chroma: '444', bits: 10, alpha, supersample },
        options: { profile: '4444', vendor: 'apl0', alpha_bits: alpha ? '16' : '0' },
      };
    default:
      return codec satisfies never;
  }
}
