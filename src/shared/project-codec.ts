/**
 * From unknown JSON to a Project and back. Foreign files come through here, so it trusts nothing: first size, depth
 * and names are bounded, then old versions are migrated, then the shape is checked field by field (Valibot), then the
 * meaning (core's validation, with its safe mends). Every refusal names the place in words a person can follow.
 */
import * as v from 'valibot';
import { AppError } from '#core/base/errors.ts';
import { canonicalJson } from '#core/base/hashing.ts';
import type {
  AssetHash,
  LayerId,
  ParagraphId,
  PresenterId,
  ProjectId,
  SceneId,
  VoiceId,
} from '#core/base/ids.ts';
import { PROJECT_LIMITS as LIMITS } from '#core/document/limits.ts';
import { migrate } from '#core/document/migrations.ts';
import type { Likeness } from '#core/document/likeness.ts';
import type {
  Background,
  Brand,
  CaptionStyle,
  Crop,
  Layer,
  MediaEntry,
  Presenter,
  PresenterPlacement,
  Project,
  Recording,
  Scene,
  Transition,
  VideoFormat,
  Voice,
} from '#core/document/project.ts';
import { EMOTIONS, GESTURES, type Inline, type Paragraph, type TextMarks } from '#core/document/script.ts';
import { problemSentence, repairProject, type Inventory } from '#core/document/validate.ts';

export interface DecodedProject {
  readonly project: Project;
  /** What was mended on the way in, one sentence each. */
  readonly notes: readonly string[];
  /** The version the document had. */
  readonly from: number;
}

/**
 * Reads a parsed document of any version.
 * @throws AppError invalid-input (with the place) | newer-version
 */
export function decodeProject(json: unknown, inventory: Inventory = {}): DecodedProject {
  boundJson(json);
  const { document, from } = migrate(json);
  boundJson(document);
  const { project, notes, unsolved } = repairProject(parseShape(document), inventory);
  // What only the person can decide is told; it is no reason to keep their work shut.
  return { project, notes: [...notes, ...unsolved.map(problemSentence)], from };
}

/** The same from JSON text. */
export function parseProject(text: string, inventory: Inventory = {}): DecodedProject {
  if (text.length > LIMITS.jsonCharacters)
    throw new AppError('invalid-input', 'This project file is too large to be one.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('corrupt-file', 'This project file is damaged: it ends early or is not JSON.', {
      cause,
      way: 'Copy or download it again, or open an earlier copy.',
    });
  }
  return decodeProject(json, inventory);
}

/** JSON text with sorted names: the same project always gives the same bytes. */
export function encodeProject(project: Project): string {
  return canonicalJson(project);
}

/** Names that would reach into prototypes if anything ever copied them by assignment. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Walks without recursion, so that depth can be judged before it could overflow the stack. */
function boundJson(json: unknown): void {
  const stack: { value: unknown; depth: number }[] = [{ value: json, depth: 0 }];
  let values = 0;
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { value, depth } = item;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > LIMITS.jsonDepth)
      throw new AppError('invalid-input', 'This project nests its parts too deeply to be one.');
    const names = Array.isArray(value) ? [] : Object.keys(value);
    const bad = names.find((name) => FORBIDDEN_NAMES.has(name));
    if (bad !== undefined)
      throw new AppError('invalid-input', `This project has a field named “${bad}”, which is not allowed.`);
    const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    values += members.length;
    if (values > LIMITS.jsonValues)
      throw new AppError('invalid-input', 'This project has too many parts to be one.');
    for (const member of members) stack.push({ value: member, depth: depth + 1 });
  }
}

/** @throws AppError invalid-input, naming the first place that is wrong */
function parseShape(document: unknown): Project {
  const result = v.safeParse(projectSchema, document, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = (issue.path ?? []).map((step) => step.key as string | number);
  throw new AppError('invalid-input', describe(path, issue));
}

// ——— The shape. Types are held to core's by `CodecFitsProject` below. ———

const finite = v.pipe(v.number(), v.finite());
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const name = text(LIMITS.nameCharacters);
const shortText = text(LIMITS.shortTextCharacters);
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const color = v.pipe(v.string(), v.regex(/^#[0-9a-fA-F]{6}$/));
const date = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
  v.check((value) => !Number.isNaN(Date.parse(value))),
);
const language = v.pipe(v.string(), v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}$/));
const hash = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/),
  v.transform((value) => value as AssetHash),
);
/** A checked id, with the brand of whatever it names. */
const idOf = <Id extends string>() =>
  v.pipe(
    id,
    v.transform((value) => value as Id),
  );
