/**
 * A film that is about to be asked of the server: what it is to be, what it will take, and who asks. Nothing is uploaded here;
 * the project's text goes to the server for the estimate as soon as someone who is signed in looks at it.
 */
import { AppError, isCancelled, toAppError } from '#core/base/errors.ts';
import type { Project } from '#core/document/project.ts';
import type { Grade } from '#core/policy/permit.ts';
import type { RenderEstimate } from '../api/client.ts';
import type { AccountManager } from './account.svelte.ts';
import type { CloudManager } from './cloud.svelte.ts';
import { mayTenBit, type CloudChoices } from './cloud-output.ts';
import { ownSettings } from './exporter.svelte.ts';

export type CloudPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'known'; readonly estimate: RenderEstimate }
  | { readonly kind: 'failed'; readonly error: AppError };

const SETTLE_MS = 350;

export class CloudOrder {
  chosen = $state.raw<Partial<CloudChoices>>({});
  /** What the film is for: kept by its maker, or shown to others. */
  grade = $state<Exclude<Grade, 'draft'>>('final');
  plan = $state.raw<CloudPlan>({ kind: 'none' });
  /** The plan is of what was chosen before; that of the choices as they are is on its way. */
  stale = $state(false);
  /** Choosing another one while there are films under way. */
  another = $state(false);
  /** The form for signing in stands where the choices were. */
  signingIn = $state(false);
  sendingNow = $state(false);
  /** Said of sending, where it could not even begin. */
  trouble = $state.raw<AppError | null>(null);

  readonly #account: AccountManager;
  readonly #cloud: CloudManager;
  #asked: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(account: AccountManager, cloud: CloudManager) {
    this.#account = account;
    this.#cloud = cloud;
  }

  choicesFor(project: Project): CloudChoices {
    const { heightPx, rateFps, aspect } = ownSettings(project);
    const own: CloudChoices = {
      ...{ heightPx: heightPx === 720 ? 720 : 1080, rateFps, aspect },
      ...{ format: 'h264', tenBit: false, captions: project.captions.enabled ? 'burned' : 'none' },
    };
    const choices = { ...own, ...this.chosen };
    return { ...choices, tenBit: choices.tenBit && mayTenBit(choices.format) };
  }

  choose(change: Partial<CloudChoices>): void {
    this.chosen = { ...this.chosen, ...change };
  }

  /** Asks what it would take, once the choices have settled. */
  look(project: Project, choices: CloudChoices): void {
    this.leave();
    const { grade } = this;
    const asked = (this.#asked = new AbortController());
    if (this.plan.kind !== 'known') this.plan = { kind: 'asking' };
    this.stale = this.plan.kind === 'known';
    this.#timer = setTimeout(() => void this.#ask(project, choices, grade, asked.signal), SETTLE_MS);
  }

  /** Nobody looks any more. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  async #ask(project: Project, choices: CloudChoices, grade: Grade, signal: AbortSignal): Promise<void> {
    try {
      const { state } = this.#account;
      const { kind } = state.kind === 'signed-in' ? state : await this.#account.look();
      if (signal.aborted) return;
      if (kind === 'signed-out') {
        this.plan = { kind: 'sign-in' };
        return;
      }
      if (kind !== 'signed-in') throw noServer();
      const estimate = await this.#cloud.estimate(project, choices, grade, signal);
      if (!signal.aborted) this.plan = { kind: 'known', estimate };
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      const told = toAppError(error);
      this.plan = told.code === 'signed-out' ? { kind: 'sign-in' } : { kind: 'failed', error: told };
    } finally {
      if (!signal.aborted) this.stale = false;
    }
  }

  /** @returns whether it is on its way */
  async send(project: Project, choices: CloudChoices): Promise<boolean> {
    if (this.sendingNow) return false;
    this.sendingNow = true;
    this.trouble = null;
    try {
      await this.#cloud.send(project, choices, this.grade);
      this.another = false;
      return true;
    } catch (error) {
      this.trouble = toAppError(error);
      return false;
    } finally {
      this.sendingNow = false;
    }
  }
}

function noServer(): AppError {
  return new AppError('network', 'No server of yours answers.', {
    way: 'Check the connection, or ask whoever runs this Orator whether it has one.',
  });
}
