/**
 * What looks at pictures, held to a time: whoever asks gets an answer or is told that none came, and never waits for good.
 * One picture is looked at at a time, as the library has it, so that nobody is held to the time that another's picture took.
 * A session that does not answer is given up, and the next picture gets a new one.
 */
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import { createChain } from '#core/model/chain.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';

/** Nothing is said of the picture: whoever asked leaves it to a person. */
export class PictureUnanswered extends AppError {
  constructor() {
    super('busy', 'This picture could not be looked at by the program in the time that it may take.', {
      way: 'Wait until a person has looked.',
    });
  }
}

export interface BoundedParts {
  readonly revision: string;
  /** Called for the first picture, and again once one was not answered. What it gives is closed here. */
  readonly open: () => Promise<Pick<PictureClassifier, 'look' | 'close'>>;
  /** For each picture; some 50 ms are usual. */
  readonly pictureS?: number;
  /** For opening, which reads the weights and the library from a disk that may be busy. */
  readonly openS?: number;
  /** Told of each that is given up. */
  readonly onGivenUp?: () => void;
}

const PICTURE_S = 20;
const OPEN_S = 60;

/** `look` @throws PictureUnanswered; AppError cancelled as soon as the signal fires; whatever was opened throws */
export function boundedClassifier(parts: BoundedParts): PictureClassifier {
  const { revision, open, pictureS = PICTURE_S, openS = OPEN_S, onGivenUp } = parts;
  const turns = createChain();
  let opened: ReturnType<BoundedParts['open']> | null = null;

  const giveUp = (): void => {
    // Its end may be waited for as long as its answer was.
    void opened?.then((session) => session.close()).catch(() => undefined);
    opened = null;
    onGivenUp?.();
  };
  const inTime = async <T>(seconds: number, work: Promise<T>): Promise<T> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        giveUp();
        reject(new PictureUnanswered());
      }, seconds * 1000);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  };
  const session = (): ReturnType<BoundedParts['open']> => {
    if (opened) return opened;
    const opening = open();
    opened = opening;
    // What failed once, because memory was short perhaps, is tried again.
    opening.catch(() => (opened = opened === opening ? null : opened));
    return opening;
  };

  return {
    revision,
    look(picture, signal) {
      const answer = turns(async () => {
        throwIfCancelled(signal);
        const { look } = await inTime(openS, session());
        return inTime(pictureS, look(picture, signal));
      });
      return signal instanceof AbortSignal ? unlessStopped(answer, signal) : answer;
    },
    close: () =>
      turns(async () => {
        await (await opened)?.close();
      }),
  };
}

/** Whoever stops does not wait for the end of their picture's time. */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('cancelled', 'Stopped.'));
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