const items = <S extends v.GenericSchema>(schema: S, max: number) =>
  v.pipe(v.array(schema), v.maxLength(max));

const presenterId = idOf<PresenterId>();
const voiceId = idOf<VoiceId>();

const likeness = v.variant('kind', [
  v.object({ kind: v.literal('synthetic') }),
  v.object({
    kind: v.literal('person'),
    consent: v.nullable(v.object({ receiptId: shortText, issuer: shortText })),
  }),
]);

const presenter = v.variant('kind', [
  v.object({
    kind: v.literal('illustrated'),
    id: presenterId,
    name,
    likeness,
    preset: name,
    parameters: v.pipe(
      v.record(text(64), v.union([finite, shortText])),
      v.maxEntries(LIMITS.parametersOfPresenter),
    ),
  }),
  v.object({
    kind: v.literal('photo'),
    id: presenterId,
    name,
    likeness,
    fit: hash,
    picture: hash,
    person: hash,
    plate: hash,
  }),
  v.object({
    kind: v.literal('footage'),
    id: presenterId,
    name,
    likeness,
    fit: hash,
    film: hash,
    mouths: hash,
  }),
]);

const voice = v.object({
  id: voiceId,
  name,
  engine: name,
  engineVoice: name,
  language,
  speed: finite,
  pitchSt: finite,
  likeness,
});

const marks = v.object({
  emphasis: v.exactOptional(v.picklist([1, 2])),
  pronunciation: v.exactOptional(shortText),
});
const inline = v.variant('kind', [
  v.object({
    kind: v.literal('text'),
    text: text(LIMITS.jsonCharacters),
    marks: v.exactOptional(marks),
  }),
  v.object({ kind: v.literal('pause'), durationS: finite }),
  v.object({ kind: v.literal('gesture'), gesture: v.picklist(GESTURES) }),
  v.object({ kind: v.literal('variable'), name: shortText, fallback: text(LIMITS.layerCharacters) }),
]);

const paragraph = v.object({
  id: idOf<ParagraphId>(),
  content: items(inline, LIMITS.inlinesInParagraph),
  emotion: v.picklist(EMOTIONS),
});

const rect = v.object({ x: finite, y: finite, width: finite, height: finite });
const fit = v.picklist(['cover', 'contain']);

const background = v.variant('kind', [
  v.object({ kind: v.literal('color'), color }),
  v.object({ kind: v.literal('gradient'), from: color, to: color, angleDeg: finite }),
  v.object({ kind: v.literal('image'), asset: hash, fit, crop: rect }),
  v.object({ kind: v.literal('video'), asset: hash, fit, crop: rect, startS: finite }),
]);

const layerId = idOf<LayerId>();
const layer = v.variant('kind', [
  v.object({
    kind: v.literal('text'),
    id: layerId,
    text: text(LIMITS.layerCharacters),
    box: rect,
    sizeFraction: finite,
    weight: v.picklist(['regular', 'bold']),
    align: v.picklist(['start', 'center', 'end']),
    color,
  }),
  v.object({ kind: v.literal('image'), id: layerId, asset: hash, box: rect, fit }),
]);

const placement = v.object({
  presenter: presenterId,
  framing: v.picklist(['close', 'medium', 'full']),
  centerX: finite,
  scale: finite,
  cutOut: v.boolean(),
});
const transition = v.variant('kind', [
  v.object({ kind: v.literal('cut') }),
  v.object({ kind: v.literal('cross-fade'), durationS: finite }),
]);

const recording = v.object({ asset: hash, startS: finite, endS: finite, language, likeness });

