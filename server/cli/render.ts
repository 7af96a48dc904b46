/** `orator render`: a project file, or a plain text, to a film. */
import { readFile, rename, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { AppError, errorFromWire } from '#core/base/errors.ts';
import {
  HEADLESS_SPEAKERS,
  type HeadlessCatalogue,
  type HeadlessRequest,
  type HeadlessSpeaker,
} from '#core/pipeline/headless.ts';
import { openHeadless, type HeadlessFormat, type HeadlessJobSource } from '../render/headless.ts';
import { parseOptions, UsageError, type Command, type Io } from './command.ts';
import { durationText, progressLine } from './progress.ts';

const USAGE = `Usage: orator render <project.orator> [-o out.mp4] [options]
       orator render --script <text.txt> [--presenter NAME] [--voice NAME] [-o out.mp4] [options]
       orator render --sound <talk.wav> [--script <text.txt>] [--speaker own|synthetic|someone] [-o out.mp4]

Renders a film on this machine. An existing output file is replaced only when the new one is whole.

What:
  --script FILE       A plain text instead of a project; - reads it from stdin. A blank line ends a
                      paragraph, a line of --- ends a scene
  --presenter NAME    Who speaks the script (\`orator presenters\` lists them), or a .presenter file: someone's
                      own presenter, as \`orator presenter fit\` or the app made it
  --voice NAME        With which voice (\`orator voices\` lists them)
  --sound FILE        A recording speaks instead of the voice; without a script the presenter moves by ear
  --speaker WHOSE     Whose voice it is: own, synthetic or someone (default: someone, who has not agreed yet, so
                      that only a draft can be made)
  --language TAG      What is spoken in it, such as en or fr (default: en)

How (what is left out comes from the project):
  -o, --output FILE   Where the film goes; else beside you, under the project's name. Where the browser
                      cannot encode H.264, a WebM of the same name
  --size 720p|1080p
  --fps 25|30
  --aspect 16:9|9:16|1:1
  --grade draft|final A draft may show a person without consent, visibly marked (default: final)
  --compositor webgpu|canvas2d
                      Instead of the one the start-up probe picks

  -q, --quiet         No progress

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by policy, 130 cancelled (Ctrl-C)`;

export const renderCommand: Command = {
  name: 'render',
  summary: 'Render a project, or a plain text, to a video file',
  usage: USAGE,
  run: render,
};

/** What was asked for, checked as far as it can be without the app. */
export interface RenderArgs {
  readonly project: string | null;
  readonly script: string | null;
  readonly presenter: string | null;
  readonly voice: string | null;
  readonly sound: {
    readonly path: string;
    readonly language: string;
    readonly speaker: HeadlessSpeaker;
  } | null;
  readonly output: string;
  readonly format: HeadlessFormat;
  readonly grade: HeadlessRequest['grade'];
  readonly compositor: NonNullable<HeadlessRequest['compositor']> | null;
  readonly quiet: boolean;
}

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  script: { type: 'string' },
  presenter: { type: 'string' },
  voice: { type: 'string' },
  sound: { type: 'string' },
  speaker: { type: 'string' },
  language: { type: 'string' },
  size: { type: 'string' },
  fps: { type: 'string' },
  aspect: { type: 'string' },
  grade: { type: 'string' },
  compositor: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
} as const;

/** @throws UsageError */
export function parseRenderArgs(args: readonly string[]): RenderArgs {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (positionals.length > 1)
    throw new UsageError(`one project at a time; “${positionals[1]}” is one too many.`);
  const project = positionals[0] ?? null;
  const script = values.script ?? null;
  if (project !== null && script !== null) throw new UsageError('give a project or --script, not both.');
  const sound = soundOf(values);
  if (project === null && script === null && sound === null)
    throw new UsageError('give a project file, or a text with --script. See `orator help render`.');
  if (project !== null && sound !== null)
    throw new UsageError('--sound goes with --script; a project has its own recordings.');
  if (project !== null && (values.presenter !== undefined || values.voice !== undefined))
    throw new UsageError('--presenter and --voice go with --script; a project has its own.');
  const source = project ?? (script === '-' ? 'film' : (script ?? sound?.path ?? 'film'));
  const output = resolve(values.output ?? `${basename(source, extname(source))}.mp4`);
  if (extname(output).toLowerCase() !== '.mp4')
    throw new UsageError('the output is an MP4: let its name end in .mp4.');
  const size = oneOf('--size', values.size, ['720p', '1080p'] as const);
  const fps = oneOf('--fps', values.fps, ['25', '30'] as const);
  const aspect = oneOf('--aspect', values.aspect, ['16:9', '9:16', '1:1'] as const);
  return {
    project,
    script,
    presenter: values.presenter ?? null,
    voice: values.voice ?? null,
    sound,
    output,
    format: {
      ...(size === null ? {} : { heightPx: size === '720p' ? 720 : 1080 }),
      ...(fps === null ? {} : { rateFps: fps === '25' ? 25 : 30 }),
      ...(aspect === null ? {} : { aspect }),
    },
    grade: oneOf('--grade', values.grade, ['draft', 'final'] as const) ?? 'final',
    compositor: oneOf('--compositor', values.compositor, ['webgpu', 'canvas2d'] as const),
    quiet: values.quiet ?? false,
  };
}

