/** A training explainer for a phone held upright: three signs of a fake email, counted on the fingers. */
import { RATE_25 } from '#core/base/time.ts';
import { exampleProject, gesture, gradient, pause, stressed, title, type Example } from './parts.ts';

const NUMBER_BOX = { x: 0.08, y: 0.07, width: 0.84, height: 0.13 };
const NUMBER_SIZE = 0.05;
const INK = { align: 'center', color: '#fff4e3' } as const;

export const lesson: Example = {
  id: 'lesson',
  about: 'A one-minute lesson for phones: three signs of a fake email.',
  pictures: [],
  project: exampleProject({
    id: 'lesson',
    name: 'Spot the fake',
    format: { widthPx: 1080, heightPx: 1920, rate: RATE_25 },
    presenter: { name: 'Nora', preset: 'nora' },
    voice: { name: 'Grace', engineVoice: 'slt', language: 'en-US', speed: 0.96 },
    accent: '#c2552d',
    highlight: '#ffb35c',
    captionSize: 0.032,
    scenes: [
      {
        background: gradient('#2d2a54', '#75619a', 80),
        layers: [title('Spot the fake', NUMBER_BOX, 0.06, INK)],
        says: [
          [
            'serious',
            'An email says your account closes ',
            stressed('tonight'),
            '. Your pulse jumps. ',
            pause(0.4),
            'That jump ',
            gesture('point'),
            'is the trick.',
          ],
          ['neutral', 'Here are three signs that give a fake away.'],
        ],
      },
      {
        background: gradient('#213f69', '#5f8cb4', 80),
        fadeS: 0.3,
        layers: [title('1  It rushes you', NUMBER_BOX, NUMBER_SIZE, INK)],
        says: [
          [
            'neutral',
            gesture('count-one'),
            'One. It ',
            stressed('rushes'),
            ' you. Honest companies can wait until you have had your coffee.',
          ],
        ],
      },
      {
        background: gradient('#46325c', '#9d739c', 80),
        fadeS: 0.3,
        layers: [title('2  The address is almost right', NUMBER_BOX, NUMBER_SIZE, INK)],
        says: [
          [
            'neutral',
            gesture('count-two'),
            'Two. The address is ',
            stressed('almost'),
            ' right. Read it from the end: the name just before the dot com is who really wrote to you.',
          ],
        ],
      },
      {
        background: gradient('#582d43', '#b26a6e', 80),
        fadeS: 0.3,
        layers: [title('3  It wants a secret', NUMBER_BOX, NUMBER_SIZE, INK)],
        says: [
          [
            'serious',
            gesture('count-three'),
            'Three. It wants something you would never shout across the office: ',
            pause(0.2),
            'a password, a code, ',
            stressed('a payment'),
            '.',
          ],
        ],
      },
      {
        background: gradient('#2d2a54', '#75619a', 80),
        fadeS: 0.3,
        layers: [title('Stop. Breathe. Call.', NUMBER_BOX, NUMBER_SIZE, INK)],
        says: [
          [
            'warm',
            'So ',
            gesture('stop'),
            stressed('stop'),
            ', breathe, and check another way: call the number you already have.',
          ],
          ['warm', 'One short call beats every filter ever made. ', gesture('thumbs-up'), 'You’ve got this.'],
        ],
      },
    ],
  }),
};
