import { describe, expect, test } from 'vitest';
import type { CacheKey } from '#core/base/ids.ts';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import { compositorFingerprint } from '#core/compose/version.ts';
import { codecStrings, encodingFor } from '#core/output/encoding.ts';
import type { Segment } from '#core/output/ports.ts';
import { decodeSegment, encodeSegment, sameDescription } from '#core/output/segment-bytes.ts';
import { segmentKey, splitIntoSegments } from '#core/output/segments.ts';

function shots(...counts: number[]) {
  let startFrame = 0;
  return counts.map((frameCount, i) => {
    const shot = { startFrame, frameCount, pictureKey: `picture-${i}` as CacheKey };
    startFrame += frameCount;
    return shot;
  });
}
const writer = {
  encoding: encodingFor('avc', { widthPx: 1280, heightPx: 720, rate: RATE_25 }),
  fingerprint: 'test',
};

describe('cutting', () => {
  test('every frame is in exactly one segment, none longer than five seconds, none across two shots', () => {
    for (const rate of [RATE_25, RATE_30]) {
      const film = shots(1, 124, 125, 126, 150, 151, 400);
      const spans = splitIntoSegments(film, rate);
      let next = 0;
      for (const span of spans) {
        const shot = film[span.shot];
        if (!shot) throw new Error('no such shot');
        expect(span.filmFrame).toBe(next);
        expect(span.filmFrame).toBe(shot.startFrame + span.shotFrame);
        expect(span.frameCount).toBeGreaterThan(0);
        expect(span.frameCount).toBeLessThanOrEqual(5 * rate.num);
        expect(span.shotFrame + span.frameCount).toBeLessThanOrEqual(shot.frameCount);
        next += span.frameCount;
      }
      expect(next).toBe(1 + 124 + 125 + 126 + 150 + 151 + 400);
    }
  });

  test('a shot keeps its segment keys when the film before it grows', async () => {
    const keysOfLast = async (film: ReturnType<typeof shots>) => {
      const last = film.length - 1;
      const spans = splitIntoSegments(film, RATE_25).filter((span) => span.shot === last);
      return Promise.all(
        spans.map((span) =>
          segmentKey(
            { ...(film[last] as (typeof film)[0]), pictureKey: 'same' as CacheKey },
            span,
            writer,
            'canvas2d',
          ),
        ),
      );
    };
    expect(await keysOfLast(shots(10, 300))).toEqual(await keysOfLast(shots(77, 300)));
  });

  test('another picture, frame range, size, encoder, compositor or edition of the compositor is another segment', async () => {
    const [shot] = shots(100) as [ReturnType<typeof shots>[0]];
    const [span] = splitIntoSegments([shot], RATE_25) as [ReturnType<typeof splitIntoSegments>[0]];
    const larger = encodingFor('avc', { widthPx: 1920, heightPx: 1080, rate: RATE_25 });
    const keys = await Promise.all([
      segmentKey(shot, span, writer, 'canvas2d'),
      segmentKey({ ...shot, pictureKey: 'other' as CacheKey }, span, writer, 'canvas2d'),
      segmentKey(shot, { ...span, shotFrame: 1 }, writer, 'canvas2d'),
      segmentKey(shot, span, { ...writer, encoding: larger }, 'canvas2d'),
      segmentKey(shot, span, { ...writer, fingerprint: 'other' }, 'canvas2d'),
      segmentKey(shot, span, writer, 'webgpu'),
      segmentKey(shot, span, writer, compositorFingerprint('canvas2d', 1)),
      segmentKey(shot, span, writer, compositorFingerprint('canvas2d', 2)),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a segment as bytes', () => {
  const segment: Segment = {
    codec: 'avc1.64001f',
    description: Uint8Array.of(1, 100, 0, 31),
    frameCount: 2,
    packets: [
      { index: 0, key: true, data: Uint8Array.of(9, 8, 7) },
      { index: 1, key: false, data: new Uint8Array(0) },
    ],
  };

  test('comes back as it was, with and without a description', () => {
    expect(decodeSegment(encodeSegment(segment))).toEqual(segment);
    expect(decodeSegment(encodeSegment({ ...segment, description: null }))).toEqual({
      ...segment,
      description: null,
    });
  });

  test('cut short, lengthened or foreign, it is refused', () => {
    const bytes = encodeSegment(segment);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeSegment(bytes.slice(0, length))).toThrow(/damaged/);
    expect(() => decodeSegment(Uint8Array.of(...bytes, 0))).toThrow(/damaged/);
    expect(() => decodeSegment(bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)))).toThrow(/damaged/);
  });

  test('descriptions are compared byte by byte', () => {
    expect(sameDescription(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(sameDescription(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(sameDescription(Uint8Array.of(1), null)).toBe(false);
    expect(sameDescription(null, null)).toBe(true);
  });
});

describe('how finely to encode', () => {
  test('720p gets 6 Mbit/s and 1080p 12, and the H.264 level holds the film', () => {
    const at = (widthPx: number, heightPx: number, rate = RATE_25) =>
      encodingFor('avc', { widthPx, heightPx, rate });
    expect(at(1280, 720).bitrate).toBe(6_000_000);
    expect(at(1920, 1080).bitrate).toBe(12_000_000);
    expect(codecStrings(at(1280, 720))[0]).toBe('avc1.64001f');
    expect(codecStrings(at(1920, 1080))[0]).toBe('avc1.640028');
    expect(codecStrings(at(1080, 1920, RATE_30))[0]).toBe('avc1.640028');
    expect(codecStrings(at(320, 180))[0]).toBe('avc1.64001e');
  });
});
