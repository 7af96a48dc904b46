/**
 * Does the document hold together? Shape is checked elsewhere (shared/project-codec); this walks a Project that has
 * the right shape and looks at what it means: references that resolve, numbers in range, texts that can be spoken.
 * One walk finds the problems and mends those with a safe mend, so the two can never disagree: whatever is not
 * mendable is left as it is, and nothing a person wrote is ever dropped.
 */
import { newId, type AssetHash, type PresenterId, type VoiceId } from '../base/ids.ts';
import { rateToFps } from '../base/time.ts';
import {
  DEFAULT_BACKGROUND,
  DEFAULT_ENGINE,
  DEFAULT_ENGINE_VOICE,
  DEFAULT_FORMAT,
  DEFAULT_PRESET,
  newParagraph,
  newPresenter,
  newScene,
  newVoice,
} from './create.ts';
import { PROJECT_LIMITS as LIMITS, RANGES, clampTo, type NumberRange } from './limits.ts';
import type {
  Background,
  Crop,
  FractionRect,
  Layer,
  MediaEntry,
  Presenter,
  Project,
  Scene,
  VideoFormat,
  Voice,
} from './project.ts';
import { paragraphText, type Inline, type Paragraph } from './script.ts';

export interface Problem {
  /** Where, in words: `Scene 2, paragraph 3`. */
  readonly place: string;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What was done about it, one sentence; null where only the person can decide. */
  readonly repair: string | null;
}

/** What this installation has. Whatever is left out is not checked. */
export interface Inventory {
  readonly voices?: readonly { readonly engine: string; readonly engineVoice: string }[];
  readonly presets?: readonly string[];
  /** Media whose bytes are really there. */
  readonly media?: ReadonlySet<AssetHash>;
}

export interface Inspection {
  /** The document with every safe mend made; the very same value when there was nothing to mend. */
  readonly project: Project;
  readonly problems: readonly Problem[];
}

type Report = (place: string, message: string, repair: string | null) => void;

/** Everything that is wrong with the project, mendable or not. */
export function validateProject(project: Project, inventory: Inventory = {}): readonly Problem[] {
  return inspectProject(project, inventory).problems;
}

/** The project with all that can be mended safely mended, and a sentence for each mend and each problem left. */
export function repairProject(
  project: Project,
  inventory: Inventory = {},
): {
  readonly project: Project;
  readonly notes: readonly string[];
  readonly unsolved: readonly Problem[];
} {
  const inspection = inspectProject(project, inventory);
  return {
    project: inspection.project,
    notes: inspection.problems.filter((p) => p.repair !== null).map(problemSentence),
    unsolved: inspection.problems.filter((p) => p.repair === null),
  };
}

export function problemSentence(problem: Problem): string {
  return `${problem.place}: ${problem.message}${problem.repair === null ? '' : ` ${problem.repair}`}`;
}

export function inspectProject(project: Project, inventory: Inventory = {}): Inspection {
  const problems: Problem[] = [];
  const report: Report = (place, message, repair) => problems.push({ place, message, repair });

  const format = checkFormat(project.format, report);
  const media = checkMedia(project.media, inventory, report);
  const voices = checkVoices(project.voices, inventory, report);
  const presenters = checkPresenters(project.presenters, inventory, report);
  const scenes = checkScenes(project.scenes, { voices, presenters, media }, report);
  const captions = {
    ...project.captions,
    sizeFraction: inRange(
      project.captions.sizeFraction,
      RANGES.captionSizeFraction,
      'Captions',
      'size',
      report,
    ),
  };
  const brand = checkLogo(project.brand, media, report);

  let characters = 0;
  for (const scene of scenes)
    for (const paragraph of scene.script.paragraphs) characters += paragraphText(paragraph).length;
  if (characters > LIMITS.scriptCharacters)
    report(
      'Script',
      `It has ${characters} characters; one project holds ${LIMITS.scriptCharacters}. Divide it in two.`,
      null,
    );

  const mended = problems.some((p) => p.repair !== null);
  return {
    project: mended ? { ...project, format, media, voices, presenters, scenes, captions, brand } : project,
    problems,
  };
}

