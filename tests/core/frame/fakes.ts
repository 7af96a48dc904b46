/** A film for planning: letters that are boxes, a presenter that is a bar as tall as its frame number, timed words. */
import type { AssetHash, CacheKey, ParagraphId, SceneId } from '#core/base/ids.ts';
import { newProject, newScene } from '#core/document/create.ts';
import type { Project, Scene, Transition } from '#core/document/project.ts';
import { rectPath } from '#core/draw/path.ts';
import type { PlanTools, PreparedShot } from '#core/frame/frame-plan.ts';
import type { TextShaper } from '#core/frame/text.ts';
import type { PresenterKind } from '#core/presenter/kind.ts';
import type { TimedWord } from '#core/speech/ports.ts';

const letter = rectPath(100, 0, 300, 700);
/** Every letter half an em wide. */
export const boxShaper: TextShaper = {
  version: 'boxes@1',
  shape: (text) => ({
    glyphs: [...text].map((character, i) => ({
      outline: character === ' ' ? { verbs: [], coords: [] } : letter,
      xEm: i / 2,
      yEm: 0,
      advanceEm: 0.5,
      cluster: i,
    })),
    widthEm: text.length / 2,
    unitsPerEm: 1000,
    ascentEm: 0.9,
    descentEm: 0.2,
  }),
};
export const tools: PlanTools = { shaper: boxShaper, mark: null };

const BOUNDARIES: readonly (readonly [RegExp, TimedWord['boundary']])[] = [
  [/\.$/, 'sentence'],
  [/\?$/, 'question'],
  [/!$/, 'exclamation'],
  [/[;:]$/, 'clause'],
  [/,$/, 'comma'],
];

/** Words of 0.3 s, 0.02 s apart, 0.3 s after a full stop; the first after 0.2 s of silence. */
export function timedWords(text: string): TimedWord[] {
  let at = 0.2;
  let offset = 0;
  return text.split(' ').map((word) => {
    const boundary = BOUNDARIES.find(([sign]) => sign.test(word))?.[1] ?? 'none';
    const timed: TimedWord = {
      text: word,
      startS: at,
      endS: at + 0.3,
      sourceStart: offset,
      sourceEnd: offset + word.length,
      emphasis: 0,
      boundary,
    };
    offset += word.length + 1;
    at += 0.32 + (boundary === 'none' || boundary === 'comma' ? 0 : 0.3);
    return timed;
  });
}

/** On its first and last frame it is at rest, as every presenter is. */
export const barKind: PresenterKind = {
  kind: 'illustrated',
  version: 1,
  prepare: (_, motion) => barTrack(motion.frameCount, 'bar'),
  live: () => ({ draw: () => barTrack(1, 'bar').draw(0) }),
  framing: () => ({ x: -50, y: -100, width: 100, height: 200 }),
  room: () => null,
  framings: () => ['medium'],
};
function barTrack(frameCount: number, said: string) {
  return {
    frameCount,
    draw: (i: number) => {
      const height = i === 0 || i === frameCount - 1 ? 100 : 100 + i + said.length;
      const fill = { kind: 'solid', color: [1, 0, 0, 1] } as const;
      const node = { kind: 'path', path: rectPath(-20, 0, 40, height), fill } as const;
      return [{ kind: 'vector', nodes: [node] } as const];
    },
  };
}

export interface FilmSketch {
  /** Texts of each scene's paragraphs. */
  readonly scenes: readonly (readonly string[])[];
  readonly transition?: Transition;
  readonly change?: (project: Project) => Project;
}

/** A prepared film, its ids the same in every run. */
export function sketchFilm({ scenes, transition, change }: FilmSketch): {
  project: Project;
  shots: PreparedShot[];
} {
  const base = newProject({
    name: 'Sketch',
    format: { widthPx: 640, heightPx: 360, rate: { num: 25, den: 1 } },
  });
  const presenter = base.presenters[0];
  const voice = base.voices[0];
  if (presenter === undefined || voice === undefined) throw new Error('A new project has a presenter');
  const drawn = scenes.map((_, s): Scene => ({
    ...newScene({ voice: voice.id, presenter: presenter.id, paragraphs: [] }),
    id: `scene-${s}` as SceneId,
    ...(transition === undefined ? {} : { transition }),
  }));
  const made: Project = { ...base, scenes: drawn };
  const project = change?.(made) ?? made;
  const shots = project.scenes.flatMap((scene, s) =>
    (scenes[s] ?? []).map((text, p): PreparedShot => {
      const words = timedWords(text);
      const frameCount = Math.ceil(((words.at(-1)?.endS ?? 0) + 0.4) * 25);
      return {
        scene,
        paragraph: {
          id: `paragraph-${s}-${p}` as ParagraphId,
          content: [{ kind: 'text', text }],
          emotion: 'neutral',
        },
        words,
        frameCount,
        speechKey: `speech of ${text}` as CacheKey,
        presenters: scene.presenters.map((placement) => ({
          presenter,
          placement,
          kind: barKind,
          data: null,
          track: barTrack(frameCount, text),
        })),
      };
    }),
  );
  return { project, shots };
}

export const FILM_ASSET = 'f'.repeat(64) as AssetHash;
