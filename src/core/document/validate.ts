/**
 * Does the document hold together? Shape is checked elsewhere (shared/project-codec); this walks a Project that has
 * the right shape and looks at what it means: references that resolve, numbers in range, texts that can be spoken.
 * One walk finds the problems and mends those with a safe mend, so the two can never disagree: whatever is not
 * mendable is left as it is, and nothing a person wrote is ever dropped.
 */
import type { AssetHash, PresenterId, VoiceId } from '../base/ids.ts';
import { rateToFps } from '../base/time.ts';
import {
  DEFAULT_ENGINE,
  DEFAULT_ENGINE_VOICE,
  DEFAULT_FORMAT,
  DEFAULT_PRESET,
  newPresenter,
  newVoice,
} from './create.ts';
import { PROJECT_LIMITS as LIMITS, RANGES, clampTo } from './limits.ts';
import type { MediaEntry, Presenter, Project, VideoFormat, Voice } from './project.ts';
import { paragraphText } from './script.ts';
import { inRange, type Report } from './validate-report.ts';
import { checkScenes } from './validate-scenes.ts';

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
    if (presenter.kind !== 'illustrated') {
      kept.push(presenter);
      continue;
    }
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