function checkFormat(format: VideoFormat, report: Report): VideoFormat {
  const even = (px: number) => Math.round(clampTo(px, RANGES.sizePx) / 2) * 2;
  const widthPx = even(format.widthPx);
  const heightPx = even(format.heightPx);
  if (widthPx !== format.widthPx || heightPx !== format.heightPx)
    report(
      'Format',
      `A film of ${format.widthPx} × ${format.heightPx} pixels cannot be made: sides are even, from ${RANGES.sizePx.min} to ${RANGES.sizePx.max}.`,
      `It is ${widthPx} × ${heightPx} now.`,
    );
  const fps = rateToFps(format.rate);
  const whole = [format.rate.num, format.rate.den].every(
    (n) => Number.isInteger(n) && n >= 1 && n <= 1_000_000,
  );
  const good = whole && fps >= RANGES.fps.min && fps <= RANGES.fps.max;
  if (!good)
    report('Format', 'Its frame rate is not one that a film can have.', 'It is 30 frames a second now.');
  return { widthPx, heightPx, rate: good ? format.rate : DEFAULT_FORMAT.rate };
}

function checkMedia(entries: readonly MediaEntry[], inventory: Inventory, report: Report) {
  const seen = new Set<AssetHash>();
  return entries.filter((entry) => {
    const place = `Media file “${entry.name}”`;
    if (seen.has(entry.hash)) {
      report(place, 'It is listed twice.', 'Once is enough.');
      return false;
    }
    seen.add(entry.hash);
    if (inventory.media !== undefined && !inventory.media.has(entry.hash)) {
      report(place, 'Its contents are missing.', 'It was taken out of the project; add the file again.');
      return false;
    }
    return true;
  });
}

function checkVoices(voices: readonly Voice[], inventory: Inventory, report: Report): readonly Voice[] {
  const seen = new Set<VoiceId>();
  const kept: Voice[] = [];
  for (const voice of voices) {
    const place = `Voice “${voice.name}”`;
    if (seen.has(voice.id)) {
      report(place, 'Another voice has the same id.', 'The first of them is kept.');
      continue;
    }
    seen.add(voice.id);
    const known =
      inventory.voices === undefined ||
      inventory.voices.some((v) => v.engine === voice.engine && v.engineVoice === voice.engineVoice);
    if (!known)
      report(
        place,
        'This device does not have it.',
        `The embedded voice ${DEFAULT_ENGINE_VOICE} speaks instead.`,
      );
    const speakable = known
      ? voice
      : {
          ...newVoice({ id: voice.id }),
          engine: DEFAULT_ENGINE,
          speed: voice.speed,
          likeness: voice.likeness,
        };
    kept.push({
      ...speakable,
      speed: inRange(voice.speed, RANGES.speed, place, 'speed', report),
      pitchSt: inRange(known ? voice.pitchSt : 0, RANGES.pitchSt, place, 'pitch', report),
    });
  }
  if (kept.length > 0) return kept;
  report('Voices', 'The project has no voice.', 'The embedded voice was added.');
  return [newVoice()];
}

function checkPresenters(presenters: readonly Presenter[], inventory: Inventory, report: Report) {
  const seen = new Set<PresenterId>();
  const kept: Presenter[] = [];
  for (const presenter of presenters) {
    const place = `Presenter “${presenter.name}”`;
    if (seen.has(presenter.id)) {
      report(place, 'Another presenter has the same id.', 'The first of them is kept.');
      continue;
    }
    seen.add(presenter.id);
    const known = inventory.presets === undefined || inventory.presets.includes(presenter.preset);
    if (!known)
      report(
        place,
        `There is no character called “${presenter.preset}” here.`,
        `${newPresenter().name} stands in.`,
      );
    kept.push(known ? presenter : { ...presenter, preset: DEFAULT_PRESET, parameters: {} });
  }
  return kept;
}

