/** What a process that draws is told of the world: no secret, and an allocator that gives back. */
import { afterEach, expect, test, vi } from 'vitest';
import { childEnv } from '#server/render/child-env.ts';

afterEach(() => vi.unstubAllEnvs());

test('where programs lie is passed on, and no secret', () => {
  vi.stubEnv('DATABASE_URL', 'postgres://someone:secret@host/orator');
  vi.stubEnv('S3_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('TMPDIR', '/somewhere');
  const env = childEnv();
  expect(env).toMatchObject({ PATH: process.env['PATH'], TMPDIR: '/somewhere' });
  expect(Object.values(env).join(' ')).not.toContain('secret');
});

test('its allocator gives back what is let go, unless whoever starts the server chose otherwise', () => {
  vi.stubEnv('MALLOC_ARENA_MAX', undefined);
  expect(childEnv()).toMatchObject({ MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144' });
  vi.stubEnv('MALLOC_ARENA_MAX', '8');
  expect(childEnv()).toMatchObject({ MALLOC_ARENA_MAX: '8', MALLOC_MMAP_THRESHOLD_: '262144' });
});
