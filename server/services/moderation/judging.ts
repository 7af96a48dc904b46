/**
 * The layers of a verdict behind one call: rules and our own classifier on the words, the network on the pictures, and the
 * providers that the operator has switched on. Each can only add to what was found.
 */
import { setImmediate } from 'node:timers/promises';
import { moderate, ModerationMemo } from '#core/policy/moderation/moderate.ts';
import {
  gravest,
  type ModerationVerdict,
  type TextClassifier,
  type TextPiece,
} from '#core/policy/moderation/verdict.ts';
import type { Logger } from '../../logger.ts';
import { withSecondOpinions, type ModerationProvider } from './providers/provider.ts';
import type { NamedPicture, PictureJudge } from './pictures.ts';

export interface JudgingParts {
  /** Null where no model can run; the rules alone decide then. */
  readonly classifier: TextClassifier | null;
  /** Null where pictures cannot be seen. */
  readonly pictures: PictureJudge | null;
  readonly providers: readonly ModerationProvider[];
  readonly providerTimeoutMs: number;
  readonly log: Logger;
}

export interface JudgedContent {
  readonly verdict: ModerationVerdict;
  /** Names of the providers whose answer is in it. */
  readonly heard: readonly string[];
}

export interface Judging {
  readonly providerNames: readonly string[];
  readonly seesPictures: boolean;
  /** By the words and pictures alone. */
  own(pieces: readonly TextPiece[], pictures: readonly NamedPicture[]): Promise<ModerationVerdict>;
  /** With what the providers add. */
  ask(own: ModerationVerdict, pieces: readonly TextPiece[]): Promise<JudgedContent>;
}

export function openJudging(parts: JudgingParts): Judging {
  const { classifier, pictures: judge, providers, providerTimeoutMs, log } = parts;
  const memo = new ModerationMemo();
  return {
    providerNames: providers.map(({ name }) => name),
    seesPictures: judge !== null,
    async own(pieces, pictures) {
      // Others get their turn between the pieces; what was judged here is known below.
      for (const piece of pieces) {
        await moderate([piece], { classifier, memo });
        await setImmediate();
      }
      const words = await moderate(pieces, { classifier, memo });
      if (!judge || pictures.length === 0) return words;
      const all = [...words.pieces, ...(await judge.judge(pictures))];
      return { ...words, pieces: all, decision: gravest(all.map(({ decision }) => decision)) };
    },
    async ask(own, pieces) {
      if (providers.length === 0) return { verdict: own, heard: [] };
      const { verdict, failed, notices } = await withSecondOpinions(own, pieces, providers, {
        timeoutMs: providerTimeoutMs,
      });
      for (const notice of notices) log.warn({ notice }, 'a moderation provider was not heard');
      return { verdict, heard: providers.map(({ name }) => name).filter((name) => !failed.includes(name)) };
    },
  };
}
