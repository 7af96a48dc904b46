/** Pictures and films shown from bytes let go of their address before it is no more. */
import { expect, test } from 'vitest';
import { showing } from '#lib/shown-blob.ts';

test.each(['img', 'video'] as const)(
  '%s: what leaves while it loads asks for nothing any more',
  async (name) => {
    const element = document.createElement(name);
    const failures: string[] = [];
    element.addEventListener('error', () => failures.push(element.src));
    const blob = new Blob([new Uint8Array(8_000_000)], { type: name === 'img' ? 'image/png' : 'video/mp4' });
    const leave = showing(blob)(element);
    const url = element.src;
    expect(url).toMatch(/^blob:/);
    if (typeof leave === 'function') leave();
    await expect(fetch(url)).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(failures).toEqual([]);
  },
);
