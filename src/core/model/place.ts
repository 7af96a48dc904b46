/**
 * Which provider runs a model. Nothing is believed that was not tried: each is given the golden input, must come
 * within the variant's tolerance of the golden output, and must not be slower than one that would be fallen back on.
 * What was tried, and why the choice fell as it did, is kept for whoever asks.
 */
import { AppError, isCancelled, throwIfCancelled, toAppError, type CancelSignal } from '../base/errors.ts';
import { compareTensors, type Golden } from './golden.ts';
import type { ModelManifest, ModelVariant } from './manifest.ts';
import type {
  ModelPlacement,
  ModelPrecision,
  ModelProvider,
  ModelTrial,
  OpenOptions,
  Tensors,
} from './runtime.ts';

/** One way to run the model, or one that is passed over untried, with the sentence that says why. */
export type Candidate =
  | { readonly provider: ModelProvider; readonly variant: ModelVariant }
  | { readonly provider: ModelProvider; readonly variant: null; readonly reason: string };

/** A model opened on one provider. */
export interface Opened {
  /** @throws AppError cancelled, when the signal fires before its turn */
  run(inputs: Tensors, signal?: CancelSignal): Promise<Tensors>;
  close(): Promise<void>;
}

export interface PlaceTools<S extends Opened> {
  readonly golden: Golden;
  open(provider: ModelProvider, variant: ModelVariant): Promise<S>;
  /** Of the processor, where that is one of the candidates. */
  readonly threads: number;
  /** Milliseconds from anywhere. */
  now(): number;
  readonly signal?: CancelSignal | undefined;
}

export interface Placed<S extends Opened> {
  readonly opened: S;
  readonly variant: ModelVariant;
  readonly placement: ModelPlacement;
}

/**
 * The first run is not timed, and of the others the fastest counts: browsers run new code slowly until they know that
 * it is worth compiling well, and other work disturbs.
 */
const TIMED_RUNS = { atLeast: 3, atMost: 20, withinMs: 120 } as const;

/** The manifest's variants in the order in which they are wanted. */
export function variantsInOrder(
  { variants }: ModelManifest,
  own: readonly ModelPrecision[],
  { precisions = own }: OpenOptions,
): readonly ModelVariant[] {
  return precisions.flatMap((precision) => variants.find((variant) => variant.precision === precision) ?? []);
}

interface Runner<S extends Opened> {
  readonly opened: S;
  readonly provider: ModelProvider;
  readonly variant: ModelVariant;
  readonly ms: number;
}

/**
 * Tries the candidates, which stand in order of preference with a provider's variants next to each other: of each
 * provider the first variant that answers rightly counts, and among those the first that is not slower than any after
 * it. All others are closed again.
 * @throws AppError cancelled; network, corrupt-file or not-found when the weights could not be had; else internal
 */
export async function placeModel<S extends Opened>(
  candidates: readonly Candidate[],
  tools: PlaceTools<S>,
): Promise<Placed<S>> {
  const tried: ModelTrial[] = [];
  const runners: Runner<S>[] = [];
  let failure: AppError | null = null;
  const pass = (provider: ModelProvider, precision: ModelPrecision | null, reason: string) =>
    void tried.push({ provider, precision, ok: false, ms: null, reason });
  try {
    for (const candidate of candidates) {
      const { provider, variant } = candidate;
      throwIfCancelled(tools.signal);
      if (variant === null) pass(provider, null, candidate.reason);
      else if (!runners.some((runner) => runner.provider === provider)) {
        const outcome = await tryOne(provider, variant, tools);
        if ('ms' in outcome) runners.push({ ...outcome, provider, variant });
        else {
          pass(provider, variant.precision, outcome.reason);
          failure ??= outcome.failure;
        }
      }
    }
    throwIfCancelled(tools.signal);
    const chosen = firstNotSlower(runners);
    if (!chosen) throw nowhere(tried, failure);
    await Promise.all(runners.filter((runner) => runner !== chosen).map(({ opened }) => opened.close()));
    for (const runner of runners) tried.push(trialOf(runner, chosen));
    tried.sort((a, b) => rank(candidates, a) - rank(candidates, b));
    const { opened, provider, variant } = chosen;
    const placement: ModelPlacement = {
      provider,
      precision: variant.precision,
      threads: isCard(provider) ? null : tools.threads,
      steady: null,
      summary: summarise(chosen, tools.threads, tried),
      tried,
    };
    return { opened, variant, placement };
  } catch (error) {
    await Promise.all(runners.map(({ opened }) => opened.close().catch(() => undefined)));
    throw error;
  }
}

