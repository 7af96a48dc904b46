/**
 * The shape of a script while it is being written: a document of scenes of paragraphs, with pauses, gestures and
 * variables as atoms in the line, and emphasis and pronunciation as marks. It mirrors `core/document/script.ts` one
 * to one, so that nothing is lost or invented on the way in or out (see script-document.ts).
 */
import { EMOTIONS, GESTURES, type EmotionName, type GestureName } from '#core/document/script.ts';
import { Schema } from './prosemirror.ts';

/** What a person reads for each mark: sentence case, short enough for a chip. */
export const GESTURE_LABELS: Readonly<Record<GestureName, string>> = {
  'open-palms': 'Open palms',
  offer: 'Offer',
  point: 'Point at you',
  'point-aside': 'Point aside',
  'count-one': 'One',
  'count-two': 'Two',
  'count-three': 'Three',
  beat: 'Beat',
  'beat-both': 'Beat, both',
  chop: 'Chop',
  spread: 'Spread',
  gather: 'Gather',
  heart: 'Hand to heart',
  wave: 'Wave',
  stop: 'Stop',
  shrug: 'Shrug',
  'thumbs-up': 'Thumbs up',
};

export const EMOTION_LABELS: Readonly<Record<EmotionName, string>> = {
  neutral: 'Neutral',
  warm: 'Warm',
  joyful: 'Joyful',
  serious: 'Serious',
  concerned: 'Concerned',
  surprised: 'Surprised',
};

export function isGesture(value: unknown): value is GestureName {
  return (GESTURES as readonly unknown[]).includes(value);
}
export function isEmotion(value: unknown): value is EmotionName {
  return (EMOTIONS as readonly unknown[]).includes(value);
}

/** `0.5 s`, `1 s`, `1.25 s`. */
export function pauseLabel(durationS: number): string {
  return `${Number(durationS.toFixed(2))} s`;
}

function data(element: HTMLElement, name: string): string {
  return element.getAttribute(`data-${name}`) ?? '';
}

export const scriptSchema = new Schema({
  nodes: {
    doc: { content: 'scene+' },
    scene: {
      content: 'paragraph+',
      attrs: { id: { default: '' } },
      defining: true,
      toDOM: (node) => ['section', { 'data-scene': String(node.attrs['id']) }, 0],
      parseDOM: [{ tag: 'section[data-scene]', getAttrs: (element) => ({ id: data(element, 'scene') }) }],
    },
    paragraph: {
      content: 'inline*',
      attrs: { id: { default: '' }, emotion: { default: 'neutral' } },
      toDOM: (node) => [
        'p',
        { 'data-paragraph': String(node.attrs['id']), 'data-emotion': String(node.attrs['emotion']) },
        0,
      ],
      parseDOM: [
        {
          tag: 'p',
          getAttrs: (element) => {
            const emotion = data(element, 'emotion');
            return { id: data(element, 'paragraph'), emotion: isEmotion(emotion) ? emotion : 'neutral' };
          },
        },
      ],
    },
    text: { group: 'inline' },
    pause: {
      group: 'inline',
      inline: true,
      atom: true,
      attrs: { durationS: { default: 0.5 } },
      toDOM: (node) => [
        'span',
        {
          class: 'chip chip-pause',
          'data-pause': String(node.attrs['durationS']),
          role: 'img',
          'aria-label': `Pause of ${pauseLabel(Number(node.attrs['durationS']))}`,
        },
        pauseLabel(Number(node.attrs['durationS'])),
      ],
      parseDOM: [
        {
          tag: 'span[data-pause]',
          getAttrs: (element) => {
            const durationS = Number(data(element, 'pause'));
            return durationS > 0 ? { durationS } : false;
          },
        },
      ],
    },
    gesture: {
      group: 'inline',
      inline: true,
      atom: true,
      attrs: { gesture: { default: 'open-palms' } },
      toDOM: (node) => {
        const gesture: unknown = node.attrs['gesture'];
        const label = isGesture(gesture) ? GESTURE_LABELS[gesture] : String(gesture);
        return [
          'span',
          {
            class: 'chip chip-gesture',
            'data-gesture': String(gesture),
            role: 'img',
            'aria-label': `Gesture: ${label}`,
          },
          label,
        ];
      },
      parseDOM: [
        {
          tag: 'span[data-gesture]',
          getAttrs: (element) => {
            const gesture = data(element, 'gesture');
            return isGesture(gesture) ? { gesture } : false;
          },
        },
      ],
    },
    variable: {
      group: 'inline',
      inline: true,
      atom: true,
      attrs: { name: { default: 'name' }, fallback: { default: '' } },
      // What is spoken where no recipient fills it in: word search and copying see the fallback.
      leafText: (node) => String(node.attrs['fallback']),
      toDOM: (node) => [
        'span',
        {
          class: 'chip chip-variable',
          'data-variable': String(node.attrs['name']),
          'data-fallback': String(node.attrs['fallback']),
          role: 'img',
          'aria-label': `Variable ${String(node.attrs['name'])}, spoken as ${String(node.attrs['fallback']) || 'nothing'}`,
        },
        String(node.attrs['fallback']) || `{{${String(node.attrs['name'])}}}`,
      ],
      parseDOM: [
        {
          tag: 'span[data-variable]',
          getAttrs: (element) => ({ name: data(element, 'variable'), fallback: data(element, 'fallback') }),
        },
      ],
    },
  },
  marks: {
    emphasis: {
      attrs: { level: { default: 1 } },
      toDOM: (mark) => ['em', { 'data-emphasis': String(mark.attrs['level']) }, 0],
      parseDOM: [
        {
          tag: 'em[data-emphasis]',
          getAttrs: (element) => ({ level: data(element, 'emphasis') === '2' ? 2 : 1 }),
        },
      ],
    },
    pronunciation: {
      attrs: { say: {} },
      inclusive: false,
      toDOM: (mark) => [
        'span',
        {
          class: 'said',
          'data-say': String(mark.attrs['say']),
          title: `Spoken as ${String(mark.attrs['say'])}`,
        },
        0,
      ],
      parseDOM: [{ tag: 'span[data-say]', getAttrs: (element) => ({ say: data(element, 'say') }) }],
    },
  },
});
