/** What the worker answers that judges words while they are written, and pictures as they are brought in. */
import type { AssetHash } from '../base/ids.ts';
import type { ModerationVerdict, PieceVerdict, TextPiece } from '../policy/moderation/verdict.ts';

export interface JudgeWorkerApi {
  /**
   * @param baseUrl where static files are served from, such as `/`
   * @param learned whether words are read by the network too (28 MB to fetch); else the written rules alone decide
   */
  start(baseUrl: string, learned: boolean): Promise<void>;
  /**
   * What was judged before is not judged again, so that a keystroke costs its own paragraph. A newer question ends an
   * older one as cancelled.
   */
  judge(pieces: readonly TextPiece[]): Promise<ModerationVerdict>;
  /**
   * A picture of the asset store, by the network that looks at pictures; each once.
   * @throws AppError not-found | corrupt-file: the picture, or the network, is not there or cannot be read
   */
  see(picture: AssetHash): Promise<PieceVerdict>;
}
