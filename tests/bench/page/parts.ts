/** What the bench's worker measures with: a film made stage by stage with a clock on each, a GPU, a settled canvas. */
import { loadShaper } from '#workers/render/fonts.ts';
import { fliteWebEngine } from '#workers/adapters/flite-web.ts';
import { openGpu, type Gpu } from '#workers/adapters/gpu.ts';
import type { Compositor, ImageProvider } from '#core/compose/ports.ts';
import type { Project } from '#core/document/project.ts';
import type { Paragraph } from '#core/document/script.ts';
import type { FramePlan, PreparedShot } from '#core/frame/frame-plan.ts';
import { planFilm } from '#core/frame/plan.ts';
import type { TextShaper } from '#core/frame/text.ts';
import { animate, motionKey } from '#core/motion/animate.ts';
import { loudnessSteps } from '#core/output/audio-mix.ts';
import { presenterKind } from '#core/presenter/index.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { speakParagraph, speechKey } from '#core/speech/speak.ts';

export interface Tools {
  readonly gpu: Gpu | null;
  readonly shaper: TextShaper;
  readonly engine: SpeechEngine;
}

let opened: Promise<Tools> | null = null;

/** Opened once; the voice has spoken before, so that what is measured is speaking and not loading. */
export function tools(): Promise<Tools> {
  opened ??= (async () => {
    const [gpu, shaper] = await Promise.all([openGpu(), loadShaper('/')]);
    return { gpu, shaper, engine: fliteWebEngine() };
  })();
  return opened;
}

export interface TimedShot {
  readonly shot: PreparedShot;
  readonly speakMs: number;
  readonly animateMs: number;
  readonly prepareMs: number;
  readonly loudnessMs: number;
}

export async function makeShot(project: Project, paragraph: Paragraph): Promise<TimedShot> {
  const { engine } = await tools();
  const [scene] = project.scenes;
  const [voice] = project.voices;
  if (!scene || !voice) throw new Error('A bench film has a scene and a voice.');
  const { rate } = project.format;
  const marks = [performance.now()];
  const mark = () => marks.push(performance.now());
  const key = await speechKey(paragraph, voice, engine);
  const speech = await speakParagraph(paragraph, voice, engine);
  mark();
  const motion = animate(speech, { paragraph, rate });
  mark();
  const presenters = scene.presenters.map((placement) => {
    const presenter = project.presenters.find(({ id }) => id === placement.presenter);
    if (!presenter) throw new Error('A bench film has its presenter.');
    const kind = presenterKind(presenter);
    const track = kind.prepare(presenter, motion, null, { cutOut: false });
    return { presenter, placement, kind, data: null, track };
  });
  mark();
  loudnessSteps(speech);
  mark();
  const [speakMs = 0, animateMs = 0, prepareMs = 0, loudnessMs = 0] = marks
    .slice(1)
    .map((at, i) => at - (marks[i] as number));
  const spoken = await motionKey(key, { paragraph, rate });
  const { words } = speech;
  const { frameCount } = motion;
  const shot = { scene, paragraph, words, frameCount, presenters, speechKey: spoken };
  return { shot, speakMs, animateMs, prepareMs, loudnessMs };
}

export async function plan(project: Project, shots: readonly PreparedShot[]): Promise<FramePlan> {
  return planFilm(project, shots, { shaper: (await tools()).shaper, mark: null });
}

/** Waits until what was drawn is pixels: canvases and GPUs put work off until somebody looks. */
export async function settled(compositor: Compositor, gpu: Gpu | null): Promise<void> {
  if (compositor.kind === 'webgpu') await gpu?.device.queue.onSubmittedWorkDone();
  else lookAt(compositor.surface as OffscreenCanvas);
}

/** One pixel read from a 2D canvas makes it paint all that it has put off. */
export function lookAt(canvas: OffscreenCanvas): void {
  canvas.getContext('2d')?.getImageData(0, 0, 1, 1);
}

export const NO_PICTURES: ImageProvider = {
  load: () => Promise.resolve(),
  get: () => null,
  close: () => undefined,
};
