import { expect, test } from 'vitest';
import { LayerPool } from '#core/compose/layer-pool.ts';
import { RasterCache } from '#core/compose/raster-cache.ts';

test('the raster used the longest ago goes first, and the bound holds', () => {
  const freed: string[] = [];
  const cache = new RasterCache<string>({ limitBytes: 30, free: (raster) => freed.push(raster) });
  for (const name of ['a', 'b', 'c']) cache.put(name, name, 10);
  expect(cache.get('a')).toBe('a');
  cache.put('d', 'd', 10);
  expect(freed).toEqual(['b']);
  expect(cache.bytes).toBe(30);
  expect(cache.get('b')).toBeUndefined();
});

test('a raster larger than the bound is kept until the next one comes', () => {
  const freed: string[] = [];
  const cache = new RasterCache<string>({ limitBytes: 30, free: (raster) => freed.push(raster) });
  cache.put('small', 'small', 10);
  cache.put('huge', 'huge', 100);
  expect(freed).toEqual(['small']);
  expect(cache.get('huge')).toBe('huge');
  cache.put('next', 'next', 10);
  expect(freed).toEqual(['small', 'huge']);
});

test('everything put in is freed once', () => {
  const freed: string[] = [];
  const cache = new RasterCache<string>({ limitBytes: 30, free: (raster) => freed.push(raster) });
  cache.put('a', 'first', 10);
  cache.put('a', 'second', 10);
  cache.delete('nothing');
  cache.clear();
  expect(freed).toEqual(['first', 'second']);
  expect(cache.bytes).toBe(0);
});

/** Canvases that only have a size. */
function fakeCanvases() {
  const made: { width: number; height: number }[] = [];
  const ctx = { setTransform: () => undefined, clearRect: () => undefined };
  return {
    made,
    create: (width: number, height: number) => {
      const canvas = { width, height, getContext: () => ctx };
      made.push(canvas);
      return canvas;
    },
  };
}

test('glass is lent again, and the smallest that fits is lent first', () => {
  const canvases = fakeCanvases();
  const pool = new LayerPool(canvases);
  const large = pool.acquire(1000, 600);
  const small = pool.acquire(100, 60);
  pool.release(large);
  pool.release(small);
  expect(pool.acquire(90, 90).canvas).toBe(small.canvas);
  expect(pool.acquire(90, 90).canvas).toBe(large.canvas);
  expect(pool.lent).toBe(2);
  expect(canvases.made).toHaveLength(2);
});

test('a pool keeps few canvases, and none after close', () => {
  const canvases = fakeCanvases();
  const pool = new LayerPool(canvases);
  const lent = Array.from({ length: 20 }, () => pool.acquire(200, 200));
  for (const layer of lent) pool.release(layer);
  expect(canvases.made.filter(({ width }) => width > 1).length).toBeLessThanOrEqual(8);
  pool.close();
  expect(canvases.made.filter(({ width }) => width > 1)).toEqual([]);
});
