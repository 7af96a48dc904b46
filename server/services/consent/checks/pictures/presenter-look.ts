/**
 * What is seen of the presenter itself. Whoever made it chose its files, and a fit of their own says which frames and which
 * part of a picture are drawn: so every picture that is drawn is looked at, each as a whole, and a film at moments that
 * nobody can know beforehand. A photo's person is looked at as it is drawn: on a plain ground, and over its plate; what lies
 * under glass that nobody sees does not count.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { ConsentEvidence, DrawnPictures, EvidenceFilm, EvidenceFrame } from '../../evidence.ts';
import { lookAt, type Eyes, type FilmLook, type LookPace } from './look.ts';

export interface PresenterLook {
  /** As a sentence calls it. */
  readonly name: string;
  readonly look: Pick<FilmLook, 'frames' | 'embeddings'>;
  /** A background: no face is as it should be. */
  readonly mayBeEmpty: boolean;
}

/** A film is looked at so often, seconds, and up to so much later. */
const EVERY_S = 0.4;
const LATER_S = 0.2;

export async function lookAtPresenter(
  eyes: Eyes,
  { presenter, drawn }: Pick<ConsentEvidence, 'presenter' | 'drawn'>,
  random: () => number,
  signal?: CancelSignal,
): Promise<readonly PresenterLook[]> {
  // Every face that is found counts, however small: what is drawn may be any part of the picture.
  const pace: LookPace = { everyS: EVERY_S + LATER_S * random(), lookS: 0, smallest: 0 };
  const see = async (name: string, film: EvidenceFilm, mayBeEmpty = false): Promise<PresenterLook> => ({
    name,
    look: await lookAt(eyes, film, signal, pace),
    mayBeEmpty,
  });
  if (!drawn) return [await see('film', presenter)];
  return [
    await see('photo', presenter),
    await see('picture that is drawn', asDrawn(drawn.person, null)),
    await see('picture that is drawn, with what is behind it,', asDrawn(drawn.person, drawn.plate)),
    await see('background', drawn.plate, true),
  ];
}

/** Mid grey, sRGB: neither dark nor light hair vanishes into it. */
const GROUND = 119;

/** The person on a plain ground, or over the plate, which has the same width and ends above the strip of mouths. */
export function asDrawn(person: EvidenceFilm, plate: DrawnPictures['plate'] | null): EvidenceFilm {
  return {
    durationS: person.durationS,
    sound: person.sound,
    async *frames(everyS, signal) {
      let behind: EvidenceFrame | null = null;
      if (plate)
        for await (const frame of plate.frames(0, signal)) {
          behind = frame;
          break;
        }
      for await (const frame of person.frames(everyS, signal)) yield over(frame, behind);
    },
  };
}

function over(person: EvidenceFrame, plate: EvidenceFrame | null): EvidenceFrame {
  const { width, height } = person;
  const rgba = new Uint8ClampedArray(person.rgba.length);
  const scale = plate ? plate.width / width : 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const alpha = (person.rgba[at + 3] as number) / 255;
      const row = Math.floor(y * scale);
      const under = plate && row < plate.height ? 4 * (row * plate.width + Math.floor(x * scale)) : -1;
      for (let c = 0; c < 3; c++) {
        const ground = under < 0 ? GROUND : (plate?.rgba[under + c] as number);
        rgba[at + c] = (person.rgba[at + c] as number) * alpha + ground * (1 - alpha);
      }
      rgba[at + 3] = 255;
    }
  return { ...person, rgba };
}