const scene = v.object({
  id: idOf<SceneId>(),
  script: v.object({ paragraphs: items(paragraph, LIMITS.paragraphsInScene) }),
  voice: voiceId,
  recording: v.nullable(recording),
  presenters: items(placement, LIMITS.presentersInScene),
  background,
  layers: items(layer, LIMITS.layersInScene),
  transition,
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const media = v.object({
  hash,
  name: text(LIMITS.shortTextCharacters),
  mime: v.pipe(v.string(), v.regex(/^[\w.+-]{1,60}\/[\w.+-]{1,100}$/)),
  bytes: count,
  kind: v.picklist(['image', 'video', 'sound', 'data']),
  widthPx: count,
  heightPx: count,
  durationS: v.nullable(v.pipe(finite, v.minValue(0))),
});

const format = v.object({
  widthPx: finite,
  heightPx: finite,
  rate: v.object({ num: finite, den: finite }),
});
const captions = v.object({
  enabled: v.boolean(),
  position: v.picklist(['bottom', 'top']),
  sizeFraction: finite,
  color,
  highlight: color,
  plate: v.boolean(),
});
const brand = v.object({
  logo: v.nullable(
    v.object({
      asset: hash,
      corner: v.picklist(['top-left', 'top-right', 'bottom-left', 'bottom-right']),
      widthFraction: finite,
    }),
  ),
  accent: color,
});

const projectSchema = v.object({
  schema: v.literal(3),
  id: idOf<ProjectId>(),
  name,
  createdAt: date,
  updatedAt: date,
  format,
  presenters: items(presenter, LIMITS.presenters),
  voices: items(voice, LIMITS.voices),
  scenes: items(scene, LIMITS.scenes),
  captions,
  brand,
  media: items(media, LIMITS.media),
});

/** Every field required, so that a missing optional one is a difference too. */
type Solid<T> = T extends string | number | boolean | null
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Solid<Item>[]
    : { readonly [K in keyof T]-?: Solid<T[K]> };
type Fits<Schema extends v.GenericSchema, Type> = [Solid<v.InferOutput<Schema>>, Solid<Type>] extends [
  Solid<Type>,
  Solid<v.InferOutput<Schema>>,
]
  ? true
  : false;
type Hold<T extends readonly true[]> = T;
/**
 * Does not compile when the schema and core's types differ in any field, so neither can drift alone. Part by part,
 * because the compiler stops looking into a recursive type at its third level.
 */
export type CodecFitsProject = Hold<
  [
    Fits<typeof likeness, Likeness>,
    Fits<typeof presenter, Presenter>,
    Fits<typeof voice, Voice>,
    Fits<typeof marks, TextMarks>,
    Fits<typeof inline, Inline>,
    Fits<typeof paragraph, Paragraph>,
    Fits<typeof rect, Crop>,
    Fits<typeof background, Background>,
    Fits<typeof layer, Layer>,
    Fits<typeof placement, PresenterPlacement>,
    Fits<typeof transition, Transition>,
    Fits<typeof recording, Recording>,
    Fits<typeof scene, Scene>,
    Fits<typeof format, VideoFormat>,
    Fits<typeof captions, CaptionStyle>,
    Fits<typeof brand, Brand>,
    Fits<typeof media, MediaEntry>,
    Fits<typeof projectSchema, Project>,
  ]
>;

// ——— Sentences ———

/** `scenes.1.script.paragraphs.2.content.0.text` → `Scene 2, paragraph 3, part 1`. */
function placeOf(path: readonly (string | number)[]): { place: string; field: string } {
  const nouns: Readonly<Record<string, string>> = {
    scenes: 'scene',
    paragraphs: 'paragraph',
    content: 'part',
    presenters: 'presenter',
    voices: 'voice',
    layers: 'layer',
    media: 'media file',
  };
  const parts: string[] = [];
  const fields: string[] = [];
  for (let i = 0; i < path.length; i++) {
    const key = path[i];
    const next = path[i + 1];
    const noun = nouns[String(key)];
    if (noun !== undefined && typeof next === 'number') {
      parts.push(`${noun} ${next + 1}`);
      fields.length = 0;
      i++;
    } else if (key !== 'script') fields.push(String(key));
  }
  const place = parts.join(', ');
  return {
    place: place === '' ? 'This project' : place.slice(0, 1).toUpperCase() + place.slice(1),
    field: fields.join(' → '),
  };
}

function describe(path: readonly (string | number)[], issue: v.BaseIssue<unknown>): string {
  const { place, field } = placeOf(path);
  const subject = field === '' ? 'it' : `“${field}”`;
  if (issue.received === 'undefined') return `${place}: ${subject} is missing.`;
  const got = shorten(issue.received);
  switch (issue.type) {
    case 'max_length':
    case 'max_entries':
      return `${place}: ${subject} is too long; ${String(issue.requirement)} is the most.`;
    case 'regex':
    case 'check':
      return `${place}: ${subject} does not look right (${got}).`;
    default:
      return `${place}: ${subject} should be ${shorten(issue.expected ?? 'something else')}, but is ${got}.`;
  }
}

function shorten(value: string): string {
  const plain = value === 'Array' ? 'a list' : value === 'Object' ? 'an object' : value;
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain;
}