interface Parts {
  readonly voices: readonly Voice[];
  readonly presenters: readonly Presenter[];
  readonly media: readonly MediaEntry[];
}

function checkScenes(scenes: readonly Scene[], parts: Parts, report: Report): readonly Scene[] {
  const ids = new Set<string>();
  /** A fresh id where this one was met before; scenes, paragraphs and layers each address the editor by theirs. */
  const unique = <Id extends string>(id: Id, place: string): Id => {
    if (!ids.has(id)) {
      ids.add(id);
      return id;
    }
    report(place, 'Its id is used twice.', 'It was given one of its own.');
    return newId<Id>();
  };
  const voice = parts.voices[0] as Voice; // checkVoices leaves at least one
  if (scenes.length === 0) {
    report('Script', 'The project has no scene.', 'An empty one was added.');
    const presenter = parts.presenters[0]?.id;
    return [newScene({ voice: voice.id, ...(presenter === undefined ? {} : { presenter }) })];
  }
  return scenes.map((scene, i) => {
    const place = `Scene ${i + 1}`;
    const known = parts.voices.some((v) => v.id === scene.voice);
    if (!known) report(place, 'Its voice is not in this project.', `“${voice.name}” speaks instead.`);
    const transition = scene.transition;
    return {
      id: unique(scene.id, place),
      script: { paragraphs: checkParagraphs(scene.script.paragraphs, place, unique, report) },
      voice: known ? scene.voice : voice.id,
      presenters: checkPlacements(scene, parts.presenters, place, report),
      background: checkBackground(scene.background, parts.media, place, report),
      layers: checkLayers(scene.layers, parts.media, place, unique, report),
      transition:
        transition.kind === 'cut'
          ? transition
          : {
              ...transition,
              durationS: inRange(transition.durationS, RANGES.transitionS, place, 'cross-fade', report),
            },
    };
  });
}

function checkParagraphs(
  paragraphs: readonly Paragraph[],
  scenePlace: string,
  unique: <Id extends string>(id: Id, place: string) => Id,
  report: Report,
): readonly Paragraph[] {
  if (paragraphs.length === 0) {
    report(scenePlace, 'It has no paragraph.', 'An empty one was added.');
    return [newParagraph()];
  }
  return paragraphs.map((paragraph, i) => {
    const place = `${scenePlace}, paragraph ${i + 1}`;
    const characters = paragraphText(paragraph).length;
    if (characters > LIMITS.paragraphCharacters)
      report(
        place,
        `It has ${characters} characters; ${LIMITS.paragraphCharacters} can be spoken in one go. Divide it.`,
        null,
      );
    const content = paragraph.content.map((inline): Inline =>
      inline.kind === 'pause'
        ? { ...inline, durationS: inRange(inline.durationS, RANGES.pauseS, place, 'pause', report) }
        : inline,
    );
    return { ...paragraph, id: unique(paragraph.id, place), content };
  });
}

function checkPlacements(
  scene: Scene,
  presenters: readonly Presenter[],
  place: string,
  report: Report,
): Scene['presenters'] {
  const kept = scene.presenters.flatMap((placement) => {
    const known = presenters.some((p) => p.id === placement.presenter);
    const standIn = presenters[0];
    if (!known)
      report(
        place,
        'Its presenter is not in this project.',
        standIn === undefined ? 'It has no presenter now.' : `“${standIn.name}” stands in.`,
      );
    if (!known && standIn === undefined) return [];
    return [
      {
        ...placement,
        presenter: known || standIn === undefined ? placement.presenter : standIn.id,
        centerX: inRange(placement.centerX, RANGES.centerX, place, 'presenter’s place', report),
        scale: inRange(placement.scale, RANGES.placementScale, place, 'presenter’s size', report),
      },
    ];
  });
  return kept;
}

