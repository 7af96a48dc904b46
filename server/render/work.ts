/**
 * A film in a process of its own, step by step. Everything a step makes goes to the store under a key of what it is, and
 * what is there is not made again: steps may be done twice, in any process, on any machine with the same store.
 */
import { cacheKey } from '#core/base/hashing.ts';
import { AppError, throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { frameToSeconds } from '#core/base/time.ts';
import type { Compositor } from '#core/compose/ports.ts';
import { webVtt } from '#core/frame/web-vtt.ts';
import { SEGMENT_PRODUCT, type AssetStore } from '#core/output/ports.ts';
import { Forecast } from '#core/pipeline/forecast.ts';
import { prepareFilm, type Film } from '#core/pipeline/prepare.ts';
import {
  imagesIn,
  makeSegment,
  masterFilm,
  planSegments,
  readSegments,
  requireFrames,
  type DrawHost,
  type PlannedSegment,
} from '#core/pipeline/render.ts';
import { Stopwatch } from '#core/pipeline/timings.ts';
import { verifiedAmong } from '#core/policy/consent/bundle.ts';
import { issuePermit } from '#core/policy/permit.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import type { MovieSound } from '#shared/mediabunny.ts';
import { accountAssets } from '../services/assets/account-assets.ts';
import type { FileStore } from '../services/store.ts';
import { openNativeWriter } from './adapters/node-av.ts';
import { assembleFilm } from './assemble.ts';
import { isCardLost, Painter } from './drawing.ts';
import { encoderSettings, nativeEncoding } from './encoder-settings.ts';
import { filmSound, soundCoding } from './film-sound.ts';
import { kindOfFilm, projectFor, requireOutput } from './output-spec.ts';
import { assetFiles, nativeImages } from './pictures.ts';
import { openPrepareHost, type NativePrepareHost } from './prepare-host.ts';
import type {
  CompositorWish,
  Drawing,
  EncodedBy,
  RenderSpec,
  RenderStep,
  SegmentSummary,
  StepProgress,
  StepResults,
} from './process.ts';

export interface WorkPlace {
  readonly store: FileStore;
  /** A folder of this process's own. */
  readonly scratch: string;
  readonly drawing: DrawingWish;
  /** The same for all segments of the film, whoever draws them. */
  readonly encodedBy: EncodedBy;
}

/** How films are drawn here, and what was found of others. */
export interface DrawingWish {
  readonly wish: CompositorWish;
  /** By `kindOfFilm`. */
  readonly known: Readonly<Record<string, Drawing>>;
  /** Called once it is known who draws, before anything is drawn; and again when that changes. */
  readonly tell: (kindOfFilm: string, drawing: Drawing) => void;
}

type Tell = (progress: StepProgress) => void;
interface Opened {
  readonly film: Film;
  readonly segments: readonly PlannedSegment[];
}

/** Raise it when the same sound would be coded otherwise. */
const SOUND_VERSION = 2;
/**
 * Segments are named as Skia's, whoever drew them. Both ways to draw are held to the same frames (parity tests), and with one
 * name a film that was begun on a machine with a card goes on where there is none, or where the card was lost.
 */
const NAMED_AS = 'canvas2d';

export class RenderWork {
  readonly #spec: RenderSpec;
  readonly #place: WorkPlace;
  readonly #store: AssetStore;
  readonly #prepareHost: NativePrepareHost;
  readonly #painter: Painter;
  /** Its compositor is Skia's: who has many frames to draw asks the painter. */
  readonly #draw: DrawHost;
  #opened: Opened | null = null;

  private constructor(
    spec: RenderSpec,
    place: WorkPlace,
    store: AssetStore,
    prepareHost: NativePrepareHost,
    painter: Painter,
    draw: DrawHost,
  ) {
    this.#spec = spec;
    this.#place = place;
    this.#store = store;
    this.#prepareHost = prepareHost;
    this.#painter = painter;
    this.#draw = draw;
  }

  /** @throws AppError invalid-input | encoder-failed */
  static async open(spec: RenderSpec, place: WorkPlace): Promise<RenderWork> {
    const { output, accountId } = spec;
    requireOutput(output);
    const store = accountAssets(place.store, accountId);
    const files = assetFiles(place.store, accountId, place.scratch);
    const painter = new Painter({
      widthPx: output.widthPx * output.supersample,
      heightPx: output.heightPx * output.supersample,
      clear: output.alpha,
      wish: place.drawing.wish,
      known: place.drawing.known[kindOfFilm(spec)],
    });
    const draw: DrawHost = {
      store,
      compositor: painter.skia,
      images: nativeImages(files),
      writer: openNativeWriter(nativeEncoding(output), encoderSettings(output, place.encodedBy)),
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    };
    return new RenderWork(spec, place, store, await openPrepareHost(store, files), painter, draw);
  }

  run(step: RenderStep, tell: Tell, signal: CancelSignal): Promise<StepResults[RenderStep['kind']]> {
    switch (step.kind) {
      case 'prepare':
        return this.#prepare(tell, signal);
      case 'draw':
        return this.#drawSegments(step.segments, tell, signal);
      case 'sound':
        return this.#sound(tell, signal).then(({ key }) => ({ key }));
      case 'assemble':
        return this.#assemble(tell, signal);
      default:
        return step satisfies never;
    }
  }

  async close(): Promise<void> {
    this.#painter.close();
    this.#draw.images.close();
    this.#draw.writer.close();
    await this.#prepareHost.close();
  }

  /** The permit is derived here and now, each time: a receipt may have been revoked since the last step. */
  async #film(tell: Tell, signal: CancelSignal): Promise<Opened> {
    const { grade, connection, receipts, output } = this.#spec;
    const project = projectFor(this.#spec.project, output);
    const verified = verifiedAmong(receipts, new Date().toISOString(), verifyEd25519);
    const permit = issuePermit(project, grade, connection, verified);
    if (this.#opened?.film.permit.mark === permit.mark) return this.#opened;
    const host = { ...this.#prepareHost, nothingBehind: output.alpha };
    const film = await prepareFilm(project, permit, host, signal, (done, total) =>
      tell({ fraction: total > 0 ? done / total : 0, secondsLeft: null }),
    );
    requireFrames(film);
    return (this.#opened = { film, segments: await planSegments(film, this.#draw.writer, NAMED_AS) });
  }

  async #prepare(tell: Tell, signal: CancelSignal): Promise<StepResults['prepare']> {
    const { film, segments } = await this.#film(tell, signal);
    const { frameCount, rate } = film.plan;
    return {
      segments: await Promise.all(segments.map((segment, index) => this.#summary(segment, index))),
      frameCount,
      durationS: frameToSeconds(frameCount, rate),
    };
  }

  async #summary({ span, key }: PlannedSegment, index: number): Promise<SegmentSummary> {
    const stored = await this.#store.hasProduct(SEGMENT_PRODUCT, key);
    return { index, key, frameCount: span.frameCount, stored };
  }

  async #drawSegments(
    indices: readonly number[],
    tell: Tell,
    signal: CancelSignal,
  ): Promise<StepResults['draw']> {
    const { film, segments } = await this.#film(() => undefined, signal);
    const before = process.cpuUsage();
    const wanted = indices.map((index) => {
      const segment = segments[index];
      if (!segment) throw new AppError('invalid-input', `This film has no segment ${index}.`);
      return { index, segment };
    });
    const frames = wanted.reduce((sum, { segment }) => sum + segment.span.frameCount, 0);
    const forecast = new Forecast(frames, 0);
    const summaries: SegmentSummary[] = [];
    let done = 0;
    const tellAt = (at: number) =>
      tell({ fraction: frames > 0 ? at / frames : 1, secondsLeft: forecast.mark(at, performance.now()) });
    for (const { index, segment } of wanted) {
      throwIfCancelled(signal);
      const summary = await this.#summary(segment, index);
      if (!summary.stored) {
        await this.#choose(film, segment);
        await this.#makeSegment(film, segment, (drawn) => tellAt(done + drawn), signal);
      }
      done += segment.span.frameCount;
      tellAt(done);
      summaries.push(summary);
    }
    const { user, system } = process.cpuUsage(before);
    return { segments: summaries, cpuS: (user + system) / 1e6, drawing: this.#painter.drawing };
  }

  /** The first segment that is to be drawn is what the ways to draw are tried on. */
  async #choose(film: Film, { span }: PlannedSegment): Promise<void> {
    if (this.#painter.drawing) return;
    const { images } = this.#draw;
    const frame = async (index: number) => {
      const list = film.plan.at(span.filmFrame + index);
      await images.load(imagesIn(list.layers));
      return list;
    };
    this.#tellDrawing(await this.#painter.choose(frame, span.frameCount, images));
  }

  #tellDrawing(drawing: Drawing): void {
    this.#place.drawing.tell(kindOfFilm(this.#spec), drawing);
  }

  /** A segment of which a lost card had drawn a part is drawn again, whole, by Skia. */
  async #makeSegment(
    film: Film,
    segment: PlannedSegment,
    onDrawn: (frames: number) => void,
    signal: CancelSignal,
  ): Promise<void> {
    const make = (compositor: Compositor) => {
      let drawn = 0;
      const host = { ...this.#draw, compositor };
      return makeSegment(film, segment, host, new Stopwatch(), () => onDrawn(++drawn), signal);
    };
    try {
      await make(this.#painter.compositor);
    } catch (error) {
      if (!isCardLost(error) || this.#painter.compositor.kind !== 'webgpu') throw error;
      this.#painter.lost();
      if (this.#painter.drawing) this.#tellDrawing(this.#painter.drawing);
      await make(this.#painter.compositor);
    }
  }

  async #sound(tell: Tell, signal: CancelSignal): Promise<{ key: CacheKey; sound: MovieSound }> {
    const { film } = await this.#film(() => undefined, signal);
    const coding = soundCoding(this.#spec.output);
    const key = await cacheKey(`sound@${SOUND_VERSION}`, {
      ...coding,
      rate: film.plan.rate,
      shots: film.shots.map(({ speechKey, frameCount }) => [speechKey, frameCount]),
    });
    const sound = await filmSound(
      { store: this.#place.store, accountId: this.#spec.accountId, key },
      coding,
      () => masterFilm(film, () => this.#draw.breathe(), signal),
      (fraction) => tell({ fraction: 0.5 + 0.5 * fraction, secondsLeft: null }),
      signal,
    );
    return { key, sound };
  }

  async #assemble(tell: Tell, signal: CancelSignal): Promise<StepResults['assemble']> {
    const { film, segments } = await this.#film(() => undefined, signal);
    const { sound } = await this.#sound(() => undefined, signal);
    const { output, accountId } = this.#spec;
    const made = await assembleFilm(
      {
        container: output.container,
        encoding: this.#draw.writer.encoding,
        frameCount: film.plan.frameCount,
        segments: readSegments(film, segments, this.#draw, new Stopwatch(), signal),
        sound,
        title: film.project.name,
      },
      { ...this.#place, accountId },
      (fraction) => tell({ fraction, secondsLeft: null }),
      signal,
    );
    const { asset, ...facts } = made;
    return { film: asset, ...facts, captions: await this.#captions(film) };
  }

  async #captions(film: Film): Promise<StepResults['assemble']['captions']> {
    if (this.#spec.output.captions !== 'separate') return null;
    const text = webVtt(film.plan, film.shots, film.project, this.#prepareHost.shaper);
    return this.#store.put(new TextEncoder().encode(text));
  }
}
