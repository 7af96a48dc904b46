/** A stored film as an answer to the ways in which browsers, players and proxies ask for it (RFC 9110, 13 and 14). */
import { expect, test } from 'vitest';
import { fileResponse } from '#server/routes/file-response.ts';
import type { StoredFile } from '#server/services/stored-file.ts';

const BYTES = new TextEncoder().encode('a film of its own');
const film: StoredFile = {
  ...{ name: 'Ä film.mp4', mime: 'video/mp4', bytes: BYTES.length, tag: 'abc' },
  async *read(begin, end) {
    yield await Promise.resolve(BYTES.subarray(begin, end));
  },
};
const ask = (headers: Record<string, string>) =>
  fileResponse(new Request('http://studio.example/film', { headers }), film);

test('what is there already is not sent again, in whichever way that is asked', async () => {
  for (const tags of ['"abc"', 'W/"abc"', '"old", "abc"', '"old",W/"abc"', '*']) {
    const answer = ask({ 'If-None-Match': tags });
    expect([tags, answer.status, await answer.text()]).toEqual([tags, 304, '']);
  }
  expect(ask({ 'If-None-Match': '"old", "abcd"' }).status).toBe(200);
});

test('a part is sent as asked, and the whole where no one part is meant', async () => {
  const parts: readonly (readonly [string, number, string])[] = [
    ['bytes=2-5', 206, 'film'],
    ['bytes=-3', 206, 'own'],
    ['bytes=14-99999999999999999999', 206, 'own'],
    ['bytes=17-', 416, ''],
    ['bytes=-0', 416, ''],
    ['bytes=0-1,4-5', 200, 'a film of its own'],
    ['bytes=5-2', 200, 'a film of its own'],
    ['items=0-1', 200, 'a film of its own'],
  ];
  for (const [range, status, text] of parts) {
    const answer = ask({ Range: range });
    expect([range, answer.status, await answer.text()]).toEqual([range, status, text]);
  }
});
