/** What is wrong with one picture of a person: a photo that was brought, or what a camera sees just now. */
import type { CancelSignal } from '../base/errors.ts';
import { coveredFrames } from './covered.ts';
import { findFaces } from './faces.ts';
import {
  BLURRED_EYES,
  BLURRED_FACE,
  DARK,
  OUTSIDE,
  SECOND_FACE,
  SMALL_FACE_PX,
  SMALLEST_FACE_PX,
  TURNED_AWAY,
} from './limits.ts';
import { cutPatch, MESH_ROOM, squareInPatch } from './places.ts';
import type { FaceTools, Picture } from './ports.ts';
import { poseOfFace } from './pose.ts';
import { seeFace, SIGHTS, SIGHT_VALUES, type Sight } from './sights.ts';
import type { Trouble, TroubleCode } from './troubles.ts';

export type JudgedFace =
  | { readonly kind: 'photo'; readonly faces: readonly [] }
  | {
      readonly kind: 'photo';
      /** Heights, pixels, the largest first. */
      readonly faces: readonly number[];
      readonly heightPx: number;
      readonly yaw: number;
      readonly sights: Float32Array;
      readonly covered: boolean;
    };

/** A mesh with so much of it outside the picture cannot be drawn whole. */
const MOSTLY_OUTSIDE = 0.15;

export function judgeOneFace(face: JudgedFace): Trouble[] {
  if (!('sights' in face))
    return [
      trouble(
        'no-face',
        'stop',
        'No face was found in the picture.',
        'Take a picture of a face that looks roughly into the camera, or a drawing with eyes, nose and mouth.',
      ),
    ];
  const sight = (name: Sight) => face.sights[SIGHTS.indexOf(name)] as number;
  const troubles: Trouble[] = [];
  if (Math.abs(face.yaw) > TURNED_AWAY)
    troubles.push(
      trouble(
        'profile',
        'stop',
        'The face is seen from the side; half of it is hidden and cannot be made to speak.',
        'Take a picture that shows both eyes, from the front or half turned.',
      ),
    );
  const [first = 0, second = 0] = face.faces;
  if (second >= SECOND_FACE * first)
    troubles.push(
      trouble(
        'two-faces',
        'warn',
        'There are two faces in the picture; the larger one will speak, the other stands still.',
        'A picture of one person alone looks better.',
      ),
    );
  if (face.heightPx < SMALL_FACE_PX) {
    const tooSmall = face.heightPx < SMALLEST_FACE_PX;
    troubles.push(
      trouble(
        'too-small',
        tooSmall ? 'stop' : 'warn',
        `The face is only ${Math.round(face.heightPx)} pixels high, too few for ${tooSmall ? 'a mouth that can be drawn' : 'a sharp picture'}.`,
        'Take a larger picture, or one from closer by.',
      ),
    );
  }
  if (sight('outside') > OUTSIDE)
    troubles.push(
      trouble(
        'out-of-frame',
        sight('outside') > MOSTLY_OUTSIDE ? 'stop' : 'warn',
        'Part of the face is outside the picture.',
        'Take a picture with some room around the head.',
      ),
    );
  if (sight('light') < DARK)
    troubles.push(
      trouble('too-dark', 'warn', 'The face is very dark.', 'Take a picture with light on the face.'),
    );
  if (face.covered)
    troubles.push(
      trouble(
        'mouth-covered',
        'warn',
        'Something is before the mouth.',
        'Take a picture in which the mouth is free.',
      ),
    );
  if (isBlurred(sight))
    troubles.push(
      trouble(
        'motion-blur',
        'warn',
        'The face is blurred, and will look so when it speaks.',
        'Take a sharper picture.',
      ),
    );
  return troubles;
}

function isBlurred(sight: (name: Sight) => number): boolean {
  const scale = sight('light') ** 2;
  return sight('sharpness') < BLURRED_FACE * scale && sight('eyeDetail') < BLURRED_EYES * scale;
}

