/** The browser's encoder with nothing else going on: frames lie ready, and the clock runs until the last packet is out. */
import { frameToSeconds, rateToFps } from '#core/base/time.ts';
import type { VideoEncoding } from '#core/output/ports.ts';
import { supportedConfig } from '#workers/adapters/webcodecs.ts';

const BT709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;
/** As the app asks of software encoders. */
const KEY_EVERY_S = 0.5;

export function framesOf(yuv: readonly Uint8Array<ArrayBuffer>[], encoding: VideoEncoding): VideoFrame[] {
  return yuv.map(
    (planes, i) =>
      new VideoFrame(planes, {
        format: 'I420',
        codedWidth: encoding.widthPx,
        codedHeight: encoding.heightPx,
        timestamp: Math.round(frameToSeconds(i, encoding.rate) * 1e6),
        colorSpace: BT709,
      }),
  );
}

/** Closes the frames. @returns milliseconds for all of them */
export async function encodeAlone(frames: readonly VideoFrame[], encoding: VideoEncoding): Promise<number> {
  const config = await supportedConfig(encoding, false);
  if (!config) throw new Error('There is no software encoder here.');
  const failed: Error[] = [];
  const encoder = new VideoEncoder({ output: () => undefined, error: (error) => void failed.push(error) });
  encoder.configure(config);
  const keyEvery = Math.round(KEY_EVERY_S * rateToFps(encoding.rate));
  const from = performance.now();
  frames.forEach((frame, i) => {
    encoder.encode(frame, { keyFrame: i % keyEvery === 0 });
    frame.close();
  });
  await encoder.flush();
  const ms = performance.now() - from;
  encoder.close();
  if (failed[0]) throw failed[0];
  return ms;
}
