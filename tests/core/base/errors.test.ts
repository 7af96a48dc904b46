import { expect, test } from 'vitest';
import { AppError, errorFromWire, errorToWire, toAppError } from '#core/base/errors.ts';

test('what nobody foresaw is still a sentence with a way on, and keeps its own words', () => {
  const error = toAppError(new TypeError('x is not a function'));
  expect(error.code).toBe('internal');
  expect(error.message).toBe('Something unforeseen went wrong (x is not a function).');
  expect(error.way).toMatch(/\.$/);
});

test('an error crosses as data and comes back with code, sentence, way and cause', () => {
  const sent = new AppError('corrupt-file', 'It is damaged.', {
    way: 'Take another.',
    cause: new RangeError('9'),
  });
  const wire = structuredClone(errorToWire(sent));
  const back = errorFromWire(wire);
  expect([back.code, back.message, back.way]).toEqual(['corrupt-file', 'It is damaged.', 'Take another.']);
  expect((back.cause as Error).message).toBe('RangeError: 9');
});

test('a full disk and a stop are known by any name the platform gives them', () => {
  const named = (name: string) => Object.assign(new Error('raw'), { name });
  expect(toAppError(named('QuotaExceededError')).code).toBe('storage-full');
  expect(toAppError(named('AbortError')).code).toBe('cancelled');
});
