/** What is said of a film that there is no room for. */
import { AppError, errorToWire, type ErrorWire } from '#core/base/errors.ts';
import type { AccountFull } from '../files/counted-store.ts';

export function filmTooMuch(cause: AccountFull): ErrorWire {
  return errorToWire(
    new AppError(cause.code, `This film is made, and there is no room for it. ${cause.message}`, {
      cause,
      way: 'Delete films or uploads that you do not need, then ask for it again: nothing is drawn anew.',
    }),
  );
}

export function storeGivenUp(error: AppError): ErrorWire {
  return errorToWire(
    new AppError(
      error.code,
      error.code === 'storage-full'
        ? 'The server has no room left for this film.'
        : 'The server’s store has not answered for a while, so this film was given up.',
      {
        cause: error,
        way: 'What was drawn so far is kept: ask for it again later, and only the rest is drawn.',
      },
    ),
  );
}
