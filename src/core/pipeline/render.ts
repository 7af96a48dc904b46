/**
 * The straight line from a project to a movie, top to bottom:
 *
 *     prepareFilm   speak → animate → prepare → plan        (prepare.ts)
 *     exportFilm    planSegments → makeSegment (draw → encode → store) → masterFilm → readSegments → file
 *
 * A device runs all of it at once; a server runs the parts by themselves, on as many machines as it has.
 * A segment is stored as soon as it is whole, under a key of what it shows. Resuming after a reload, re-exporting after
 * an edit and going on after a lost device are therefore one thing: run again, and what is stored is not made again.
 */
import { AppError, throwIfCancelled } from '../base/errors.ts';
import type { CancelSignal } from '../base/errors.ts';
import type { CacheKey } from '../base/ids.ts';
import { frameToSeconds } from '../base/time.ts';
import type { Compositor, ImageProvider } from '../compose/ports.ts';
import { compositorFingerprint } from '../compose/version.ts';
import type { DrawLayer, ImageRef } from '../draw/draw-list.ts';
import { masterSound } from '../output/audio-mix.ts';
import { SEGMENT_PRODUCT } from '../output/ports.ts';
import type { AssetStore, AudioChunks, MovieFile, MovieWriter, Muxer, Segment } from '../output/ports.ts';
import { decodeSegment, encodeSegment, sameDescription } from '../output/segment-bytes.ts';
import { segmentKey, splitIntoSegments } from '../output/segments.ts';
import type { SegmentSpan } from '../output/segments.ts';
import type { RenderPermit } from '../policy/permit.ts';
import { Forecast } from './forecast.ts';
import type { Film } from './prepare.ts';
import { Stopwatch } from './timings.ts';
import type { ExportTimings } from './timings.ts';
import type { ExportPhase } from './worker-api.ts';

export { prepareFilm } from './prepare.ts';

/** Who draws, encodes and keeps. Made for one export at its size, and closed by whoever made it. */
export interface DrawHost {
  readonly store: AssetStore;
  readonly compositor: Compositor;
  readonly images: ImageProvider;
  readonly writer: MovieWriter;
  /** Between frames: lets more urgent work through. */
  breathe(): Promise<void>;
}
export interface ExportHost extends DrawHost {
  readonly muxer: Muxer;
}

export interface ExportProgress {
  readonly phase: ExportPhase;
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
  /** Frames that an earlier export had already made. */
  readonly reused: number;
}

/** What sound and file cost, in parts of what the pictures do: a guess that keeps the bar moving evenly. */
const SOUND_SHARE = 0.04;
const FILE_SHARE = 0.08;

/** Progress over the whole export, counted in frames, however many phases it has. */
function workDone(
  phase: 'draw' | 'sound' | 'file',
  fraction: number,
  frames: number,
): Pick<ExportProgress, 'done' | 'total'> {
  const share = { draw: [0, 1], sound: [1, SOUND_SHARE], file: [1 + SOUND_SHARE, FILE_SHARE] }[phase] as [
    number,
    number,
  ];
  const done = Math.round((share[0] + share[1] * fraction) * frames);
  return { done, total: Math.round((1 + SOUND_SHARE + FILE_SHARE) * frames) };
}

export interface ExportedMovie {
  readonly movie: MovieFile;
  readonly timings: ExportTimings;
}

export interface PlannedSegment {
  readonly span: SegmentSpan;
  readonly key: CacheKey;
}

/** @throws AppError invalid-input | refused | cancelled | device-lost | encoder-failed | storage-full | … */
export async function exportFilm(
  film: Film,
  permit: RenderPermit,
  host: ExportHost,
  onProgress: (progress: ExportProgress) => void,
  signal?: CancelSignal,
): Promise<ExportedMovie> {
  if (permit !== film.permit) throw new AppError('refused', 'This permit was given for another film.');
  requireFrames(film);
  const watch = new Stopwatch();
  const segments = await planSegments(film, host.writer, host.compositor.kind);
  const reused = await drawMissing(film, segments, host, watch, onProgress, signal);
  const { frameCount } = film.plan;
  const report = (phase: 'sound' | 'file') => (fraction: number) =>
    onProgress({ phase, ...workDone(phase, fraction, frameCount), secondsLeft: null, reused });
  report('sound')(0);
  const audio = await watch.time('sound', () => masterFilm(film, () => host.breathe(), signal));
  const request = {
    encoding: host.writer.encoding,
    segments: () => readSegments(film, segments, host, watch, signal),
    segmentFrameCounts: segments.map(({ span }) => span.frameCount),
    audio,
    title: film.project.name,
  };
  const movie = await watch.time('file', () => host.muxer.mux(request, report('file'), signal));
  return { movie, timings: watch.timings };
}

/** @throws AppError invalid-input where nothing is said */
export function requireFrames(film: Film): void {
  if (film.plan.frameCount === 0)
    throw new AppError('invalid-input', 'There is nothing to say yet.', { way: 'Write a sentence first.' });
}

/** The film's sound as it will be heard, made in bounded chunks as it is taken. */
export async function masterFilm(
  film: Film,
  breathe: () => Promise<void>,
  signal?: CancelSignal,
): Promise<AudioChunks> {
  const sounds = film.shots.map(({ speech, pcm }, i) => ({
    ...{ pcm: () => pcm(signal), sampleRateHz: speech.sampleRateHz },
    ...shotFrames(film, i),
  }));
  return (await masterSound(sounds, film.plan.rate, film.gain, breathe, signal)).audio;
}

