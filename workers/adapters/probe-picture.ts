/**
 * A picture on a mesh for the probe's frame: the frame is drawn art, and a card may draw that well and fail at textures.
 * The picture is made of numbers; grey beside it cuts it out, and it is read with a blur.
 */
import type { AssetHash } from '#core/base/ids.ts';
import type { HostImage, ImageProvider } from '#core/compose/ports.ts';
import type { DrawLayer, DrawList, ImageRef, Mesh } from '#core/draw/draw-list.ts';

const WIDTH = 128;
const HEIGHT = 64;
/** No store gives such a name to a file. */
const ASSET = 'probe-picture' as AssetHash;
const REF: ImageRef = { asset: ASSET, kind: 'image', timeS: 0 };

export interface PicturedFrame {
  readonly list: DrawList;
  readonly images: ImageProvider;
  close(): void;
}

export async function withPicture(list: DrawList, images: ImageProvider): Promise<PicturedFrame> {
  const source = await createImageBitmap(picture(), { premultiplyAlpha: 'premultiply' });
  const host: HostImage = { source, widthPx: WIDTH, heightPx: HEIGHT };
  return {
    list: { ...list, layers: [...list.layers, layer(list)] },
    images: {
      load: (refs) => images.load(refs.filter((ref) => ref.asset !== ASSET)),
      get: (ref) => (ref.asset === ASSET ? host : images.get(ref)),
      close: () => undefined,
    },
    close: () => source.close(),
  };
}

/** Colours in the left half; in the right one a soft disc of grey. */
function picture(): ImageData {
  const image = new ImageData(WIDTH, HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const grey = 16 * (30 - Math.hypot(x - 96, y - 32));
      const stripe = (x >> 3) % 2 === 0 ? 60 : 0;
      image.data.set(
        x < WIDTH / 2 ? [40 + 3 * x, 190 - 2 * y, 90 + stripe, 255] : [grey, grey, grey, 255],
        4 * (y * WIDTH + x),
      );
    }
  return image;
}

/** A third of the frame each way, in its middle, and a little askew: no card may take it for an upright picture. */
function layer({ widthPx, heightPx }: DrawList): DrawLayer {
  const [w, h] = [widthPx / 3, heightPx / 3];
  const mesh: Mesh = {
    positions: new Float32Array([0, 0, w, 0.1 * h, 0, h, w, h, 0.5 * w, 0.4 * h]),
    uvs: new Float32Array([0, 0, 0.5, 0, 0, 1, 0.5, 1, 0.25, 0.5]),
    opacity: new Float32Array([0.6, 1, 1, 0.8, 1]),
    gain: new Float32Array([1, 1, 1, 1.1, 1, 1, 1, 0.9, 1, 1, 1, 1.1, 1, 1, 1]),
    indices: new Uint16Array([0, 1, 4, 1, 3, 4, 3, 2, 4, 2, 0, 4]),
  };
  return {
    kind: 'mesh',
    name: 'probe',
    opacity: 1,
    image: REF,
    mesh,
    matte: [1, 0, 0, 1, 0.5, 0],
    blurTexels: 1,
    transform: [1, 0, 0, 1, w, h],
  };
}
