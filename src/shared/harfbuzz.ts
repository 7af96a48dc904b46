/**
 * HarfBuzz behind the TextShaper port: text in, positioned glyph outlines out, the same on every host. Text is cut
 * into runs of one font and one script; each code point takes the first font that has it. What no font has becomes
 * the first font's "missing" box, except pictographs and invisible marks, which are left out.
 */
import { transformPath } from '#core/draw/affine.ts';
import { PathBuilder } from '#core/draw/path.ts';
import type { Path } from '#core/draw/draw-list.ts';
import type { FontWeight, ShapedGlyph, ShapedRun, TextShaper } from '#core/frame/text.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import * as hb from 'harfbuzzjs';

export interface ShaperFonts {
  /** TTF or OTF bytes, in order of preference. */
  readonly regular: readonly Uint8Array<ArrayBuffer>[];
  readonly bold: readonly Uint8Array<ArrayBuffer>[];
}

/** @throws Error when a weight has no font */
export async function createHarfBuzzShaper(fonts: ShaperFonts): Promise<TextShaper> {
  const all = [...fonts.regular, ...fonts.bold];
  const hashes = await Promise.all(all.map((bytes) => sha256Hex(bytes)));
  const version = `harfbuzz ${hb.versionString()}/1 ${hashes.map((hash) => hash.slice(0, 16)).join(' ')}`;
  return new HarfBuzzShaper(version, {
    regular: openFonts(fonts.regular, 'regular'),
    bold: openFonts(fonts.bold, 'bold'),
  });
}

/** In order of preference; the first also says how tall lines are. */
type ShapingFonts = readonly [ShapingFont, ...ShapingFont[]];

function openFonts(files: readonly Uint8Array<ArrayBuffer>[], weight: FontWeight): ShapingFonts {
  const [first, ...others] = files.map((bytes) => new ShapingFont(bytes));
  if (first === undefined) throw new Error(`No ${weight} font was given to the text shaper.`);
  return [first, ...others];
}

/** Runs kept. A caption is one run, so this is hours of speech around the cursor. */
const RUNS_KEPT = 4000;

class HarfBuzzShaper implements TextShaper {
  readonly version: string;
  readonly #fonts: Readonly<Record<FontWeight, ShapingFonts>>;
  readonly #runs = new Map<string, ShapedRun>();

  constructor(version: string, fonts: Readonly<Record<FontWeight, ShapingFonts>>) {
    this.version = version;
    this.#fonts = fonts;
  }

