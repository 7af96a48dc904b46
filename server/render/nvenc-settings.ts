/**
 * How NVIDIA's encoders are asked to encode: constant quality, as the software ones are, in closed groups of pictures. They
 * take planes from ordinary memory; VAAPI's and Quick Sync's want frames of their own on the card, and are not used.
 * Nobody has seen these on a card; their names and ranges are held against FFmpeg's own tables by a test.
 */
import type { PlaneFormat } from '#core/output/film-planes.ts';
import type { EncoderSettings } from './encoder-settings.ts';
import type { OutputSpec } from './process.ts';

const ENCODERS = {
  h264: { encoder: 'h264_nvenc', cq: { full: '19', draft: '30' } },
  h265: { encoder: 'hevc_nvenc', cq: { full: '21', draft: '32' } },
  av1: { encoder: 'av1_nvenc', cq: { full: '26', draft: '42' } },
} as const;

type NvencOutput = OutputSpec & { readonly codec: keyof typeof ENCODERS };

/** H.264 of ten bits is for the newest cards alone, and few players take it. */
export function nvencTakes(output: OutputSpec): output is NvencOutput {
  return output.codec in ENCODERS && !output.alpha && !(output.codec === 'h264' && output.bits === 10);
}

/** @param keyEvery frames from one key to the next */
export function nvencSettings(output: NvencOutput, keyEvery: string): EncoderSettings {
  const { codec, bits, effort, supersample } = output;
  const { encoder, cq } = ENCODERS[codec];
  const planes: PlaneFormat = { chroma: '420', bits, alpha: false, supersample };
  return {
    encoder,
    pixelFormat: bits === 10 ? 'p010le' : 'yuv420p',
    planes,
    threads: 1, // the card's own
    options: {
      ...(effort === 'full'
        ? { preset: 'p7', multipass: 'fullres', 'rc-lookahead': '32', 'spatial-aq': '1' }
        : { preset: 'p2' }),
      tune: 'hq',
      rc: 'vbr',
      cq: cq[effort],
      b: '0', // else two megabits a second are held to
      g: keyEvery,
      strict_gop: '1',
      'forced-idr': '1',
      ...(codec === 'h264' ? { profile: 'high' } : {}),
      ...(codec === 'h265' ? { profile: bits === 10 ? 'main10' : 'main' } : {}),
    },
  };
}
