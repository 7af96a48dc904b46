/**
 * The scenes of a document, for the walk in validate.ts: what is said in them, who stands there, and what is behind
 * and before them.
 */
import { newId } from '../base/ids.ts';
import { DEFAULT_BACKGROUND, newParagraph, newScene } from './create.ts';
import { PROJECT_LIMITS as LIMITS, RANGES, clampTo } from './limits.ts';
import type {
  Background,
  Crop,
  FractionRect,
  Layer,
  MediaEntry,
  Presenter,
  Recording,
  Scene,
  Voice,
} from './project.ts';
import { paragraphText, type Inline, type Paragraph } from './script.ts';
import { inRange, type Report } from './validate-report.ts';

/** What scenes may refer to, checked before them. */
export interface Parts {
  readonly voices: readonly Voice[];
  readonly presenters: readonly Presenter[];
  readonly media: readonly MediaEntry[];
}

export function checkScenes(scenes: readonly Scene[], parts: Parts, report: Report): readonly Scene[] {
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
      recording: checkRecording(scene.recording, parts.media, place, report),
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

function checkRecording(
  recording: Recording | null,
  media: readonly MediaEntry[],
  place: string,
  report: Report,
): Recording | null {
  if (recording === null) return null;
  const sound = media.find((m) => m.hash === recording.asset && m.kind === 'sound');
  if (sound === undefined) {
    report(place, 'The recording that speaks it is not in this project.', 'Its voice speaks instead.');
    return null;
  }
  const lastS = sound.durationS ?? RANGES.videoStartS.max;
  const whole = { ...recording, startS: 0, endS: Math.min(lastS, RANGES.recordingS.max) };
  const { startS, endS } = recording;
  const shortestS = Math.min(RANGES.recordingS.min, whole.endS);
  const longest = endS - startS <= RANGES.recordingS.max;
  // A hair past the end is how a length that was rounded once comes out.
  if (startS >= 0 && endS <= lastS + 0.01 && endS - startS >= shortestS - 1e-9 && longest) return recording;
  report(place, 'The part of its recording that is used lies outside the sound.', 'All of it is used now.');
  return whole;
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