function soundOf(values: {
  readonly sound?: string;
  readonly speaker?: string;
  readonly language?: string;
}): RenderArgs['sound'] {
  const speaker = oneOf('--speaker', values.speaker, HEADLESS_SPEAKERS) ?? 'someone';
  if (values.sound !== undefined) return { path: values.sound, speaker, language: values.language ?? 'en' };
  if (values.speaker === undefined && values.language === undefined) return null;
  throw new UsageError('--speaker and --language go with --sound.');
}

function oneOf<const T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | null {
  if (value === undefined) return null;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`${option} is “${value}”; it may be ${allowed.join(', ')}.`);
  return found;
}

async function render(args: readonly string[], io: Io): Promise<void> {
  const wanted = parseRenderArgs(args);
  // Before a browser starts: is there anything to read?
  if (isPresenterFile(wanted.presenter)) await requireFile(wanted.presenter);
  const scriptText = wanted.script === null ? null : await readScript(wanted.script);
  if (wanted.project !== null) await requireFile(wanted.project);
  if (wanted.sound !== null) await requireFile(wanted.sound.path);

  const startedMs = performance.now();
  const progress = progressLine(io.status);
  await using app = await openHeadless({ say: (line) => io.say(line), signal: io.signal });
  const source: HeadlessJobSource =
    wanted.project !== null
      ? { kind: 'project-file', path: resolve(wanted.project) }
      : {
          kind: 'script',
          title: basename(wanted.output, extname(wanted.output)),
          text: scriptText ?? '',
          sound:
            wanted.sound === null
              ? null
              : { ...wanted.sound, path: resolve(wanted.sound.path), name: basename(wanted.sound.path) },
          ...chosen(wanted, await app.catalogue()),
          presenterPath: isPresenterFile(wanted.presenter) ? resolve(wanted.presenter) : null,
        };
  const outcome = await app.render(
    {
      source,
      output: wanted.output,
      format: wanted.format,
      grade: wanted.grade,
      compositor: wanted.compositor,
    },
    wanted.quiet ? () => {} : (step) => progress.update(step),
  );
  progress.end();
  if (!outcome.ok) throw withDraftOffered(errorFromWire(outcome.error), wanted.grade);
  for (const note of outcome.notes) io.say(note);
  const film = await named(wanted.output, outcome.mime);
  if (film !== wanted.output)
    io.say('This Chromium cannot encode H.264, so the film is a WebM and its name says so.');
  if (!wanted.quiet) {
    io.say(outcome.device);
    io.say(
      `${(outcome.bytes / 1e6).toFixed(1)} MB in ${durationText((performance.now() - startedMs) / 1000)}`,
    );
  }
  io.print(film);
}

/** The file under a name that tells the truth about what is in it. */
async function named(output: string, mime: string): Promise<string> {
  if (mime !== 'video/webm') return output;
  const webm = `${output.slice(0, -extname(output).length)}.webm`;
  await rename(output, webm);
  return webm;
}

async function readScript(path: string): Promise<string> {
  if (path !== '-') await requireFile(path);
  const text = path === '-' ? await readAll(process.stdin) : await readFile(path, 'utf8');
  if (text.trim() === '')
    throw new AppError('invalid-input', 'The script is empty: there is nothing to say.');
  return text;
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new AppError('not-found', `There is no file ${path}.`);
}

function isPresenterFile(presenter: string | null): presenter is string {
  return presenter !== null && extname(presenter).toLowerCase() === '.presenter';
}

/** What policy refuses as a final film it allows as a marked draft, and the option for that has a name. */
function withDraftOffered(error: AppError, grade: HeadlessRequest['grade']): AppError {
  if (error.code !== 'refused' || grade === 'draft') return error;
  return new AppError('refused', error.message, {
    way: `${error.way ?? ''} Here, that is --grade draft.`.trim(),
    cause: error,
  });
}

/** Names are matched here too, so that a slip of the pen is answered with what there is. */
function chosen(wanted: RenderArgs, catalogue: HeadlessCatalogue): { presenter: string; voice: string } {
  return {
    presenter: pick(
      '--presenter',
      isPresenterFile(wanted.presenter) ? null : wanted.presenter,
      catalogue.presenters,
    ),
    voice: pick('--voice', wanted.voice, catalogue.voices),
  };
}

function pick(option: string, name: string | null, known: readonly { id: string; name: string }[]): string {
  const first = known[0];
  if (!first) throw new AppError('internal', `The app offers nothing for ${option}.`);
  if (name === null) return first.id;
  const lower = name.toLowerCase();
  const found = known.find(
    ({ id, name: label }) =>
      id.toLowerCase() === lower || label.toLowerCase() === lower || id.toLowerCase().endsWith(`/${lower}`),
  );
  if (!found)
    throw new UsageError(`${option} is “${name}”; it may be ${known.map((entry) => entry.name).join(', ')}.`);
  return found.id;
}
