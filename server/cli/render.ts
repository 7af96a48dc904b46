/** `orator render`: a project file, or a plain text, to a film. */
import { readFile, rename } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { readKeySet } from '#core/policy/consent/keys.ts';
import { readRevocations } from '#core/policy/consent/revocations.ts';
import { AppError, errorFromWire, toAppError } from '#core/base/errors.ts';
import { rateToFps } from '#core/base/time.ts';
import type { Project } from '#core/document/project.ts';
import {
  HEADLESS_SPEAKERS,
  type HeadlessCatalogue,
  type HeadlessIssuer,
  type HeadlessProgress,
  type HeadlessRequest,
  type HeadlessSpeaker,
} from '#core/pipeline/headless.ts';
import {
  openHeadless,
  requireWritable,
  type HeadlessFormat,
  type HeadlessJobSource,
} from '../render/headless.ts';
import { renderLocally } from '../render/local/render.ts';
import { localCatalogue } from '../render/local/source.ts';
import {
  COMPOSITOR_WISHES,
  ENCODER_WISHES,
  type CompositorWish,
  type Drawing,
  type EncoderWish,
  type OutputSpec,
} from '../render/process.ts';
import { published } from './published.ts';
import { parseOptions, UsageError, type Command, type Io } from './command.ts';
import {
  CAPTIONS,
  CODECS,
  containerOf,
  EFFORTS,
  outputSpec,
  RATES,
  requireCompatible,
  SIZES,
  usualExtension,
  type FilmFormat,
  type FilmOptions,
} from './film-options.ts';
import { requireFile, requireOther } from './files.ts';
import { durationText, progressLine } from './progress.ts';
import { RENDER_USAGE } from './render-usage.ts';

export const renderCommand: Command = {
  name: 'render',
  summary: 'Render a project, or a plain text, to a video file',
  usage: RENDER_USAGE,
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
  readonly container: OutputSpec['container'];
  readonly format: FilmFormat;
  readonly film: FilmOptions;
  readonly grade: HeadlessRequest['grade'];
  /** Files with what an issuer of receipts publishes. */
  readonly issuer: { readonly keys: string; readonly revocations: string } | null;
  /** `webgpu`: in a Chromium. */
  readonly compositor: CompositorWish | 'webgpu';
  readonly encoder: EncoderWish;
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
  keys: { type: 'string' },
  revocations: { type: 'string' },
  compositor: { type: 'string' },
  encoder: { type: 'string' },
  codec: { type: 'string' },
  alpha: { type: 'boolean' },
  bits: { type: 'string' },
  supersample: { type: 'boolean' },
  captions: { type: 'string' },
  effort: { type: 'string' },
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
  const codec = oneOf('--codec', values.codec, CODECS) ?? 'h264';
  const output = resolve(values.output ?? `${basename(source, extname(source))}.${usualExtension(codec)}`);
  const film: FilmOptions = {
    codec,
    alpha: values.alpha ?? false,
    bits: oneOf('--bits', values.bits, ['8', '10'] as const) === '10' ? 10 : 8,
    supersample: values.supersample ?? false,
    captions: oneOf('--captions', values.captions, CAPTIONS),
    effort: oneOf('--effort', values.effort, EFFORTS) ?? 'full',
  };
  requireCompatible(film);
  const aspect = oneOf('--aspect', values.aspect, ['16:9', '9:16', '1:1'] as const);
  const format: FilmFormat = {
    ...numbered('heightPx', oneOf('--size', values.size, SIZES)),
    ...numbered('rateFps', oneOf('--fps', values.fps, RATES)),
    ...(aspect === null ? {} : { aspect }),
  };
  const compositor =
    oneOf('--compositor', values.compositor, [...COMPOSITOR_WISHES, 'webgpu'] as const) ?? 'auto';
  if (compositor === 'webgpu') requireChromiumCan(format, film, output);
  const encoder = oneOf('--encoder', values.encoder, ENCODER_WISHES) ?? 'auto';
  if (compositor === 'webgpu' && encoder === 'nvenc')
    throw new UsageError('--compositor webgpu encodes as its Chromium does, not with --encoder nvenc.');
  return {
    project,
    script,
    presenter: values.presenter ?? null,
    voice: values.voice ?? null,
    sound,
    output,
    container: containerOf(output, codec),
    format,
    film,
    grade: oneOf('--grade', values.grade, ['draft', 'final'] as const) ?? 'final',
    issuer: issuerOf(values),
    compositor,
    encoder,
    quiet: values.quiet ?? false,
  };
}