function checkBackground(
  background: Background,
  media: readonly MediaEntry[],
  place: string,
  report: Report,
): Background {
  switch (background.kind) {
    case 'color':
      return background;
    case 'gradient':
      return {
        ...background,
        angleDeg: inRange(background.angleDeg, RANGES.angleDeg, place, 'gradient’s angle', report),
      };
    case 'image':
    case 'video': {
      const there = media.some((m) => m.hash === background.asset && m.kind === background.kind);
      if (!there) {
        report(
          place,
          `The ${background.kind} behind it is not in this project.`,
          'A plain gradient takes its place.',
        );
        return DEFAULT_BACKGROUND;
      }
      const crop = checkCrop(background.crop, place, report);
      return background.kind === 'image'
        ? { ...background, crop }
        : {
            ...background,
            crop,
            startS: inRange(background.startS, RANGES.videoStartS, place, 'video’s start', report),
          };
    }
    default:
      return background satisfies never;
  }
}

function checkCrop(crop: Crop, place: string, report: Report): Crop {
  const x = clampTo(crop.x, { min: 0, max: 1 - RANGES.cropSize.min });
  const y = clampTo(crop.y, { min: 0, max: 1 - RANGES.cropSize.min });
  // A hair over one is how fractions that were added up come out; only a real overhang is reported.
  const inside = (size: number, start: number) =>
    size + start <= 1 + 1e-9
      ? clampTo(size, RANGES.cropSize)
      : clampTo(size, { min: RANGES.cropSize.min, max: 1 - start });
  const mended = { x, y, width: inside(crop.width, x), height: inside(crop.height, y) };
  const same = mended.x === crop.x && mended.y === crop.y;
  if (same && mended.width === crop.width && mended.height === crop.height) return crop;
  report(place, 'The crop of its background reaches outside the picture.', 'It was moved inside.');
  return mended;
}

function checkLayers(
  layers: readonly Layer[],
  media: readonly MediaEntry[],
  scenePlace: string,
  unique: <Id extends string>(id: Id, place: string) => Id,
  report: Report,
): readonly Layer[] {
  return layers.flatMap((layer, i): readonly Layer[] => {
    const place = `${scenePlace}, layer ${i + 1}`;
    if (layer.kind === 'image' && !media.some((m) => m.hash === layer.asset && m.kind === 'image')) {
      report(place, 'Its image is not in this project.', 'The layer was taken out.');
      return [];
    }
    const id = unique(layer.id, place);
    const box = checkBox(layer.box, place, report);
    if (layer.kind === 'image') return [{ ...layer, id, box }];
    const sizeFraction = inRange(layer.sizeFraction, RANGES.textSizeFraction, place, 'text size', report);
    return [{ ...layer, id, box, sizeFraction }];
  });
}

function checkBox(box: FractionRect, place: string, report: Report): FractionRect {
  return {
    x: inRange(box.x, RANGES.boxPosition, place, 'position', report),
    y: inRange(box.y, RANGES.boxPosition, place, 'position', report),
    width: inRange(box.width, RANGES.boxSize, place, 'width', report),
    height: inRange(box.height, RANGES.boxSize, place, 'height', report),
  };
}

function checkLogo(brand: Project['brand'], media: readonly MediaEntry[], report: Report): Project['brand'] {
  const logo = brand.logo;
  if (logo === null) return brand;
  if (!media.some((m) => m.hash === logo.asset && m.kind === 'image')) {
    report('Logo', 'Its image is not in this project.', 'The logo was taken off.');
    return { ...brand, logo: null };
  }
  const widthFraction = inRange(logo.widthFraction, RANGES.logoWidthFraction, 'Logo', 'width', report);
  return { ...brand, logo: { ...logo, widthFraction } };
}

function inRange(value: number, range: NumberRange, place: string, what: string, report: Report): number {
  const clamped = clampTo(value, range);
  if (clamped !== value)
    report(
      place,
      `Its ${what} of ${value} is outside ${range.min} to ${range.max}.`,
      `It is ${clamped} now.`,
    );
  return clamped;
}