async function tryOne<S extends Opened>(
  provider: ModelProvider,
  variant: ModelVariant,
  { golden, open, now, signal }: PlaceTools<S>,
): Promise<
  { readonly opened: S; readonly ms: number } | { readonly reason: string; readonly failure: AppError | null }
> {
  let opened: S | null = null;
  const close = async () => void (await opened?.close().catch(() => undefined));
  try {
    opened = await open(provider, variant);
    const verdict = compareTensors(await opened.run(golden.inputs), golden.outputs, variant.tolerance);
    if (!verdict.ok) {
      await close();
      return {
        reason: `${capital(where(provider))} answered a test wrongly: ${verdict.reason}.`,
        failure: null,
      };
    }
    const { atLeast, atMost, withinMs } = TIMED_RUNS;
    const startedMs = now();
    let fastestMs = Infinity;
    for (let round = 0; round < atMost && (round < atLeast || now() - startedMs < withinMs); round++) {
      throwIfCancelled(signal);
      const from = now();
      await opened.run(golden.inputs);
      fastestMs = Math.min(fastestMs, now() - from);
    }
    return { opened, ms: fastestMs };
  } catch (error) {
    await close();
    if (isCancelled(error)) throw error;
    const failure = toAppError(error);
    return { reason: `${capital(where(provider))} could not run it: ${causeOf(failure)}`, failure };
  }
}

function firstNotSlower<R extends { readonly ms: number }>(runners: readonly R[]): R | null {
  return runners.find(({ ms }, i) => runners.slice(i + 1).every((later) => ms <= later.ms)) ?? null;
}

function trialOf<S extends Opened>(runner: Runner<S>, chosen: Runner<S>): ModelTrial {
  const { provider, variant, ms } = runner;
  const against = `${figure(ms)} ms for a test that takes ${where(chosen.provider)} ${figure(chosen.ms)}`;
  const reason =
    runner === chosen
      ? `${capital(where(provider))} answered rightly, in ${figure(ms)} ms.`
      : chosen.ms < ms
        ? `${capital(where(provider))} was slower: ${against}.`
        : `${capital(where(provider))} would do too: ${against}.`;
  return { provider, precision: variant.precision, ok: true, ms, reason };
}

/** Where it runs and, where that is not what would be preferred, why. */
function summarise<S extends Opened>(
  { provider, variant }: Runner<S>,
  threads: number,
  tried: readonly ModelTrial[],
): string {
  const crew = threads === 1 ? 'one thread' : `${threads} threads`;
  const how = isCard(provider) ? variant.precision : `${variant.precision}, ${crew}`;
  const before = tried.slice(
    0,
    tried.findIndex((trial) => trial.provider === provider),
  );
  return [`Runs on ${where(provider)} (${how}).`, ...before.slice(-1).map(({ reason }) => reason)].join(' ');
}

function nowhere(tried: readonly ModelTrial[], failure: AppError | null): AppError {
  const fetching: readonly AppError['code'][] = ['network', 'corrupt-file', 'not-found'];
  if (failure && fetching.includes(failure.code)) return failure;
  return new AppError('internal', 'A model that Orator needs does not run on this device.', {
    cause: new Error(tried.map(({ reason }) => reason).join(' ') || 'there is no way to run it'),
    way: 'Try another browser, or report what “This device” says about it.',
  });
}

function rank(candidates: readonly Candidate[], { provider, precision }: ModelTrial): number {
  return candidates.findIndex(
    (candidate) => candidate.provider === provider && (candidate.variant?.precision ?? null) === precision,
  );
}

function causeOf({ message, cause }: AppError): string {
  const words = cause instanceof Error ? cause.message : message;
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

function isCard(provider: ModelProvider): boolean {
  return provider === 'webgpu' || provider === 'cuda';
}

function where(provider: ModelProvider): string {
  return isCard(provider) ? 'the graphics card' : 'the processor';
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function figure(ms: number): string {
  return String(Number(ms.toPrecision(2)));
}
