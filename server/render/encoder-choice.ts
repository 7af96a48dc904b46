/**
 * Who encodes a film: FFmpeg's software encoders, or NVIDIA's on a graphics card. Segments of one film are joined as they
 * are, so all of them come from one kind of encoder, whoever draws them: it is settled when the film is prepared, and where
 * a machine cannot keep to it, because the setting was changed, say, the film is planned again. Where many machines draw for
 * one database it is therefore a setting, the same for all; where one is alone it may be tried.
 *
 *   auto      alone: the card for drafts, where it was tried and works; never for full quality, where x264, x265 and
 *             SVT-AV1 at slow settings look better. Among others: software.
 *   software  never the card.
 *   nvenc     the card for all that it takes; a machine that has none does not draw.
 */
import { AppError } from '#core/base/errors.ts';
import type { Logger } from '../logger.ts';
import type { Settings } from '../settings.ts';
import { encoderSettings, nativeEncoding, type EncoderSettings } from './encoder-settings.ts';
import { probeEncoder, type ProbeAnswer } from './encoder-probe.ts';
import { nvencTakes } from './nvenc-settings.ts';
import type { EncodedBy, EncoderWish, OutputSpec } from './process.ts';

export interface EncoderChoice {
  /**
   * @param settled who encodes the film that it is for, where some of it was drawn: kept to where that is possible here
   * @throws AppError encoder-failed where the card was asked for and does not do it
   */
  of(output: OutputSpec, settled?: EncodedBy | null): Promise<EncodedBy>;
  /** Where the card was asked for, it must be there. @throws AppError invalid-input */
  require(): Promise<void>;
}

export interface EncoderChoiceOptions {
  readonly wish: EncoderWish;
  /** No other machine makes segments of the same films. */
  readonly alone: boolean;
  /** Told once of each kind of film that was tried. */
  readonly tell?: (encoder: string, output: OutputSpec, answer: ProbeAnswer) => void;
  /** What is tried. */
  readonly onCard?: (output: OutputSpec) => EncoderSettings;
}

export const SOFTWARE_ENCODES: EncoderChoice = {
  of: () => Promise.resolve('software'),
  require: () => Promise.resolve(),
};

/** If the card does not do this, it does nothing: other films need not be tried. */
const PLAIN: OutputSpec = {
  ...{ codec: 'h264', container: 'mp4', widthPx: 1280, heightPx: 720, rate: { num: 25, den: 1 } },
  ...{ bits: 8, alpha: false, effort: 'draft', supersample: 1, captions: 'none' },
};

export function encoderChoice({
  wish,
  alone,
  tell = () => undefined,
  onCard = (output) => encoderSettings(output, 'nvenc'),
}: EncoderChoiceOptions): EncoderChoice {
  if (wish === 'software' || (wish === 'auto' && !alone)) return SOFTWARE_ENCODES;
  const answers = new Map<string, Promise<ProbeAnswer>>();
  const tried = (output: OutputSpec): Promise<ProbeAnswer> => {
    const question = { encoding: nativeEncoding(output), settings: onCard(output) };
    const kind = JSON.stringify(question);
    const known = answers.get(kind);
    if (known) return known;
    const answer = probeEncoder(question).then((found) => {
      tell(question.settings.encoder, output, found);
      return found;
    });
    answers.set(kind, answer);
    return answer;
  };
  return {
    async of(output, settled = null) {
      // Software is everywhere, whatever a film that begins now would be given.
      if (settled === 'software' || !nvencTakes(output)) return 'software';
      if (wish === 'auto' && output.effort === 'full' && settled === null) return 'software';
      const plain = await tried(PLAIN);
      const answer = plain.works ? await tried(output) : plain;
      if (answer.works) return 'nvenc';
      if (wish === 'auto') return 'software';
      throw new AppError('encoder-failed', `No graphics card here encodes this film. ${answer.why}`, {
        way: 'Let software encode it: that is slower, and looks as good.',
      });
    },
    async require() {
      if (wish !== 'nvenc') return;
      const answer = await tried(PLAIN);
      if (answer.works) return;
      throw new AppError('invalid-input', `RENDER_ENCODER is nvenc, and ${answer.why}`, {
        way: 'Give this machine an NVIDIA card that encodes, with its driver, or set RENDER_ENCODER=software on every machine that draws for this database.',
      });
    },
  };
}

/** As a server's settings have it; what was tried stands in its log. */
export function serverEncoder(
  { RENDER_ENCODER: wish, database }: Pick<Settings, 'RENDER_ENCODER' | 'database'>,
  log: Logger,
): EncoderChoice {
  return encoderChoice({
    wish,
    alone: database.kind !== 'postgres',
    tell: (encoder, { widthPx, heightPx, bits }, answer) =>
      log.info({ encoder, widthPx, heightPx, bits, ...answer }, 'hardware encoder tried'),
  });
}
