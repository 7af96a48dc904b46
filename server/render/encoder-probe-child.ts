/**
 * Tries an encoder: a few frames of the film's size, each of another grey, go through it into a film, and must come back
 * out of it, all of them, as the greys they were. Run by encoder-probe.ts.
 */
import { toAppError } from '#core/base/errors.ts';
import type { MovieWriter, Segment } from '#core/output/ports.ts';
import { ALL_FORMATS, BlobSource, Input, VideoSampleSink, writeMovie } from '#shared/mediabunny.ts';
import { useNativeDecoders } from './adapters/native-decoders.ts';
import { openNativeWriter } from './adapters/node-av.ts';
import type { ProbeAnswer, ProbeQuestion } from './encoder-probe.ts';

const FRAMES = 8;
/** Of 255; coarse settings move a flat grey by less. */
const TOLERANCE = 6;
const greyOf = (index: number) => 40 + 20 * index;

process.once('message', (question: ProbeQuestion) => {
  void tried(question).then((answer) => process.send?.(answer, () => process.exit(0)));
});

async function tried({ encoding, settings }: ProbeQuestion): Promise<ProbeAnswer> {
  try {
    const writer = openNativeWriter(encoding, settings);
    const film = await filmOf(writer, await segmentOf(writer, settings.planes.supersample));
    const wrong = await whatIsWrong(film);
    return wrong === null ? { works: true } : { works: false, why: wrong };
  } catch (error) {
    const { message, cause } = toAppError(error);
    return { works: false, why: cause instanceof Error ? `${message} (${cause.message})` : message };
  }
}

async function segmentOf({ encoding, openSegment }: MovieWriter, supersample: number): Promise<Segment> {
  const pixels = encoding.widthPx * encoding.heightPx * supersample ** 2;
  const segment = await openSegment();
  const frame = new Uint8ClampedArray(pixels * 4);
  for (let index = 0; index < FRAMES; index++) {
    frame.fill(greyOf(index));
    for (let at = 3; at < frame.length; at += 4) frame[at] = 255;
    await segment.encode(frame, index);
  }
  return segment.finish();
}

async function filmOf({ encoding }: MovieWriter, segment: Segment): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  await writeMovie({
    container: 'mp4-fragmented', // bytes only ever follow one another
    encoding,
    frameCount: FRAMES,
    segments: (async function* () {
      yield await Promise.resolve(segment);
    })(),
    sound: { kind: 'none' },
    title: '',
    write: (bytes) => void pieces.push(bytes.slice()),
  });
  return new Blob(pieces);
}

async function whatIsWrong(film: Blob): Promise<string | null> {
  useNativeDecoders();
  using input = new Input({ source: new BlobSource(film), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (!track) return 'what it gives is no film';
  let index = 0;
  for await (const sample of new VideoSampleSink(track).samples()) {
    const { format } = sample;
    const bytes = new Uint8Array(sample.allocationSize());
    const [plane] = await sample.copyTo(bytes);
    const { codedWidth, codedHeight } = sample;
    sample.close();
    if (!plane) return 'a frame came back empty';
    const deep = format?.includes('P10') === true;
    const luma = deep ? new Uint16Array(bytes.buffer) : bytes;
    const [offset, stride] = deep ? [plane.offset / 2, plane.stride / 2] : [plane.offset, plane.stride];
    let sum = 0;
    for (let y = 0; y < codedHeight; y++)
      for (let x = 0; x < codedWidth; x++) sum += luma[offset + y * stride + x]!;
    const mean = sum / (codedWidth * codedHeight) / (deep ? 4 : 1);
    if (Math.abs(mean - (16 + (219 * greyOf(index)) / 255)) > TOLERANCE)
      return `frame ${index + 1} came back as another`;
    index++;
  }
  return index === FRAMES ? null : `${index} of ${FRAMES} frames came back`;
}
