/**
 * A film drawn small, a few frames of it, and some of its sound: the same lines in Node and in Chromium, each with its own
 * host, so that what they make can be held against each other.
 */
import type { Compositor, ImageProvider } from '#core/compose/ports.ts';
import type { Project } from '#core/document/project.ts';
import type { AssetStore } from '#core/output/ports.ts';
import { prepareFilm, type Film, type PrepareHost } from '#core/pipeline/prepare.ts';
import { imagesIn, masterFilm } from '#core/pipeline/render.ts';
import { issuePermit } from '#core/policy/permit.ts';

/** The three that come with Orator, a photo and a film of someone who is drawn (make-parity.ts). */
export const PARITY_FILMS = ['lesson', 'product-update', 'welcome', 'photo', 'footage'] as const;
export type ParityFilm = (typeof PARITY_FILMS)[number];
const SHORT_SIDE_PX = 180;
/** Of the sound, from half a second on. */
const SOUND_FROM = 24_000;
const SOUND_SAMPLES = 24_000;

export interface ParityHost {
  readonly prepare: PrepareHost;
  readonly images: ImageProvider;
  compositor(widthPx: number, heightPx: number): Compositor;
}
export interface DrawnFilm {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frames: readonly Uint8ClampedArray[];
  readonly sound: Float32Array;
}

/** One paragraph a scene, two scenes, small. */
function shortened(project: Project): Project {
  const { widthPx, heightPx } = project.format;
  const scale = SHORT_SIDE_PX / Math.min(widthPx, heightPx);
  const even = (side: number) => Math.round((side * scale) / 2) * 2;
  const scenes = project.scenes.slice(0, 2).map((scene) => ({
    ...scene,
    script: { paragraphs: scene.script.paragraphs.slice(0, 1) },
  }));
  return {
    ...project,
    format: { widthPx: even(widthPx), heightPx: even(heightPx), rate: { num: 25, den: 1 } },
    scenes,
  };
}

export async function drawParityFilm(whole: Project, host: ParityHost): Promise<DrawnFilm> {
  const film = await prepareParityFilm(whole, host.prepare);
  const { widthPx, heightPx } = film.plan;
  const frames = await drawParityFrames(film, host.images, host.compositor(widthPx, heightPx));
  return { widthPx, heightPx, frames, sound: await paritySound(film) };
}

export async function prepareParityFilm(whole: Project, host: PrepareHost): Promise<Film> {
  const project = shortened(whole);
  return prepareFilm(project, issuePermit(project, 'draft', 'offline', []), host);
}

/** The compositor is closed. */
export async function drawParityFrames(
  { plan }: Film,
  images: ImageProvider,
  compositor: Compositor,
): Promise<readonly Uint8ClampedArray[]> {
  const at = plan.shots.flatMap(({ startFrame, frameCount }, i) => [
    // What fades in, where something does; then a mouth at work, twice.
    ...(i > 0 ? [startFrame + 3] : []),
    startFrame + Math.floor(frameCount * 0.4),
    startFrame + Math.floor(frameCount * 0.7),
  ]);
  const frames: Uint8ClampedArray[] = [];
  try {
    for (const index of at) {
      const list = plan.at(index);
      await images.load(imagesIn(list.layers));
      compositor.draw(list, images);
      frames.push(Uint8ClampedArray.from(await compositor.readPixels()));
    }
  } finally {
    compositor.close();
  }
  return frames;
}

export async function paritySound(film: Film): Promise<Float32Array> {
  const audio = await masterFilm(film, () => Promise.resolve());
  const sound: number[] = [];
  for await (const [channel] of audio.chunks())
    if (sound.length < SOUND_FROM + SOUND_SAMPLES) for (const sample of channel ?? []) sound.push(sample);
  return Float32Array.from(sound.slice(SOUND_FROM, SOUND_FROM + SOUND_SAMPLES));
}

/** Nothing outlives the test. */
export function storeInMemory(
  media: Iterable<Uint8Array<ArrayBuffer>>,
  hash: (b: Uint8Array<ArrayBuffer>) => Promise<string>,
) {
  const assets = new Map<string, Uint8Array<ArrayBuffer>>();
  const products = new Map<string, Uint8Array<ArrayBuffer>>();
  const store: AssetStore = {
    async put(bytes) {
      const name = await hash(bytes);
      assets.set(name, bytes);
      return name as never;
    },
    get: (name) => Promise.resolve(assets.get(name) ?? null),
    has: (name) => Promise.resolve(assets.has(name)),
    remove: (name) => Promise.resolve(void assets.delete(name)),
    putProduct: (kind, key, bytes) => Promise.resolve(void products.set(`${kind}/${key}`, bytes)),
    getProduct: (kind, key) => Promise.resolve(products.get(`${kind}/${key}`) ?? null),
    hasProduct: (kind, key) => Promise.resolve(products.has(`${kind}/${key}`)),
    removeProduct: (kind, key) => Promise.resolve(void products.delete(`${kind}/${key}`)),
  };
  const file = (name: string) => {
    const bytes = assets.get(name);
    return Promise.resolve(bytes ? new Blob([bytes]) : null);
  };
  return Promise.all([...media].map((bytes) => store.put(bytes))).then(() => ({ store, file }));
}
