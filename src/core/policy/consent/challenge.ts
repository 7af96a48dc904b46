/**
 * What a person is asked to do while they consent, live. The server makes every prompt at random, shows it only when
 * its time has come, and keeps its own clock: all times here are milliseconds on the server's clock since the session
 * began. Nothing that a browser says about time is believed.
 */
import type { AssetHash, Brand } from '../../base/ids.ts';

export type ConsentSessionId = Brand<string, 'ConsentSessionId'>;

export const TURNS = ['left', 'right', 'up', 'down'] as const;
/** As the person sees it: `left` is towards their own left hand. */
export type TurnDirection = (typeof TURNS)[number];
export const FLASHES = ['red', 'green', 'blue'] as const;
export type FlashColor = (typeof FLASHES)[number];

interface Timed {
  readonly shownAtMs: number;
  /** The last moment at which a chunk that answers this prompt may reach the server. */
  readonly untilMs: number;
}
/** Words from the language's list, to be read aloud in order. */
export interface SpokenCode extends Timed {
  readonly kind: 'code';
  readonly words: readonly string[];
}
export interface HeadTurn extends Timed {
  readonly kind: 'turn';
  readonly direction: TurnDirection;
}
/** The whole screen takes the colour, and the face reflects it. */
export interface ColorFlash extends Timed {
  readonly kind: 'flash';
  readonly color: FlashColor;
}
/** The statement of consent, read in the person's own language. */
export interface Statement extends Timed {
  readonly kind: 'statement';
  readonly text: string;
}
export type ConsentPrompt = SpokenCode | HeadTurn | ColorFlash | Statement;

/** The whole script of a session, known to the server alone until each prompt is due. */
export interface ConsentChallenge {
  /** BCP 47; the recogniser serves `en` and `fr`, others through the same port. */
  readonly language: string;
  readonly prompts: readonly ConsentPrompt[];
}

/** All that a receipt may name. */
export const CONSENT_USES = ['own-films', 'distribution', 'localize', 'personalize', 'live'] as const;
export type ConsentUse = (typeof CONSENT_USES)[number];
/** What a person is asked for: what is held to. The others stand in receipts that were given before. */
export const ASKED_USES = ['own-films', 'distribution', 'live'] as const satisfies readonly ConsentUse[];
export type AskedUse = (typeof ASKED_USES)[number];

/** What a person agrees to. */
export interface ConsentScope {
  readonly uses: readonly ConsentUse[];
  /** BCP 47 tags, or `*` for any. */
  readonly languages: readonly string[];
  /** ISO 8601 instant in UTC; at most ten years after the consent. */
  readonly until: string;
}

/** One piece of the recording as the server received it. */
export interface ReceivedChunk {
  readonly index: number;
  readonly receivedAtMs: number;
  readonly bytes: number;
  /** SHA-256 over the hash before (32 bytes; of the session's id at first) and the chunk's bytes. */
  readonly hash: AssetHash;
}
