/** A release video of a made-up product: its own picture behind, its logo in the corner, figures on screen. */
import { RATE_30 } from '#core/base/time.ts';
import {
  exampleProject,
  gesture,
  pause,
  pictureBackground,
  stressed,
  title,
  variable,
  type Example,
  type Picture,
} from './parts.ts';

const FIGURE_BOX = { x: 0.06, y: 0.5, width: 0.46, height: 0.18 };
const REMARK_BOX = { x: 0.06, y: 0.68, width: 0.44, height: 0.1 };
const figure = (text: string) => title(text, FIGURE_BOX, 0.12, { color: '#fdf3dc' });
const remark = (text: string) => title(text, REMARK_BOX, 0.048, { weight: 'regular', color: '#fdf3dc' });

export function productUpdate(dawn: Picture, logo: Picture): Example {
  const background = pictureBackground(dawn.entry.hash);
  return {
    id: 'product-update',
    about: 'A release video with a picture, a logo and figures on screen.',
    pictures: [dawn, logo],
    project: exampleProject({
      id: 'product-update',
      name: 'Fernway 2.4',
      format: { widthPx: 1920, heightPx: 1080, rate: RATE_30 },
      presenter: {
        name: 'Nora',
        preset: 'nora',
        parameters: { jacketColor: '#3d4f7c', topColor: '#f6ede0' },
      },
      voice: { name: 'Grace', engineVoice: 'slt', language: 'en-US', speed: 1.03 },
      accent: '#2e7d5b',
      highlight: '#ffd98a',
      logo,
      pictures: [dawn],
      scenes: [
        {
          background,
          centerX: 0.68,
          layers: [figure('Fernway 2.4'), remark('The one you asked for')],
          says: [
            [
              'joyful',
              gesture('wave'),
              'Hello ',
              variable('team', 'everyone'),
              '! Fernway 2.4 is out today, and it is the one ',
              gesture('point'),
              stressed('you'),
              ' asked for.',
            ],
          ],
        },
        {
          background,
          centerX: 0.68,
          fadeS: 0.4,
          layers: [figure('3 seconds'), remark('from a closed street to a new route')],
          says: [
            [
              'neutral',
              'Routes now plan ',
              stressed('themselves'),
              ' again. When a street closes, riders see the detour in 3 seconds. It used to take 40.',
            ],
          ],
        },
        {
          background,
          centerX: 0.68,
          fadeS: 0.4,
          layers: [figure('60 MB'), remark('for a whole city, offline')],
          says: [
            [
              'neutral',
              'Maps work offline. ',
              gesture('spread'),
              'A whole city fits in 60 MB, so tunnels and lifts no longer lose you.',
            ],
            [
              'warm',
              'We also fixed 112 bugs. ',
              pause(0.35),
              gesture('shrug'),
              'Some of them were even ours.',
            ],
          ],
        },
        {
          background,
          framing: 'close',
          fadeS: 0.4,
          says: [
            [
              'warm',
              'Update whenever you like; nothing changes until you say so. And ',
              gesture('heart'),
              stressed('thank you'),
              ': every part of this began as a note from one of you.',
            ],
          ],
        },
      ],
    }),
  };
}
