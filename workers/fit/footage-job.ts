/**
 * From a person's video to their twin, readable top to bottom: its index is read, its frames are decoded once and both
 * followed and written into the working film, then the film is looked at again for mouths and movements, and all parts
 * are put into the store. What is done is kept every two seconds of film.
 */
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import { newId, type AssetHash, type PresenterId } from '#core/base/ids.ts';
import { decodeRecord, encodeRecord } from '#core/base/records.ts';
import { rateToFps } from '#core/base/time.ts';
import type { MediaEntry } from '#core/document/project.ts';
import { writePicturePack } from '#core/draw/picture-pack.ts';
import type { FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import { encodeFootageFit } from '#core/presenter/footage/fit.ts';
import { filmShape } from '#core/presenter/footage/film/layout.ts';
import type { ModelPlacement } from '#core/model/runtime.ts';
import type { HeardSpeech } from '#core/speech/listen/heard.ts';
import { createFollower, resumeFollower, type FollowedFilm, type Follower } from '#core/track/follow.ts';
import { shrink } from '#core/track/places.ts';
import {
  mayTeachSpeech,
  troublesOfFollowed,
  troublesOfMouth,
  troublesOfSound,
  troublesOfSource,
  troublesSoFar,
} from '#core/track/judge.ts';
import type { OpenFaceTools } from '#core/track/tools/open.ts';
import type { FrameView, Square } from '#core/track/ports.ts';
import { planFilm, type FilmPlan } from './film-plan.ts';
import { requireFile } from './film-pictures.ts';
import { openFilm, type FilmSource } from './film-source.ts';
import type { FitContext, FitHost } from './host.ts';
import { keptOf, type Kept } from './kept.ts';
import { secondWalk } from './second-walk.ts';
import { TAPE_VERSION } from './tape.ts';
import { Troubles } from './told-troubles.ts';

/** How often what is seen is shown. */
const SHOW_EVERY_MS = 300;
const SHOW_AT_LEAST_MS = 900;
const SHOWN_PX = 240;
/** A film in which no face has shown by then has none. */
const NOBODY_S = 8;
/** How often following is kept: its snapshot grows with the film. */
const KEEP_EVERY_MS = 4000;

export async function fitFootage(job: FitJob, host: FitHost, context: FitContext): Promise<FittedPresenter> {
  const { signal, progress } = context;
  const startedMs = performance.now();
  const troubles = new Troubles(context.emit);
  progress.at('read', 0);
  const source = await openFilm(requireFile(await host.store.file(job.source)), signal);
  try {
    const plan = planFilm(source.facts);
    troubles.add(plan.troubles);
    // The networks are opened while the sound is read.
    const opening = host.tools();
    opening.catch(() => undefined); // told below
    const sound = source.facts.sound ? await source.sound(signal) : null;
    const hasSound = sound !== null;
    troubles.add(troublesOfSource({ durationS: plan.durationS, hasSound, frameTimesS: source.facts.timesS }));
    progress.at('read', 0.5);
    const heard = sound === null ? null : hear(host, sound, signal);
    const { followed, film, trackedFps, placement } = await follow(
      source,
      plan,
      opening,
      host,
      job,
      context,
      troubles,
    );
    source.close();
    const listened = heard === null ? null : await heard;
    troubles.add([...troublesOfFollowed(followed), ...troublesOfMouth(followed)]);
    const ofSound = troublesOfSound(followed, listened);
    troubles.add(ofSound);
    const speech = mayTeachSpeech(ofSound) ? listened : null;
    const made = await fitMouths(job, host, context, followed, speech, plan, film.asset);
    progress.at('keep', 1);
    return {
      ...made,
      troubles: troubles.all,
      report: {
        frames: followed.track.frameCount,
        durationS: plan.durationS,
        secondsTaken: (performance.now() - startedMs) / 1000,
        trackedFps,
        placement,
        learnedStyle: made.learnedStyle,
      },
    };
  } finally {
    source.close();
  }
}

/** Sound that cannot be listened to costs the style, not the twin. */
async function hear(
  host: FitHost,
  sound: { readonly pcm: Float32Array<ArrayBuffer>; readonly sampleRateHz: number },
  signal: CancelSignal,
): Promise<HeardSpeech | null> {
  try {
    const listener = await (await host.ears()).listener();
    return await listener.listen(sound.pcm, sound.sampleRateHz, signal);
  } catch {
    return null;
  }
}

interface Followed {
  readonly followed: FollowedFilm;
  readonly film: { readonly asset: AssetHash; readonly bytes: number };
  readonly trackedFps: number;
  readonly placement: ModelPlacement;
}

/** The first walk over the film: each frame is decoded, followed here and written into the working film elsewhere. */
async function follow(
  source: FilmSource,
  plan: FilmPlan,
  opening: Promise<OpenFaceTools>,
  { store, openTape }: FitHost,
  job: FitJob,
  context: FitContext,
  troubles: Troubles,
): Promise<Followed> {
  const { signal, progress } = context;
  const { rate, widthPx, heightPx, frameCount } = plan;
  const kept = keptOf(store, job.source, { tape: TAPE_VERSION, rate, widthPx, heightPx, frameCount });
  const film = { rate, widthPx, heightPx };
  const tape = await openTape({ source: job.source, rate, widthPx, heightPx, frameCount }, signal);
  // What was followed, between two frames; in the middle of one it is not whole.
  let whole: Follower | null = null;
  try {
    const tools = await opening;
    progress.at('read', 1);
    const done = await followedBefore(kept, tools.revision);
    const follower = done === null ? await followerFor(kept, tools, film) : null;
    const from = Math.min(tape.nextFrame, follower?.nextFrame ?? frameCount);
    const show = shown(context);
    let keptMs = performance.now();
    let [looked, lookedMs] = [0, 0];
    let anyone = from > 0;
    progress.at('track', from / frameCount);
    if (from < frameCount)
      for await (const frame of source.frames(
        { rate, widthPx, heightPx, from, count: frameCount - from },
        signal,
      )) {
        if (follower && frame.index >= follower.nextFrame) {
          throwIfCancelled(signal);
          const lookMs = performance.now();
          whole = null;
          await follower.look(frame.view);
          whole = follower;
          lookedMs += performance.now() - lookMs;
          looked++;
          anyone ||= follower.face !== null;
          // Nobody will come any more; two minutes of a landscape need not be walked through to say so.
          if (!anyone && frame.index >= NOBODY_S * rateToFps(rate))
            troubles.add(troublesOfFollowed(await follower.finish(signal)));
          const frames = { done: follower.nextFrame, all: frameCount };
          troubles.add(troublesSoFar(follower.glimpses, rate, frames));
        }
        if (frame.index >= tape.nextFrame) await tape.add(frame);
        await show(frame.view, follower?.face ?? null);
        progress.at('track', (frame.index + 1) / frameCount);
        if (follower && performance.now() - keptMs > KEEP_EVERY_MS) {
          await kept.write('following', follower.snapshot());
          keptMs = performance.now();
        }
      }
    const trackedFps = lookedMs > 0 ? (1000 * looked) / lookedMs : 0;
    const followed = done ?? (await (follower as Follower).finish(signal));
    if (followed.track.frameCount === 0)
      throw new AppError('corrupt-file', 'Not one frame of this video could be read.', {
        way: 'Choose the original file again, or convert it to an MP4 first.',
      });
    if (done === null) await kept.write('followed', encodeRecord({ revision: tools.revision, followed }));
    const made = await tape.finish(job.name, signal);
    return { followed, film: made, trackedFps, placement: tools.placement };
  } catch (error) {
    // Whoever stops goes on from here. What ended the walk is told, not what this may fail of.
    if (whole) await kept.write('following', whole.snapshot()).catch(() => undefined);
    throw error;
  } finally {
    await tape.close();
  }
}

async function followedBefore(kept: Kept, revision: string): Promise<FollowedFilm | null> {
  const bytes = await kept.read('followed');
  if (bytes === null) return null;
  const record = decodeRecord(bytes) as { readonly revision: string; readonly followed: FollowedFilm };
  return record.revision === revision ? record.followed : null;
}

async function followerFor(
  kept: Kept,
  tools: OpenFaceTools,
  film: Parameters<typeof createFollower>[1],
): Promise<Follower> {
  const snapshot = await kept.read('following');
  return (snapshot && resumeFollower(tools, film, snapshot)) ?? createFollower(tools, film);
}

/** Shows a small picture a few times a second: of frames that were looked at whole, as long as those come. */
function shown({ emit }: FitContext): (view: FrameView, face: Square | null) => Promise<void> {
  let shownMs = -Infinity;
  return async (view, face) => {
    const sinceMs = performance.now() - shownMs;
    if (sinceMs < SHOW_EVERY_MS || (!view.made && sinceMs < SHOW_AT_LEAST_MS)) return;
    shownMs = performance.now();
    const picture = await view.whole();
    const { widthPx, heightPx } = picture;
    const small = shrink(picture, SHOWN_PX).picture;
    // What is not smaller is the source's own, and overwritten.
    const own = small === picture ? { ...small, rgba: small.rgba.slice() } : small;
    const box = face && {
      x: (face.x - face.sidePx / 2) / widthPx,
      y: (face.y - face.sidePx / 2) / heightPx,
      width: face.sidePx / widthPx,
      height: face.sidePx / heightPx,
    };
    emit({ type: 'seen', picture: own, face: box });
  };
}

/** The second walk: mouths and movements, then every part into the store. */
async function fitMouths(
  job: FitJob,
  host: FitHost,
  context: FitContext,
  { track }: FollowedFilm,
  heard: HeardSpeech | null,
  plan: FilmPlan,
  film: AssetHash,
): Promise<Pick<FittedPresenter, 'presenter' | 'media' | 'thumbnail'> & { readonly learnedStyle: boolean }> {
  const shape = filmShape(plan.widthPx, plan.heightPx, true);
  const { store } = host;
  const { fitter, mouths, thumbnail } = await secondWalk(job, host, context, track, plan, film);
  const fit = fitter.finish(heard, shape.layout);
  throwIfCancelled(context.signal);
  context.progress.at('keep', 0);
  const pack = writePicturePack(mouths);
  const fitBytes = encodeFootageFit(fit);
  const presenter = {
    kind: 'footage',
    id: newId<PresenterId>(),
    name: job.name,
    likeness: job.likeness,
    fit: await store.put(fitBytes),
    film,
    mouths: await store.put(pack),
  } as const;
  const data = {
    mime: 'application/octet-stream',
    kind: 'data',
    widthPx: 0,
    heightPx: 0,
    durationS: null,
  } as const;
  const media: MediaEntry[] = [
    {
      hash: film,
      name: `${job.name} (film)`,
      mime: 'video/mp4',
      bytes: requireFile(await store.file(film)).size,
      kind: 'video',
      widthPx: shape.widthPx,
      heightPx: shape.heightPx,
      durationS: plan.durationS,
    },
    { ...data, hash: presenter.mouths, name: `${job.name} (mouths)`, bytes: pack.byteLength },
    { ...data, hash: presenter.fit, name: `${job.name} (twin)`, bytes: fitBytes.byteLength },
  ];
  if (thumbnail === null) throw new AppError('corrupt-file', 'The working film ended before its time.');
  return { presenter, media, thumbnail, learnedStyle: fit.style.learned };
}
