/** From one picture of someone to a presenter: decoded upright, the person found, cut out and meshed, all parts kept. */
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import { newId, type PresenterId } from '#core/base/ids.ts';
import type { MediaEntry } from '#core/document/project.ts';
import type { FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import { encodePhotoFit } from '#core/presenter/photo/fit.ts';
import { fitPhoto } from '#core/presenter/photo/fit/fit-photo.ts';
import { trackPhoto } from '#core/track/photo.ts';
import { shrink } from '#core/track/places.ts';
import type { Picture } from '#core/track/ports.ts';
import { stillPixels } from '../adapters/still.ts';
import { faceBox } from './face-box.ts';
import { requireFile } from './film-pictures.ts';
import type { FitContext, FitHost } from './host.ts';
import { codeStill, thumbnailOf } from './pictures.ts';
import { Troubles } from './told-troubles.ts';

const SHOWN_PX = 320;
/** Finer than a photo is shown, and small enough to look at as it is. */
const LONGEST_SIDE_PX = 2560;

export async function fitPicture(job: FitJob, host: FitHost, context: FitContext): Promise<FittedPresenter> {
  const { signal, progress, emit } = context;
  const startedMs = performance.now();
  const troubles = new Troubles(emit);
  progress.at('read', 0);
  const picture = await stillPixels(requireFile(await host.store.file(job.source)), LONGEST_SIDE_PX);
  emit({ type: 'seen', picture: shrink(picture, SHOWN_PX).picture, face: null });
  const tools = await host.tools();
  throwIfCancelled(signal);
  progress.at('track', 0);
  const seen = await trackPhoto(picture, tools, signal);
  troubles.add(seen.troubles);
  const { track } = seen;
  if (track === null) throw new AppError('invalid-input', 'No face was found in the picture.');
  const face = faceBox(track.points);
  const { widthPx, heightPx } = picture;
  emit({
    type: 'seen',
    picture: shrink(picture, SHOWN_PX).picture,
    face: {
      x: face.x / widthPx,
      y: face.y / heightPx,
      width: face.width / widthPx,
      height: face.height / heightPx,
    },
  });
  progress.at('fit', 0);
  const fitted = fitPhoto(picture, track);
  throwIfCancelled(signal);
  progress.at('keep', 0);
  const own: MediaEntry[] = [];
  const keep = async (part: Blob | Uint8Array<ArrayBuffer>, entry: Omit<MediaEntry, 'hash' | 'bytes'>) => {
    const hash = part instanceof Blob ? await host.store.putBlob(part) : await host.store.put(part);
    own.push({ ...entry, hash, bytes: part instanceof Blob ? part.size : part.byteLength });
    return hash;
  };
  const still = async (of: Picture, what: string, type: 'image/png' | 'image/webp') => {
    const blob = await codeStill(of, type, type === 'image/webp' ? 0.95 : undefined);
    return keep(blob, {
      name: `${job.name} (${what})`,
      // A browser that cannot write WebP writes PNG.
      mime: blob.type,
      kind: 'image',
      widthPx: of.widthPx,
      heightPx: of.heightPx,
      durationS: null,
    });
  };
  const presenter = {
    kind: 'photo',
    id: job.instead ?? newId<PresenterId>(),
    name: job.name,
    likeness: job.likeness,
    picture: await still(picture, 'picture', 'image/webp'),
    // Without loss: what is hardly there at an edge must keep its colour.
    person: await still(fitted.person, 'person', 'image/png'),
    plate: await still(fitted.plate, 'background', 'image/webp'),
    fit: await keep(encodePhotoFit(fitted.fit), {
      name: `${job.name} (portrait)`,
      mime: 'application/octet-stream',
      kind: 'data',
      widthPx: 0,
      heightPx: 0,
      durationS: null,
    }),
  } as const;
  const thumbnail = await thumbnailOf(picture, face);
  progress.at('keep', 1);
  return {
    presenter,
    media: own,
    thumbnail,
    troubles: troubles.all,
    report: {
      frames: 1,
      durationS: 0,
      secondsTaken: (performance.now() - startedMs) / 1000,
      trackedFps: 0,
      placement: tools.placement,
      learnedStyle: false,
    },
  };
}
