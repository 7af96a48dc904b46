/** All that hears: what follows a known text through a sound, and what hears one whose text nobody knows. */
import type { SpeechAligner } from '../align/ports.ts';
import type { SpeechListener } from './heard.ts';

export interface Ears {
  readonly aligner: SpeechAligner;
  /**
   * The lip-sync model, opened when it is first asked for.
   * @throws AppError network | not-found | corrupt-file | internal
   */
  listener(): Promise<Pick<SpeechListener, 'version' | 'listen'>>;
}