  shape(text: string, weight: FontWeight): ShapedRun {
    const key = `${weight}|${text}`;
    const kept = this.#runs.get(key);
    if (kept !== undefined) return kept;
    const run = shapeText(text, this.#fonts[weight]);
    if (this.#runs.size >= RUNS_KEPT)
      for (const oldest of this.#runs.keys()) {
        this.#runs.delete(oldest);
        break;
      }
    this.#runs.set(key, run);
    return run;
  }
}

/** A font opened once, with the outlines drawn from it so far. */
class ShapingFont {
  readonly font: hb.Font;
  readonly unitsPerEm: number;
  readonly ascentEm: number;
  readonly descentEm: number;
  readonly #outlines = new Map<number, Path>();

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    const face = new hb.Face(new hb.Blob(bytes));
    this.font = new hb.Font(face);
    this.unitsPerEm = face.upem;
    const extents = this.font.hExtents();
    this.ascentEm = extents.ascender / this.unitsPerEm;
    this.descentEm = -extents.descender / this.unitsPerEm;
  }

  has(codePoint: number): boolean {
    return this.font.nominalGlyph(codePoint) !== undefined;
  }

  /** The outline in units of a font whose em has `unitsPerEm` of them. */
  outline(glyph: number, unitsPerEm: number): Path {
    const kept = this.#outlines.get(glyph);
    if (kept !== undefined) return kept;
    const own = outlineOf(this.font, glyph);
    const scale = unitsPerEm / this.unitsPerEm;
    const path = scale === 1 ? own : transformPath(own, [scale, 0, 0, scale, 0, 0]);
    this.#outlines.set(glyph, path);
    return path;
  }
}

function outlineOf(font: hb.Font, glyph: number): Path {
  const path = new PathBuilder();
  const n = (values: readonly number[], i: number) => values[i] as number;
  for (const { type, values: v } of font.glyphToJson(glyph)) {
    if (type === 'M') path.moveTo(n(v, 0), n(v, 1));
    else if (type === 'L') path.lineTo(n(v, 0), n(v, 1));
    else if (type === 'Q') path.quadTo(n(v, 0), n(v, 1), n(v, 2), n(v, 3));
    else if (type === 'C') path.cubicTo(n(v, 0), n(v, 1), n(v, 2), n(v, 3), n(v, 4), n(v, 5));
    else path.close();
  }
  return path.build();
}

interface Item {
  readonly font: ShapingFont;
  readonly start: number;
  end: number;
  script: string;
}

function shapeText(text: string, fonts: ShapingFonts): ShapedRun {
  const primary = fonts[0];
  const glyphs: ShapedGlyph[] = [];
  let penEm = 0;
  for (const item of itemise(text, fonts)) penEm = shapeItem(text, item, primary.unitsPerEm, penEm, glyphs);
  return {
    glyphs,
    widthEm: penEm,
    unitsPerEm: primary.unitsPerEm,
    ascentEm: primary.ascentEm,
    descentEm: primary.descentEm,
  };
}

const LEFT_OUT =
  /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cc}\p{Cf}\uFE00-\uFE0F]$/u;
const COMMON = /^[\p{Script=Common}\p{Script=Inherited}]$/u;
const SCRIPTS = [
  ['Latn', /^\p{Script=Latin}$/u],
  ['Grek', /^\p{Script=Greek}$/u],
  ['Cyrl', /^\p{Script=Cyrillic}$/u],
] as const;

/** Runs of one font and one script. Signs that belong to no script go with what stands before them, or, first, after. */
function itemise(text: string, fonts: ShapingFonts): Item[] {
  const items: Item[] = [];
  let offset = 0;
  for (const character of text) {
    const start = offset;
    offset += character.length;
    const codePoint = character.codePointAt(0) as number;
    const last = items.at(-1);
    const common = COMMON.test(character);
    const adjacent = last?.end === start ? last : undefined;
    const joining = common && adjacent?.font.has(codePoint) === true;
    const font = joining ? adjacent.font : (fonts.find((candidate) => candidate.has(codePoint)) ?? fonts[0]);
    if (!font.has(codePoint) && LEFT_OUT.test(character)) continue;
    const script = common
      ? (adjacent?.script ?? 'Zyyy')
      : (SCRIPTS.find(([, pattern]) => pattern.test(character))?.[0] ?? 'Zzzz');
    if (
      adjacent !== undefined &&
      adjacent.font === font &&
      (adjacent.script === script || adjacent.script === 'Zyyy')
    ) {
      adjacent.end = offset;
      adjacent.script = script;
    } else items.push({ font, start, end: offset, script });
  }
  return items;
}

function shapeItem(
  text: string,
  item: Item,
  unitsPerEm: number,
  startEm: number,
  glyphs: ShapedGlyph[],
): number {
  const buffer = new hb.Buffer();
  buffer.addText(text, item.start, item.end - item.start);
  buffer.guessSegmentProperties();
  hb.shape(item.font.font, buffer);
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  const em = item.font.unitsPerEm;
  let penEm = startEm;
  infos.forEach((info, i) => {
    const position = positions[i];
    if (position === undefined) return;
    glyphs.push({
      outline: item.font.outline(info.codepoint, unitsPerEm),
      xEm: penEm + position.xOffset / em,
      yEm: -position.yOffset / em,
      advanceEm: position.xAdvance / em,
      cluster: info.cluster,
    });
    penEm += position.xAdvance / em;
  });
  return penEm;
}
