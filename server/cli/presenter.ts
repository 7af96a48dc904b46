/** `orator presenter fit`: a video or picture of someone to a `.presenter` file. */
import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { AppError, errorFromWire } from '#core/base/errors.ts';
import type { FitJob } from '#core/pipeline/fit-api.ts';
import { HEADLESS_SPEAKERS, type HeadlessSpeaker } from '#core/pipeline/headless.ts';
import type { Trouble } from '#core/track/troubles.ts';
import { openHeadless } from '../render/headless.ts';
import { parseOptions, UsageError, type Command, type Io } from './command.ts';
import { durationText, progressLine } from './progress.ts';

const USAGE = `Usage: orator presenter fit <video or picture> [-o me.presenter] [options]

Makes a presenter of someone: a twin of a video (15 seconds to 2 minutes of speaking, any format), or a picture that
speaks. Nothing leaves this machine. \`orator render --presenter me.presenter\` then lets them speak.

  -o, --output FILE   Where the presenter goes; else beside you, under the video's name
  --name NAME         What they are called (default: the video's name)
  --speaker WHOSE     Whose face it is: own, synthetic or someone (default: someone, who has not agreed yet, so that
                      only a draft can be made with it)

  -q, --quiet         No progress

What is wrong with the video is told with the moment it happens. An existing output is replaced only by a whole one.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled (Ctrl-C)`;

export const presenterCommand: Command = {
  name: 'presenter',
  summary: 'Make a presenter of a video or a picture of someone',
  usage: USAGE,
  run: presenter,
};

export interface PresenterArgs {
  readonly source: string;
  readonly kind: FitJob['kind'];
  readonly output: string;
  readonly name: string;
  readonly speaker: HeadlessSpeaker;
  readonly quiet: boolean;
}

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  name: { type: 'string' },
  speaker: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
} as const;

const PICTURES = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.avif',
  '.gif',
  '.bmp',
  '.heic',
  '.heif',
  '.tif',
]);
const NAME_CHARACTERS = 200;

/** @throws UsageError */
export function parsePresenterArgs(args: readonly string[]): PresenterArgs {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const [verb, source, more] = positionals;
  if (verb !== 'fit')
    throw new UsageError(
      verb === undefined
        ? 'what with a presenter? See `orator help presenter`.'
        : `“presenter ${verb}” is not known; there is \`presenter fit\`.`,
    );
  if (source === undefined) throw new UsageError('give a video or a picture of someone.');
  if (more !== undefined) throw new UsageError(`one video at a time; “${more}” is one too many.`);
  const own = basename(source, extname(source));
  const output = resolve(values.output ?? `${own}.presenter`);
  if (extname(output).toLowerCase() !== '.presenter')
    throw new UsageError('the output is a presenter: let its name end in .presenter.');
  const name = (values.name ?? own).trim().slice(0, NAME_CHARACTERS);
  if (name === '') throw new UsageError('--name is empty.');
  const speaker = HEADLESS_SPEAKERS.find((known) => known === (values.speaker ?? 'someone'));
  if (speaker === undefined)
    throw new UsageError(`--speaker is “${values.speaker}”; it may be ${HEADLESS_SPEAKERS.join(', ')}.`);
  return {
    source,
    kind: PICTURES.has(extname(source).toLowerCase()) ? 'photo' : 'footage',
    output,
    name,
    speaker,
    quiet: values.quiet ?? false,
  };
}

async function presenter(args: readonly string[], io: Io): Promise<void> {
  const { source, kind, output, name, speaker, quiet } = parsePresenterArgs(args);
  const found = await stat(source).catch(() => null);
  if (!found?.isFile()) throw new AppError('not-found', `There is no file ${source}.`);
  const startedMs = performance.now();
  const progress = progressLine(io.status);
  await using app = await openHeadless({ say: (line) => io.say(line), signal: io.signal });
  const outcome = await app.fit(
    { path: resolve(source), output, kind, fileName: basename(source), name, speaker },
    quiet ? () => {} : (step) => progress.update(step),
  );
  progress.end();
  for (const trouble of outcome.troubles) if (trouble.weight === 'warn') io.say(sentenceOf(trouble));
  if (!outcome.ok) throw errorFromWire(outcome.error);
  if (!quiet) {
    const { frames, trackedFps, placement } = outcome.report;
    if (kind === 'footage') io.say(`${frames} frames, followed at ${trackedFps.toFixed(1)} a second.`);
    if (placement) io.say(placement.summary);
    const took = durationText((performance.now() - startedMs) / 1000);
    io.say(`${(outcome.bytes / 1e6).toFixed(1)} MB in ${took}`);
  }
  io.print(output);
}

/** What is wrong and what to do; the moment stands in the sentence where there is one. */
function sentenceOf({ sentence, way }: Trouble): string {
  return `Note: ${sentence} ${way}`;
}
