/**
 * What `/` offers while writing: pauses, gestures, feelings, stress, a new scene. One flat list, found by typing a few
 * letters of what is wanted.
 */
import { EMOTIONS, GESTURES, type EmotionName } from '#core/document/script.ts';
import type { Command } from './prosemirror.ts';
import {
  insertGesture,
  insertPause,
  insertVariable,
  newSceneCommand,
  setEmotion,
  toggleEmphasis,
} from './script-commands.ts';
import { EMOTION_LABELS, GESTURE_LABELS, pauseLabel } from './script-schema.ts';

export interface SlashItem {
  readonly id: string;
  readonly label: string;
  readonly group: 'Insert' | 'Gesture' | 'Feeling';
  /** Other words it is found by. */
  readonly keywords: string;
  readonly command: Command | 'pronounce';
}

export const PAUSES_S = [0.25, 0.5, 1, 2] as const;

const EMOTION_KEYWORDS: Readonly<Record<EmotionName, string>> = {
  neutral: 'calm plain',
  warm: 'friendly kind',
  joyful: 'happy glad smile',
  serious: 'earnest grave',
  concerned: 'worried sad',
  surprised: 'amazed astonished',
};

export const SLASH_ITEMS: readonly SlashItem[] = [
  ...PAUSES_S.map((durationS): SlashItem => ({
    id: `pause-${durationS}`,
    label: `Pause ${pauseLabel(durationS)}`,
    group: 'Insert',
    keywords: 'break silence wait breath',
    command: insertPause(durationS),
  })),
  {
    id: 'emphasis',
    label: 'Stress the next word',
    group: 'Insert',
    keywords: 'emphasis bold strong',
    command: (state, dispatch, view) => {
      // The word before the caret where the caret touches one, else what is typed next.
      if (toggleEmphasis(1)(state, dispatch, view)) return true;
      dispatch?.(state.tr.addStoredMark(state.schema.mark('emphasis', { level: 1 })));
      return true;
    },
  },
  {
    id: 'pronounce',
    label: 'Say it differently…',
    group: 'Insert',
    keywords: 'pronunciation pronounce ipa',
    command: 'pronounce',
  },
  {
    id: 'variable',
    label: 'Variable',
    group: 'Insert',
    keywords: 'name field personal merge placeholder',
    command: insertVariable('name', 'there'),
  },
  {
    id: 'scene',
    label: 'New scene',
    group: 'Insert',
    keywords: 'split cut section',
    command: newSceneCommand,
  },
  ...GESTURES.map((gesture): SlashItem => ({
    id: `gesture-${gesture}`,
    label: GESTURE_LABELS[gesture],
    group: 'Gesture',
    keywords: `gesture hand ${gesture.replace('-', ' ')}`,
    command: insertGesture(gesture),
  })),
  ...EMOTIONS.map((emotion): SlashItem => ({
    id: `emotion-${emotion}`,
    label: EMOTION_LABELS[emotion],
    group: 'Feeling',
    keywords: `emotion feeling mood ${EMOTION_KEYWORDS[emotion]}`,
    command: setEmotion(emotion),
  })),
];

/** Items whose label or other words have one beginning with the query; labels first. */
export function findSlashItems(query: string): readonly SlashItem[] {
  const wanted = query.toLocaleLowerCase();
  if (wanted === '') return SLASH_ITEMS;
  const begins = (text: string) =>
    text
      .toLocaleLowerCase()
      .split(/[^\p{L}\p{N}.]+/u)
      .some((word) => word.startsWith(wanted));
  const byLabel = SLASH_ITEMS.filter((item) => begins(item.label));
  const byKeyword = SLASH_ITEMS.filter((item) => !byLabel.includes(item) && begins(item.keywords));
  return [...byLabel, ...byKeyword];
}
