/** A recording from its file to the stage: real workers decode it, follow it word by word, and draw who says it. */
import { afterEach, expect, test } from 'vitest';
import { newParagraph, newProject, newRecording } from '#core/document/create.ts';
import type { MediaEntry, Project } from '#core/document/project.ts';
import { createEngine, type Engine } from '#lib/engine/engine.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import { writeWav } from '#core/speech/pcm.ts';
import { joined } from '../core/speech/wav.ts';

const LINES = ['Hello there, my name is Nora.', 'We met at the market on Monday.'];
const RATE_HZ = 16_000;

let engine: Engine | null = null;
function start(): Engine {
  engine = createEngine({ baseUrl: '/static/' });
  return engine;
}
afterEach(() => engine?.close());

function saying(...lines: string[]): Project {
  const project = newProject({ name: 'Recorded' });
  const paragraphs = lines.map((line) => newParagraph(line));
  return { ...project, scenes: project.scenes.map((scene) => ({ ...scene, script: { paragraphs } })) };
}

async function recordedAs(project: Project, file: Blob, over: { language?: string } = {}): Promise<Project> {
  const store = await openOpfsStore();
  const entry: MediaEntry = {
    hash: await store.putBlob(file),
    name: 'take',
    mime: file.type,
    bytes: file.size,
    kind: 'sound',
    widthPx: 0,
    heightPx: 0,
    durationS: 60,
  };
  const recording = newRecording(entry, over);
  return {
    ...project,
    media: [entry],
    scenes: project.scenes.map((scene) => ({ ...scene, recording })),
  };
}

/** The lines as the embedded voice says them, a second of silence around each, as a file. */
async function spokenFile(): Promise<{ file: Blob; starts: number[] }> {
  const film = await engine!.prepare(saying(...LINES));
  const sounds = film.shots.map((shot) => shot.pcm);
  const starts: number[] = [];
  let atS = 1;
  for (const shot of film.shots) {
    starts.push(...shot.words.map((word) => atS + word.startS));
    atS += shot.pcm.length / RATE_HZ + 1;
  }
  return { file: new Blob([writeWav(joined(sounds, RATE_HZ, 1), RATE_HZ)], { type: 'audio/wav' }), starts };
}

test('a recording is followed word by word: one shot a paragraph, words where they are said', async () => {
  start();
  const { file, starts } = await spokenFile();
  const film = await engine!.prepare(await recordedAs(saying(...LINES), file));
  expect(film.recordings).toMatchObject([{ match: 'followed', message: null }]);
  expect(film.shots.map((shot) => shot.words.map(({ text }) => text).join(' '))).toEqual(LINES);
  // The silence before the first word is trimmed; from there on the speaker's rhythm is the film's.
  const lengths = film.shots.map((shot) => shot.pcm.length / shot.sampleRateHz);
  const found = film.shots.flatMap((shot, s) =>
    shot.words.map((word) => word.startS + lengths.slice(0, s).reduce((sum, length) => sum + length, 0)),
  );
  const firstS = starts[0] as number;
  found.forEach((timeS, i) =>
    expect(Math.abs(timeS - (found[0] as number) - ((starts[i] as number) - firstS))).toBeLessThan(0.09),
  );
});

test('a script that the recording does not say is told, and a language nobody follows moves by ear', async () => {
  start();
  const { file } = await spokenFile();
  const other = saying('Seven silver swans swam silently seaward, singing of summer and the setting sun.');
  const film = await engine!.prepare(await recordedAs(other, file));
  expect(film.recordings[0]).toMatchObject({ match: 'other-words' });
  expect(film.shots[0]?.pcm.length).toBeGreaterThan(4 * RATE_HZ);
  const polish = await engine!.prepare(await recordedAs(saying(...LINES), file, { language: 'pl' }));
  expect(polish.recordings[0]).toMatchObject({ match: 'by-ear' });
  expect(polish.shots).toHaveLength(2);
});

test('a sound that is no sound is refused with what to do', async () => {
  start();
  const file = new Blob([new Uint8Array(2000).fill(7)], { type: 'audio/wav' });
  await expect(engine!.prepare(await recordedAs(saying(...LINES), file))).rejects.toMatchObject({
    code: 'unsupported-media',
    way: 'Use WAV, MP3, M4A, Ogg, FLAC or WebM.',
  });
});
