/**
 * The least that the film could cost: its own frames decoded, and encoded again, by the same browser in the same run,
 * with nothing drawn. An export that takes as long as this would draw for nothing.
 */
import { RATE_30 } from '#core/base/time.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { encodingFor } from '#core/output/encoding.ts';
import { ALL_FORMATS, BlobSource, Input, VideoSampleSink } from '#shared/mediabunny.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import { encodeAlone } from './encode-alone.ts';
import type { Floor } from './protocol.ts';

/** Decoded frames held at a time. */
const HELD = 60;

export async function floor(asset: string): Promise<Floor> {
  const file = await (await openOpfsStore()).file(asset as AssetHash);
  if (!file) throw new Error('The film is not in the store.');
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('The film has no pictures.');
  const sink = new VideoSampleSink(track);
  let frames = 0;
  const from = performance.now();
  for await (const sample of sink.samples()) {
    frames++;
    sample.close();
  }
  const decodeMs = performance.now() - from;

  const encoding = encodingFor('avc', {
    widthPx: await track.getDisplayWidth(),
    heightPx: await track.getDisplayHeight(),
    rate: RATE_30,
  });
  let encodeMs = 0;
  let held: VideoFrame[] = [];
  for await (const sample of sink.samples()) {
    held.push(sample.toVideoFrame());
    sample.close();
    if (held.length < HELD) continue;
    encodeMs += await encodeAlone(held, encoding);
    held = [];
  }
  if (held.length > 0) encodeMs += await encodeAlone(held, encoding);
  input.dispose();
  return { frames, decodeMs, encodeMs };
}
