/** What a consent looks like over HTTP: what may be asked, what is answered, and the way from a row to that. */
import type { AssetHash } from '#core/base/ids.ts';
import { ASKED_USES, CONSENT_USES } from '#core/policy/consent/challenge.ts';
import { CHECKS } from '#core/policy/consent/checks.ts';
import { z } from '../openapi.ts';
import type { ConsentState, Showing } from '../services/consent/consents.ts';
import { CHUNK_LIMITS } from '../services/consent/recording.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hexadecimal');
export const id = z.string().regex(/^[0-9a-z]{16}$/);
const tag = z
  .string()
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'is no language')
  .refine(hasName, 'is no language that can be named');

const Scope = z
  .object({
    uses: z.array(z.enum(CONSENT_USES)).min(1).max(CONSENT_USES.length),
    languages: z
      .array(z.union([tag, z.literal('*')]))
      .min(1)
      .max(12),
    until: z.iso.datetime(),
  })
  .openapi('ConsentScope');

const AskedScope = Scope.extend({
  uses: z.array(z.enum(ASKED_USES)).min(1).max(ASKED_USES.length),
}).openapi('AskedConsentScope');

const Parts = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('photo'), fit: sha256, picture: sha256, person: sha256, plate: sha256 }),
    z.object({ kind: z.literal('footage'), fit: sha256, film: sha256, mouths: sha256 }),
  ])
  .openapi('PresenterParts');

export const Wish = z
  .object({
    presenter: Parts,
    presenterName: z.string().trim().min(1).max(100),
    language: tag,
    scope: AskedScope,
  })
  .openapi('ConsentWish');

export const Hints = z
  .object({
    cameraLabel: z.string().max(200),
    settings: z
      .record(z.string().max(60), z.union([z.string().max(200), z.number(), z.boolean()]))
      .refine((settings) => Object.keys(settings).length <= 60, 'are too many'),
    webdriver: z.boolean(),
  })
  .openapi('CaptureHints');

export const Result = z
  .object({
    check: z.enum(CHECKS),
    outcome: z.enum(['passed', 'failed', 'unsure', 'not-applicable']),
    score: z.number().nullable(),
    threshold: z.number().nullable(),
    unit: z.string(),
    reason: z.string(),
  })
  .openapi('CheckResult');

const STATES = [
  'open',
  'recording',
  'checking',
  'granted',
  'refused',
  'person',
  'expired',
  'withdrawn',
] as const;

const common = {
  id: z.string(),
  state: z.enum(STATES),
  presenterName: z.string(),
  language: z.string(),
  scope: Scope,
  createdAt: z.string(),
  decidedAt: z.string().nullable(),
  /** When the raw film is deleted, and when it was. */
  mediaDeleteAt: z.string().nullable(),
  mediaDeletedAt: z.string().nullable(),
  receiptId: z.string().nullable(),
  revokedAt: z.string().nullable(),
};
export const Consent = z
  .object({
    ...common,
    presenterHash: z.string(),
    results: z.array(Result),
    /** By which the person takes it back, without an account. Null before there is anything to take back. */
    link: z.string().nullable(),
    /** Signed; anyone can verify it with the published keys. */
    receipt: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Consent');
export const Kept = z
  .object({
    ...common,
    issuer: z.string(),
    /** Whether the account has, for films that are drawn here, a copy of what the presenter was made from. */
    uploaded: z.boolean(),
  })
  .openapi('KeptConsent');

const timed = { index: z.number(), shownAtMs: z.number(), forMs: z.number() };
const Prompt = z
  .discriminatedUnion('kind', [
    z.object({ ...timed, kind: z.literal('code'), words: z.array(z.string()) }),
    z.object({ ...timed, kind: z.literal('turn'), direction: z.enum(['left', 'right', 'up', 'down']) }),
    z.object({ ...timed, kind: z.literal('flash'), color: z.enum(['red', 'green', 'blue']) }),
    z.object({ ...timed, kind: z.literal('statement'), text: z.string() }),
  ])
  .openapi('ConsentPrompt');
export const Prompts = z
  .object({
    nowMs: z.number(),
    endsAtMs: z.number(),
    /** When to ask for the next; null after the last. */
    nextAtMs: z.number().nullable(),
    shown: z.array(Prompt),
  })
  .openapi('ConsentPrompts');

export const Taken = z
  .object({ index: z.number(), receivedAtMs: z.number(), hash: z.string() })
  .openapi('TakenChunk');
export const Finish = z
  .object({ chunks: z.number().int().min(1).max(CHUNK_LIMITS.chunks), chainHead: sha256 })
  .openapi('FinishedRecording');
export const Link = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }).openapi('ConsentLink');

/** The person reads its name aloud; of `en-a` there is none. */
function hasName(language: string): boolean {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) !== undefined;
  } catch {
    return false;
  }
}

export function commonOf({ row, receipt }: ConsentState) {
  return {
    id: row.id,
    state: row.state,
    presenterName: row.presenterName,
    language: row.language,
    scope: { uses: [...row.scope.uses], languages: [...row.scope.languages], until: row.scope.until },
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    mediaDeleteAt: row.mediaDeleteAt?.toISOString() ?? null,
    mediaDeletedAt: row.mediaDeletedAt?.toISOString() ?? null,
    receiptId: receipt?.id ?? null,
    revokedAt: receipt?.revokedAt?.toISOString() ?? null,
  };
}

export function viewOf(state: ConsentState) {
  const { row, receipt, link } = state;
  return {
    ...commonOf(state),
    presenterHash: row.presenterHash as AssetHash,
    results: (row.results ?? []).map((result) => ({ ...result })),
    link: receipt || row.state === 'person' ? link.address : null,
    receipt: receipt ? ({ ...receipt.receipt } as Record<string, unknown>) : null,
  };
}

export function showingOf({ nowMs, endsAtMs, nextAtMs, shown }: Showing) {
  return {
    nowMs,
    endsAtMs,
    nextAtMs,
    shown: shown.map(({ index, forMs, prompt }) => {
      const at = { index, forMs, shownAtMs: prompt.shownAtMs };
      switch (prompt.kind) {
        case 'code':
          return { ...at, kind: prompt.kind, words: [...prompt.words] };
        case 'turn':
          return { ...at, kind: prompt.kind, direction: prompt.direction };
        case 'flash':
          return { ...at, kind: prompt.kind, color: prompt.color };
        case 'statement':
          return { ...at, kind: prompt.kind, text: prompt.text };
      }
    }),
  };
}
