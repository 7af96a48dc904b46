/** The film Orator opens on: what it does, said by doing it. About twenty-five seconds. */
import { RATE_30 } from '#core/base/time.ts';
import { exampleProject, gesture, gradient, pause, stressed, title, type Example } from './parts.ts';

export const welcome: Example = {
  id: 'welcome',
  about: 'What Orator does, in twenty-five seconds.',
  pictures: [],
  project: exampleProject({
    id: 'welcome',
    name: 'Welcome to Orator',
    format: { widthPx: 1920, heightPx: 1080, rate: RATE_30 },
    presenter: { name: 'Nora', preset: 'nora' },
    voice: { name: 'Grace', engineVoice: 'slt', language: 'en-US' },
    accent: '#0a6a5a',
    highlight: '#ffd166',
    scenes: [
      {
        background: gradient('#34385f', '#8d84aa', 60),
        centerX: 0.66,
        layers: [title('Your words,\nout loud.', { x: 0.07, y: 0.24, width: 0.42, height: 0.36 }, 0.105)],
        says: [
          ['warm', gesture('wave'), 'Hi, I’m Nora. I say whatever you write.'],
          ['neutral', 'Change a word, and ', stressed('a moment later'), ' you hear it.'],
        ],
      },
      {
        background: gradient('#f1e6d8', '#d8b998', 50),
        framing: 'close',
        fadeS: 0.5,
        says: [
          [
            'neutral',
            'I can stress a ',
            stressed('point', 2),
            ', pause for effect, ',
            pause(0.6),
            'and talk with ',
            gesture('open-palms'),
            'my hands.',
          ],
          [
            'warm',
            'It all happens ',
            gesture('gather'),
            'on this device. Nothing is uploaded, and it works with the network off.',
          ],
        ],
      },
      {
        background: gradient('#e6ece6', '#a9c2ba', 65),
        fadeS: 0.5,
        says: [
          [
            'neutral',
            'When it feels right, choose Export: you get a video that plays ',
            gesture('spread'),
            'anywhere.',
          ],
          [
            'joyful',
            'Now, ',
            pause(0.25),
            'what would ',
            gesture('offer'),
            stressed('you', 2),
            ' like to say?',
          ],
        ],
      },
    ],
  }),
};
