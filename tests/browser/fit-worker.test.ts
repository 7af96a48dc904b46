/**
 * A twin made by the real workers, of a film that needs nobody's face: Orator's own drawn presenter, who speaks with the
 * embedded voice. The networks see her as they see people.
 */
import { afterEach, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { newParagraph, newProject } from '#core/document/create.ts';
import { presenterMedia } from '#core/document/edit.ts';
import { SYNTHETIC } from '#core/document/likeness.ts';
import type { Project } from '#core/document/project.ts';
import { packHeadBytes, readPackHead } from '#core/draw/picture-pack.ts';
import type { FitJob, FitPhase } from '#core/pipeline/fit-api.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import { decodeFootageFit } from '#core/presenter/footage/fit.ts';
import { createEngine, type Engine } from '#lib/engine/engine.ts';
import type { FitNews } from '#lib/managers/ports.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import { readPresenterFile, writePresenterFile } from '#shared/presenter-file.ts';
import { filmPictures } from '#workers/fit/film-pictures.ts';
import { setQuota } from './quota.ts';

/** Two cores that nine others share; alone it takes half a minute. */
const SLOW_MS = 600_000;

const SETTINGS: ExportSettings = {
  heightPx: 720,
  rateFps: 25,
  aspect: '1:1',
  grade: 'draft',
  connection: 'offline',
};

let engine: Engine | null = null;
afterEach(() => {
  engine?.close();
  engine = null;
});

/** @param framing null for nobody in it */
function project(framing: 'close' | null, ...lines: string[]): Project {
  const plain = newProject({ name: 'A film to learn from' });
  const [scene] = plain.scenes;
  if (!scene) throw new Error('a new project has a scene');
  const presenters = framing === null ? [] : scene.presenters.map((placed) => ({ ...placed, framing }));
  const script = { paragraphs: lines.map((text) => newParagraph(text)) };
  return {
    ...plain,
    captions: { ...plain.captions, enabled: false },
    scenes: [{ ...scene, presenters, script }],
  };
}

async function filmed(of: Project): Promise<AssetHash> {
  const movie = await (engine as Engine).exportFilm(of, SETTINGS, {
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return movie.asset;
}

function jobFor(source: AssetHash): FitJob {
  return { kind: 'footage', source, fileName: 'nora.mp4', name: 'Nora', likeness: SYNTHETIC };
}

test(
  'a film becomes a twin; stopped in the middle it goes on where it was, and leaves nothing but the twin',
  { timeout: SLOW_MS },
  async () => {
    engine = createEngine({ baseUrl: '/static/' });
    const store = await openOpfsStore();
    const before = (await store.usage()).productBytes;
    const source = await filmed(
      project('close', 'Good morning, and thank you for coming. Papa made a fine map of the bay for you.'),
    );
    const spoken = (await store.usage()).productBytes;

    const stop = new AbortController();
    const first: FitNews[] = [];
    const stopped: unknown = await engine.fitting
      .fit(jobFor(source), {
        signal: stop.signal,
        onNews: (news) => {
          first.push(news);
          if (news.type === 'progress' && news.phase === 'track' && news.fraction > 0.4) stop.abort();
        },
      })
      .catch((error: unknown) => error);
    expect(stopped).toMatchObject({ code: 'cancelled' });
    // Pieces of film and what was followed wait for the next time.
    const waiting = (await store.usage()).productBytes;
    expect(waiting).toBeGreaterThan(spoken);

    // A disk that has no more room is told in a sentence, and what is done stays.
    const { usage = 0 } = await navigator.storage.estimate();
    await setQuota(usage + 20_000);
    const full: unknown = await engine.fitting
      .fit(jobFor(source), { signal: new AbortController().signal, onNews: () => undefined })
      .catch((error: unknown) => error)
      .finally(() => setQuota(null));
    expect(full).toMatchObject({
      code: 'storage-full',
      message: 'There is no room left on this device for Orator.',
      way: expect.stringMatching(/^Free some space/) as string,
    });
    expect((await store.usage()).productBytes).toBeGreaterThanOrEqual(waiting);

    // Stopped again, on the second walk: what the first has come to is not made again, and the second goes on, too.
    const stopLate = new AbortController();
    const later: FitNews[] = [];
    const stoppedLate: unknown = await engine.fitting
      .fit(jobFor(source), {
        signal: stopLate.signal,
        onNews: (item) => {
          later.push(item);
          if (item.type === 'progress' && item.phase === 'fit' && item.fraction > 0.75 + 0.21 * 0.6)
            stopLate.abort();
        },
      })
      .catch((error: unknown) => error);
    expect(stoppedLate).toMatchObject({ code: 'cancelled' });

    const news: FitNews[] = [];
    const made = await engine.fitting.fit(jobFor(source), {
      signal: new AbortController().signal,
      onNews: (item) => news.push(item),
    });
    const { report } = made;
    const told = news.flatMap((item) => (item.type === 'progress' ? [item] : []));
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['read', 'track', 'fit', 'keep']);
    // It went on from what was kept last, which on a slow machine is a while before it was stopped.
    const begun = (all: readonly FitNews[], of: FitPhase = 'track') =>
      all.flatMap((item) => (item.type === 'progress' && item.phase === of ? [item.fraction] : []))[0];
    expect(begun(later)).toBeGreaterThan((begun(first) ?? 1) + 0.02);
    expect(begun(news)).toBeGreaterThan(0.74);
    expect(begun(news, 'fit')).toBeGreaterThan((begun(later, 'fit') ?? 1) + 0.04);
    expect(report.trackedFps).toBe(0);
    const shown = [...first, ...later].flatMap((item) => (item.type === 'seen' ? [item] : []));
    expect(shown.length).toBeGreaterThan(2);
    expect(
      shown.filter(({ face }) => face !== null && face.width > 0.1 && face.width < 1).length,
    ).toBeGreaterThan(2);

    // The twin is whole: every part is there, the film has a frame for each that was followed.
    const { presenter, media } = made;
    if (presenter.kind !== 'footage') throw new Error('it is no twin');
    expect(presenter).toMatchObject({ name: 'Nora', likeness: SYNTHETIC });
    expect(media.map(({ hash }) => hash).sort()).toEqual([...presenterMedia(presenter)].sort());
    for (const { hash, bytes } of media) expect((await store.file(hash))?.size).toBe(bytes);
    const fit = decodeFootageFit((await store.get(presenter.fit)) as Uint8Array);
    expect(fit.track).toMatchObject({ widthPx: 720, heightPx: 720, rate: { num: 25, den: 1 } });
    expect(fit.track.frameCount).toBe(report.frames);
    expect(fit.track.seen.filter((seen) => seen === 1).length).toBeGreaterThan(0.95 * report.frames);
    const film = (await store.file(presenter.film)) as File;
    let pictures = 0;
    for await (const picture of filmPictures(film, fit.track, report.frames)) {
      pictures++;
      expect(picture.rgba.length).toBe(4 * 720 * 720);
    }
    expect(pictures).toBe(report.frames);
    const mouths = (await store.get(presenter.mouths)) as Uint8Array;
    expect(readPackHead(mouths.subarray(0, packHeadBytes(mouths)), mouths.length)).toHaveLength(
      fit.bank.kept.length,
    );
    expect(made.thumbnail.size).toBeGreaterThan(2000);

    // Whoever has put the presenter away lets go of what it was made of on the way; what it is made of stays.
    const assets = await engine.fitting.forget(source);
    expect(assets).toEqual(expect.arrayContaining([presenter.fit, presenter.film, presenter.mouths]));
    expect((await store.usage()).productBytes).toBeLessThanOrEqual(Math.max(before, spoken));

    // It travels, and arrives as it was.
    const file = await writePresenterFile({ ...made, durationS: report.durationS }, (hash) =>
      store.get(hash),
    );
    const arrived = await readPresenterFile(new Uint8Array(await file.arrayBuffer()));
    expect(arrived.presenter).toEqual(presenter);
    expect(arrived.parts.size).toBe(3);
  },
);

test(
  'what no twin can be made of is refused in a sentence, and nothing of it is left',
  { timeout: SLOW_MS },
  async () => {
    engine = createEngine({ baseUrl: '/static/' });
    const store = await openOpfsStore();
    const options = { signal: new AbortController().signal, onNews: () => undefined };
    const short = await filmed(project('close', 'Hi.'));
    await expect(engine.fitting.fit(jobFor(short), options)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/lasts .* at least 5/) as string,
      way: expect.stringMatching(/^Record/) as string,
    });
    const empty = await filmed(
      project(
        null,
        'Nobody is to be seen here, whoever it may be that is speaking to you now, and nobody will come, however long you wait for them.',
      ),
    );
    const spoken = (await store.usage()).productBytes;
    const refused: unknown = await engine.fitting
      .fit(jobFor(empty), options)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'invalid-input', message: 'No face was found in the film.' });
    await engine.fitting.forget(empty);
    expect((await store.usage()).productBytes).toBeLessThanOrEqual(spoken);

    const gone = jobFor('0'.repeat(64) as AssetHash);
    await expect(engine.fitting.fit(gone, options)).rejects.toMatchObject({ code: 'not-found' });
  },
);
