/** What is found behind the slash. */
import { describe, expect, it } from 'vitest';
import { EMOTIONS, GESTURES } from '#core/document/script.ts';
import { findSlashItems, SLASH_ITEMS } from '#lib/editor/slash.ts';

describe('the slash menu', () => {
  it('offers every gesture and every feeling', () => {
    const ids = SLASH_ITEMS.map((item) => item.id);
    for (const gesture of GESTURES) expect(ids).toContain(`gesture-${gesture}`);
    for (const emotion of EMOTIONS) expect(ids).toContain(`emotion-${emotion}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('finds by the beginning of any word, labels before other words', () => {
    expect(findSlashItems('pau').map((item) => item.id)[0]).toMatch(/^pause/);
    expect(findSlashItems('happy').map((item) => item.id)).toEqual(['emotion-joyful']);
    expect(findSlashItems('THUMB')[0]?.id).toBe('gesture-thumbs-up');
  });

  it('finds nothing where nothing fits, so that writing goes on', () => {
    expect(findSlashItems('or')).toEqual([]);
  });
});