/** A camera's face should fill so much of the picture's height… */
const FILLS = 0.18;
const FILLS_TOO_MUCH = 0.7;
/** …and stand so near to its middle, in widths. */
const OFF_CENTRE = 0.2;

/**
 * What someone before a camera should be told now, the most important first. Sentences say where to move, in the
 * person's own left and right, so they hold for a mirrored view and for one that is not.
 * @throws AppError cancelled | device-lost | internal
 */
export async function troublesOfGlance(
  picture: Picture,
  tools: FaceTools,
  signal?: CancelSignal,
): Promise<Trouble[]> {
  const faces = await findFaces(tools, picture, signal);
  const [square] = faces;
  if (!square)
    return [trouble('no-face', 'stop', 'No face is to be seen.', 'Sit before the camera and look into it.')];
  const patch = cutPatch(picture, square);
  const place = squareInPatch(square, patch);
  const [face] = await tools.mesh(patch.picture, [place], signal);
  if (!face) return [];
  const sights = new Float32Array(SIGHT_VALUES);
  seeFace(patch.picture, place, face.points, sights);
  const sight = (name: Sight) => sights[SIGHTS.indexOf(name)] as number;
  const heightPx = square.sidePx / MESH_ROOM;
  const troubles: Trouble[] = [];
  const [first = 0, second = 0] = faces.map(({ sidePx }) => sidePx);
  if (second >= SECOND_FACE * first)
    troubles.push(
      trouble(
        'two-faces',
        'stop',
        'There are two faces in the picture.',
        'One person alone should be in it.',
      ),
    );
  const half = heightPx / 2;
  const cut =
    square.x - half < 0 ||
    square.y - half < 0 ||
    square.x + half > picture.widthPx ||
    square.y + half > picture.heightPx;
  const off = square.x / picture.widthPx - 0.5;
  if (cut)
    troubles.push(
      trouble(
        'out-of-frame',
        'stop',
        'Part of the face is outside the picture.',
        'Move until all of your head is in it.',
      ),
    );
  else if (heightPx > FILLS_TOO_MUCH * picture.heightPx)
    troubles.push(
      trouble(
        'out-of-frame',
        'warn',
        'You are very close.',
        'Move back a little, so that your shoulders are seen.',
      ),
    );
  else if (Math.abs(off) > OFF_CENTRE)
    troubles.push(
      trouble(
        'out-of-frame',
        'warn',
        'You are not in the middle.',
        `Move a little to your ${off > 0 ? 'right' : 'left'}.`,
      ),
    );
  if (heightPx < Math.max(SMALL_FACE_PX, FILLS * picture.heightPx))
    troubles.push(
      trouble(
        'too-small',
        heightPx < SMALLEST_FACE_PX ? 'stop' : 'warn',
        'You are far away.',
        'Come closer to the camera.',
      ),
    );
  if (sight('light') < DARK)
    troubles.push(trouble('too-dark', 'warn', 'It is too dark.', 'Turn towards a window or a lamp.'));
  if (coveredFrames(sights, Uint8Array.of(1))[0])
    troubles.push(
      trouble(
        'mouth-covered',
        'warn',
        'Something is before your mouth.',
        'Keep hands and microphone away from it.',
      ),
    );
  if (Math.abs(poseOfFace(face.points).yaw) > TURNED_AWAY)
    troubles.push(
      trouble('profile', 'warn', 'You are looking to the side.', 'Look roughly into the camera.'),
    );
  if (isBlurred(sight))
    troubles.push(
      trouble('motion-blur', 'warn', 'The picture is blurred.', 'More light and a clean lens help.'),
    );
  return troubles.sort((a, b) => Number(b.weight === 'stop') - Number(a.weight === 'stop'));
}

function trouble(code: TroubleCode, weight: Trouble['weight'], sentence: string, way: string): Trouble {
  return { code, weight, startS: null, endS: null, sentence, way };
}
