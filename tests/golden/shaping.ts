/** What a shaper with Inter must answer on every host. Ems are rounded, because engines may differ in the last bit. */
import type { ShapedRun, TextShaper } from '#core/frame/text.ts';

const outlined = (run: ShapedRun) => run.glyphs.filter(({ outline }) => outline.verbs.length > 0).length;
const round = (value: number) => Math.round(value * 1e4) / 1e4;

/** A digest of many shapes: equal on two hosts when they position every glyph alike. */
export function shapingDigest(shaper: TextShaper): unknown[] {
  return ['Hello, world', 'AVATAR To.', 'Ώρα για δουλειά', 'Съешь ещё этих булок', 'Ångström ½ №'].map(
    (text) => {
      const run = shaper.shape(text, 'bold');
      return [
        text,
        round(run.widthEm),
        outlined(run),
        run.glyphs.map(({ xEm, cluster, outline }) => [
          round(xEm),
          cluster,
          outline.verbs.length,
          outline.coords[0] ?? null,
        ]),
      ];
    },
  );
}

/** The claims, one by one: each is a name and whether it holds. */
export function shapingClaims(shaper: TextShaper): Readonly<Record<string, boolean>> {
  const width = (text: string) => shaper.shape(text, 'regular').widthEm;
  const letters = (text: string) => outlined(shaper.shape(text, 'regular'));
  const o = shaper.shape('oo', 'regular').glyphs;
  return {
    'letters are kerned': width('AV') < width('A') + width('V') - 0.02,
    'equal glyphs share one outline': o[0]?.outline === o[1]?.outline,
    'bold is another font': shaper.shape('Hello', 'bold').widthEm !== width('Hello'),
    'Latin, Greek and Cyrillic have their letters':
      letters('Ağž') === 3 && letters('Ωώξ') === 3 && letters('Жђї') === 3,
    'Greek is not drawn with the missing box':
      shaper.shape('Ω', 'regular').glyphs[0]?.outline !==
      shaper.shape('\u{1D100}', 'regular').glyphs[0]?.outline,
    'an accent typed apart is composed': width('e\u0301') === width('\u00e9'),
    'a mark after a letter takes no room': width('q\u0303') === width('q'),
    'clusters are UTF-16 offsets': shaper.shape('a😀b', 'regular').glyphs.at(-1)?.cluster === 3,
    'pictographs are left out': letters('😀👩‍💻🎉') === 0,
    'unknown scripts give boxes and no error': letters('漢字') === 2,
    'right-to-left scripts give no error': shaper.shape('שלום עולם', 'regular').glyphs.length > 0,
    'lone surrogates and controls give no error': shaper.shape('\ud800\u0000\u200d', 'regular').widthEm >= 0,
    'empty text has no width': width('') === 0,
    'the pen never goes back in Latin': shaper
      .shape('Quick brown fox', 'regular')
      .glyphs.every(({ xEm }, i, all) => i === 0 || xEm > (all[i - 1]?.xEm ?? 0)),
  };
}