function issuerOf(values: { readonly keys?: string; readonly revocations?: string }): RenderArgs['issuer'] {
  const { keys, revocations } = values;
  if (keys === undefined && revocations === undefined) return null;
  if (keys === undefined || revocations === undefined)
    throw new UsageError(
      '--keys and --revocations go together: a receipt counts only while it is not revoked.',
    );
  return { keys, revocations };
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

/** `2160p` → 2160, as one of the heights that `oneOf` let through. */
function numbered<K extends 'heightPx' | 'rateFps'>(name: K, text: string | null): Pick<FilmFormat, K> {
  return (text === null ? {} : { [name]: Number.parseInt(text, 10) }) as Pick<FilmFormat, K>;
}

/** What Chromium renders is what its app exports. @throws UsageError */
function requireChromiumCan(format: FilmFormat, film: FilmOptions, output: string): void {
  const plain = film.codec === 'h264' && film.bits === 8 && !film.supersample && film.captions === null;
  const small = (format.heightPx ?? 0) <= 1080 && (format.rateFps ?? 25) <= 30;
  if (plain && small && extname(output).toLowerCase() === '.mp4') return;
  throw new UsageError('--compositor webgpu makes H.264 in MP4, up to 1080p, at 25 or 30 frames a second.');
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
  // Before anything starts: is there anything to read, and anywhere to write?
  if (isPresenterFile(wanted.presenter)) await requireFile(wanted.presenter);
  const scriptText = wanted.script === null ? null : await readScript(wanted.script);
  if (wanted.project !== null) await requireFile(wanted.project);
  if (wanted.sound !== null) await requireFile(wanted.sound.path);
  await requireWritable(dirname(wanted.output));
  await requireOther(wanted.output, [wanted.sound?.path ?? null]);

  const issuer = wanted.issuer && {
    keys: await published(wanted.issuer.keys, readKeySet, 'keys'),
    revocations: await published(wanted.issuer.revocations, readRevocations, 'revocations'),
  };
  const source = sourceOf(wanted, scriptText);
  const startedMs = performance.now();
  const progress = progressLine(io.status);
  const tell = wanted.quiet ? () => undefined : (step: HeadlessProgress) => progress.update(step);
  try {
    const made =
      wanted.compositor === 'webgpu'
        ? await inChromium(wanted, source, issuer, tell, io)
        : await onThisMachine(wanted, wanted.compositor, source, issuer, tell, io);
    progress.end();
    for (const note of made.notes) io.say(note);
    if (!wanted.quiet) {
      io.say(made.how);
      io.say(
        `${(made.bytes / 1e6).toFixed(1)} MB in ${durationText((performance.now() - startedMs) / 1000)}`,
      );
    }
    for (const path of made.paths) io.print(path);
  } catch (error) {
    progress.end();
    throw withDraftOffered(toAppError(error), wanted.grade);
  }
}

interface Made {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** One line: how it was made. */
  readonly how: string;
  readonly notes: readonly string[];
}
type Tell = (step: HeadlessProgress) => void;

async function onThisMachine(
  { output, container, format, film, grade, encoder }: RenderArgs,
  compositor: CompositorWish,
  source: HeadlessJobSource,
  issuer: HeadlessIssuer | null,
  tell: Tell,
  io: Io,
): Promise<Made> {
  const spec = (project: Project) => outputSpec(project, format, container, film);
  const job = { source, output, spec, grade, issuer, compositor, encoder };
  const made = await renderLocally(job, tell, io.signal);
  const { widthPx, heightPx, rate, codec } = made.spec;
  return {
    paths: made.captions === null ? [output] : [output, made.captions],
    bytes: made.bytes,
    how: `${drawnBy(made.drawing)}, ${widthPx} × ${heightPx} at ${rateToFps(rate)} frames a second, ${codec}${made.encodedBy === 'nvenc' ? ' by the graphics card' : ''}.`,
    notes: made.notes,
  };
}

/** Who drew, and where it was measured, what each would have taken. */
function drawnBy(drawing: Drawing | null): string {
  const who =
    drawing?.kind === 'webgpu'
      ? `Drawn by Dawn on ${drawing.card?.name ?? 'the graphics card'}`
      : 'Drawn with Skia on the processor';
  if (!drawing?.msPerFrame) return who;
  const { canvas2d, webgpu } = drawing.msPerFrame;
  return `${who} (a frame: ${canvas2d.toFixed(0)} ms by Skia, ${webgpu.toFixed(0)} by Dawn)`;
}

async function inChromium(
  { output, format, grade }: RenderArgs,
  source: HeadlessJobSource,
  issuer: HeadlessIssuer | null,
  tell: Tell,
  io: Io,
): Promise<Made> {
  await using app = await openHeadless({ say: (line) => io.say(line), signal: io.signal });
  const outcome = await app.render(
    { source, output, format: format as HeadlessFormat, grade, compositor: 'webgpu', issuer },
    tell,
  );
  if (!outcome.ok) throw errorFromWire(outcome.error);
  const film = await truthfullyNamed(output, outcome.mime);
  const webm = 'This Chromium cannot encode H.264, so the film is a WebM and its name says so.';
  return {
    paths: [film],
    bytes: outcome.bytes,
    how: outcome.device,
    notes: film === output ? outcome.notes : [...outcome.notes, webm],
  };
}

function sourceOf(wanted: RenderArgs, scriptText: string | null): HeadlessJobSource {
  if (wanted.project !== null) return { kind: 'project-file', path: resolve(wanted.project) };
  const { sound } = wanted;
  return {
    kind: 'script',
    title: basename(wanted.output, extname(wanted.output)),
    text: scriptText ?? '',
    sound: sound && { ...sound, path: resolve(sound.path), name: basename(sound.path) },
    ...chosen(wanted, localCatalogue()),
    presenterPath: isPresenterFile(wanted.presenter) ? resolve(wanted.presenter) : null,
  };
}

/** The file under a name that tells the truth about what is in it. */
async function truthfullyNamed(output: string, mime: string): Promise<string> {
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