/** The film cut into segments, each with the key of what it shows. @param drawnBy the compositor's kind */
export function planSegments(
  film: Film,
  writer: Pick<MovieWriter, 'encoding' | 'fingerprint'>,
  drawnBy: Compositor['kind'],
): Promise<readonly PlannedSegment[]> {
  const { shots, rate } = film.plan;
  return Promise.all(
    splitIntoSegments(shots, rate).map(async (span) => {
      const shot = shots[span.shot];
      if (!shot) throw new AppError('internal', `There is no shot ${span.shot}.`);
      return { span, key: await segmentKey(shot, span, writer, compositorFingerprint(drawnBy)) };
    }),
  );
}

/** Draws, encodes and stores every segment that the store lacks. Answers with how many frames it had. */
async function drawMissing(
  film: Film,
  segments: readonly PlannedSegment[],
  host: DrawHost,
  watch: Stopwatch,
  onProgress: (progress: ExportProgress) => void,
  signal?: CancelSignal,
): Promise<number> {
  const missing: PlannedSegment[] = [];
  for (const segment of segments)
    if (!(await host.store.hasProduct(SEGMENT_PRODUCT, segment.key))) missing.push(segment);
  const toDraw = missing.reduce((sum, { span }) => sum + span.frameCount, 0);
  const total = film.plan.frameCount;
  const reused = total - toDraw;
  watch.framesReused = reused;
  const forecast = new Forecast(toDraw, frameToSeconds(total, film.plan.rate));
  const report = (drawn: number) =>
    onProgress({
      phase: 'draw',
      ...workDone('draw', (reused + drawn) / total, total),
      secondsLeft: forecast.mark(drawn, performance.now()),
      reused,
    });
  report(0);
  for (const segment of missing)
    await makeSegment(film, segment, host, watch, () => report(watch.framesDrawn), signal);
  return reused;
}

/** Draws, encodes and stores one segment. */
export async function makeSegment(
  film: Film,
  { span, key }: PlannedSegment,
  host: DrawHost,
  watch: Stopwatch,
  onFrame: () => void,
  signal?: CancelSignal,
): Promise<Segment> {
  const { compositor, images, writer, store } = host;
  const encoder = await writer.openSegment();
  try {
    for (let i = 0; i < span.frameCount; i++) {
      await host.breathe();
      throwIfCancelled(signal);
      const list = await watch.time('plan', () => film.plan.at(span.filmFrame + i));
      await watch.time('load', () => images.load(imagesIn(list.layers)));
      await watch.time('draw', () => compositor.draw(list, images));
      const pixels = await watch.time('read', () => compositor.readPixels());
      await watch.time('encode', () => encoder.encode(pixels, i));
      watch.framesDrawn++;
      onFrame();
    }
    const segment = await watch.time('encode', () => encoder.finish());
    await watch.time('store', () => store.putProduct(SEGMENT_PRODUCT, key, encodeSegment(segment)));
    return segment;
  } finally {
    encoder.close();
  }
}

/** The stored segments in film order. One that is missing, damaged or of another encoder is made again. */
export async function* readSegments(
  film: Film,
  segments: readonly PlannedSegment[],
  host: DrawHost,
  watch: Stopwatch,
  signal?: CancelSignal,
): AsyncGenerator<Segment> {
  let first: Segment | null = null;
  for (const planned of segments) {
    throwIfCancelled(signal);
    const again = async () => {
      // A store may keep what it has under a name: what is wrong goes first.
      await host.store.removeProduct(SEGMENT_PRODUCT, planned.key);
      return makeSegment(film, planned, host, watch, () => undefined, signal);
    };
    let segment = (await readSegment(planned, host.store)) ?? (await again());
    if (first && !sameDescription(first.description, segment.description)) segment = await again();
    if (first && !sameDescription(first.description, segment.description)) {
      await forget(segments, host.store);
      throw new AppError('encoder-failed', 'The encoder changed its settings in the middle of the film.', {
        way: 'Export again; the film will be encoded afresh.',
      });
    }
    first ??= segment;
    yield segment;
  }
}

/** The segments before the odd one may be those of another encoder: none is kept. */
async function forget(segments: readonly PlannedSegment[], store: AssetStore): Promise<void> {
  for (const { key } of segments) await store.removeProduct(SEGMENT_PRODUCT, key);
}

async function readSegment({ span, key }: PlannedSegment, store: AssetStore): Promise<Segment | null> {
  const bytes = await store.getProduct(SEGMENT_PRODUCT, key);
  if (!bytes) return null;
  try {
    const segment = decodeSegment(bytes);
    return segment.frameCount === span.frameCount ? segment : null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'corrupt-file') return null;
    throw error;
  }
}

function shotFrames(film: Film, index: number): { readonly startFrame: number; readonly frameCount: number } {
  const shot = film.plan.shots[index];
  if (!shot) throw new AppError('internal', `There is no shot ${index} in the plan.`);
  return shot;
}

/** Every picture a list of layers asks for. */
export function imagesIn(layers: readonly DrawLayer[]): ImageRef[] {
  return layers.flatMap((layer) => {
    if (layer.kind === 'image' || layer.kind === 'mesh') return [layer.image];
    if (layer.kind === 'dissolve') return [layer.from.image, layer.to.image];
    return layer.kind === 'group' ? imagesIn(layer.layers) : [];
  });
}
