/** Projects for tests: one that uses every kind of everything, so that no branch goes unvisited. */
import type { AssetHash } from '#core/base/ids.ts';
import {
  newParagraph,
  newPresenter,
  newProject,
  newRecording,
  newScene,
  newVoice,
} from '#core/document/create.ts';
import type { MediaEntry, Project } from '#core/document/project.ts';
import { ownLikeness } from '#core/document/likeness.ts';
import type { LayerId } from '#core/base/ids.ts';

export const RED = 'a'.repeat(64) as AssetHash;
export const SOUND = 'c'.repeat(64) as AssetHash;
export const CLIP = 'b'.repeat(64) as AssetHash;

const image: MediaEntry = {
  hash: RED,
  name: 'red.png',
  mime: 'image/png',
  bytes: 120,
  kind: 'image',
  widthPx: 64,
  heightPx: 36,
  durationS: null,
};
const video: MediaEntry = {
  ...image,
  hash: CLIP,
  name: 'clip.mp4',
  mime: 'video/mp4',
  kind: 'video',
  durationS: 4.5,
};

const sound: MediaEntry = {
  ...image,
  hash: SOUND,
  name: 'take 1.m4a',
  mime: 'audio/mp4',
  kind: 'sound',
  widthPx: 0,
  heightPx: 0,
  durationS: 12.5,
};

export function everythingProject(): Project {
  const base = newProject({ name: 'Everything', now: '2026-01-02T03:04:05.678Z' });
  const voice = newVoice({ name: 'Rms', engineVoice: 'rms', speed: 1.2, pitchSt: -2 });
  const presenter = newPresenter({ name: 'Ada', parameters: { hair: '#332211', smile: 0.4 } });
  const person = newVoice({
    name: 'Me',
    likeness: { kind: 'person', consent: { receiptId: 'r-1', issuer: 'orator' } },
  });
  const paragraph = newParagraph(
    [
      { kind: 'text', text: 'Hello, ' },
      { kind: 'text', text: 'world', marks: { emphasis: 2, pronunciation: '/wɜːld/' } },
      { kind: 'pause', durationS: 0.5 },
      { kind: 'gesture', gesture: 'open-palms' },
      { kind: 'variable', name: 'first_name', fallback: 'friend' },
    ],
    'warm',
  );
  const first = newScene({ voice: voice.id, presenter: presenter.id, paragraphs: [paragraph] });
  const box = { x: 0.1, y: 0.1, width: 0.5, height: 0.2 };
  const crop = { x: 0.1, y: 0, width: 0.9, height: 1 };
  return {
    ...base,
    presenters: [...base.presenters, presenter],
    voices: [...base.voices, voice, person],
    scenes: [
      ...base.scenes,
      {
        ...first,
        recording: newRecording(sound, { startS: 0.5, language: 'fr', likeness: ownLikeness('r-2') }),
        background: { kind: 'image', asset: RED, fit: 'cover', crop },
        layers: [
          {
            kind: 'text',
            id: 'l1' as LayerId,
            text: 'Title',
            box,
            sizeFraction: 0.08,
            weight: 'bold',
            align: 'start',
            color: '#ffffff',
          },
          { kind: 'image', id: 'l2' as LayerId, asset: RED, box, fit: 'contain' },
        ],
        transition: { kind: 'cross-fade', durationS: 0.4 },
      },
      newScene({
        voice: person.id,
        background: { kind: 'video', asset: CLIP, fit: 'contain', crop, startS: 1 },
      }),
      newScene({ voice: voice.id, background: { kind: 'color', color: '#123456' } }),
    ],
    brand: { logo: { asset: RED, corner: 'top-right', widthFraction: 0.1 }, accent: '#ff0000' },
    media: [image, video, sound],
  };
}

export function copyOf<T>(value: T): unknown {
  return JSON.parse(JSON.stringify(value));
}
