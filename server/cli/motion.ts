/** `orator motion`: a sound to the motion of whoever says it, as JSON. No browser is needed. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { ParagraphId } from '#core/base/ids.ts';
import { EMOTIONS, type Paragraph } from '#core/document/script.ts';
import { animate } from '#core/motion/animate.ts';
import { motionJson } from '#core/pipeline/motion-json.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import { hearSpeech } from '#core/speech/recording/hear-speech.ts';
import { levelledSound } from '#core/speech/recording/sound.ts';
import { fliteNodeEngine } from '../render/adapters/flite-node.ts';
import { diskModelFiles, FULL_MODELS } from '../render/adapters/model-files.ts';
import { ortNodeRuntime } from '../render/adapters/ort-node.ts';
import { soundswallowerNodeAligner } from '../render/adapters/soundswallower-node.ts';
import { readSound } from '../render/sound.ts';
import { notWritten } from '../services/no-room.ts';
import { parseOptions, UsageError, type Command, type Io } from './command.ts';
import { requireFile, requireOther } from './files.ts';

const USAGE = `Usage: orator motion <sound.wav> [-o motion.json] [options]

Writes how a presenter moves who says the sound: mouth, face, head, gaze, body and hands, frame by frame. WAV is read
as it is; MP3, M4A, Ogg, FLAC, WebM and the sound of films go through FFmpeg.

  -o, --output FILE   Where the JSON goes; else beside you, under the sound's name. - writes it to stdout
  --fps N             Frames a second, 1 to 120 (default: 25)
  --script FILE       What is said, as plain text: its words are then followed in the sound (English, French)
  --language TAG      The language that is spoken, such as en or fr (default: en)
  --emotion NAME      neutral, warm, joyful, serious, concerned or surprised (default: neutral)

  -q, --quiet         Say nothing along the way

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled (Ctrl-C)`;

export const motionCommand: Command = {
  name: 'motion',
  summary: 'Turn a sound into the motion of its speaker, as JSON',
  usage: USAGE,
  run: writeMotion,
};

export interface MotionArgs {
  readonly sound: string;
  /** Absolute, or `-`. */
  readonly output: string;
  readonly fps: number;
  readonly script: string | null;
  readonly language: string;
  readonly emotion: Paragraph['emotion'];
  readonly quiet: boolean;
}

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  fps: { type: 'string' },
  script: { type: 'string' },
  language: { type: 'string' },
  emotion: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
} as const;

/** @throws UsageError */
export function parseMotionArgs(args: readonly string[]): MotionArgs {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const [sound, extra] = positionals;
  if (sound === undefined) throw new UsageError('name a sound file. See `orator help motion`.');
  if (extra !== undefined) throw new UsageError(`one sound at a time; “${extra}” is one too many.`);
  const fps = Number(values.fps ?? '25');
  if (!Number.isInteger(fps) || fps < 1 || fps > 120)
    throw new UsageError(`--fps is “${values.fps}”; it may be a whole number from 1 to 120.`);
  const language = values.language ?? 'en';
  if (!/^[a-z]{2,8}(-[a-z0-9]{2,8})*$/iu.test(language))
    throw new UsageError(`--language is “${language}”; it is a tag such as en, fr or pt-BR.`);
  const emotion = EMOTIONS.find((name) => name === (values.emotion ?? 'neutral'));
  if (emotion === undefined)
    throw new UsageError(`--emotion is “${values.emotion}”; it may be ${EMOTIONS.join(', ')}.`);
  const name = `${basename(sound, extname(sound))}.json`;
  return {
    sound,
    output: values.output === '-' ? '-' : resolve(values.output ?? name),
    fps,
    script: values.script ?? null,
    language,
    emotion,
    quiet: values.quiet ?? false,
  };
}

async function writeMotion(args: readonly string[], io: Io): Promise<void> {
  const wanted = parseMotionArgs(args);
  const say = wanted.quiet ? () => undefined : io.say;
  await requireFile(wanted.sound);
  if (wanted.output !== '-') await requireOther(wanted.output, [wanted.sound, wanted.script]);
  const text = wanted.script === null ? '' : await readScript(wanted.script);
  const sound = levelledSound(await readSound(wanted.sound, io.signal));
  const engine = fliteNodeEngine();
  const files = diskModelFiles(FULL_MODELS);
  const runtime = ortNodeRuntime({ files });
  const aligner = soundswallowerNodeAligner((words) => engine.pronounce?.(words) ?? Promise.resolve([]));
  try {
    const startedMs = performance.now();
    const listener = await openListener(runtime, files, io.signal);
    const paragraph: Paragraph = {
      id: 'sound' as ParagraphId,
      content: text === '' ? [] : [{ kind: 'text', text }],
      emotion: wanted.emotion,
    };
    const ears = { aligner, listener: () => Promise.resolve(listener) };
    const { track, message } = await hearSpeech(paragraph, sound, wanted.language, ears, io.signal);
    if (message !== null) say(message);
    const motion = animate(track, { paragraph, rate: { num: wanted.fps, den: 1 } });
    throwIfCancelled(io.signal);
    const json = `${JSON.stringify(motionJson(motion, track))}\n`;
    say(
      `${track.durationS.toFixed(1)} s of sound, ${motion.frameCount} frames, in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
    );
    if (wanted.output === '-') io.print(json.trimEnd());
    else {
      await writeWhole(wanted.output, json);
      io.print(wanted.output);
    }
  } finally {
    aligner.close();
    await runtime.close();
  }
}

/** An existing file is replaced only by a whole one. */
async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  } catch (cause) {
    await rm(`${path}.part`, { force: true }).catch(() => undefined);
    throw notWritten(path, cause);
  }
}

async function readScript(path: string): Promise<string> {
  await requireFile(path);
  const text = (await readFile(path, 'utf8'))
    .replace(/^\uFEFF/u, '')
    .replaceAll(/^[ \t]*-{3,}[ \t]*$/gmu, '');
  if (text.trim() === '')
    throw new AppError('invalid-input', 'The script is empty: there is nothing to follow.');
  return text.trim().replaceAll(/\s+/gu, ' ');
}
