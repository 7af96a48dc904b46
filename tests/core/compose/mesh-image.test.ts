/** Only a mesh that is an upright picture on a rectangle may be drawn as one. */
import { expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { meshAsImage, type MeshLayer } from '#core/compose/geometry.ts';
import { IDENTITY, type Mesh } from '#core/draw/draw-list.ts';
import { quadMesh } from '#core/draw/mesh.ts';

const quad = quadMesh({ x: 10, y: 20, width: 40, height: 30 }, { x: 0.25, y: 0, width: 0.5, height: 0.75 });

function layer(more: Partial<MeshLayer> = {}): MeshLayer {
  return {
    kind: 'mesh',
    name: 'quad',
    opacity: 0.7,
    image: { asset: 'a' as AssetHash, kind: 'image', timeS: 0 },
    mesh: quad,
    matte: null,
    blurTexels: 0,
    transform: IDENTITY,
    ...more,
  };
}
function meshWith(more: Partial<Mesh>): Partial<MeshLayer> {
  return { mesh: { ...quad, ...more } };
}

test('an upright quad is the image layer that it might have been', () => {
  const target = { x: 22, y: 45, width: 80, height: 90 };
  expect(meshAsImage(layer({ transform: [2, 0, 0, 3, 2, -15] }))).toEqual({
    kind: 'image',
    name: 'quad',
    opacity: 0.7,
    image: layer().image,
    source: { x: 0.25, y: 0, width: 0.5, height: 0.75 },
    target,
    clip: target,
  });
});

test('neither the order of its vertices nor of its triangles matters, nor factors of 1', () => {
  const turned: Mesh = {
    positions: new Float32Array([50, 50, 10, 50, 50, 20, 10, 20]),
    uvs: new Float32Array([0.75, 0.75, 0.25, 0.75, 0.75, 0, 0.25, 0]),
    opacity: new Float32Array(4).fill(1),
    gain: new Float32Array(12).fill(1),
    indices: new Uint16Array([2, 0, 3, 1, 3, 0]),
  };
  expect(meshAsImage(layer({ mesh: turned }))).toEqual(meshAsImage(layer()));
});

test.each<[string, Partial<MeshLayer>]>([
  ['a turned one', { transform: [0.9, 0.1, -0.1, 0.9, 0, 0] }],
  ['a mirrored one', { transform: [-1, 0, 0, 1, 60, 0] }],
  ['one with a matte', { matte: [1, 0, 0, 1, 0, 0.5] }],
  ['one that is blurred', { blurTexels: 0.5 }],
  ['one that fades at a corner', meshWith({ opacity: new Float32Array([1, 1, 0.9, 1]) })],
  ['one that is lit', meshWith({ gain: new Float32Array(12).fill(1.1) })],
  ['one triangle of it', meshWith({ indices: new Uint16Array([0, 1, 2]) })],
  ['one triangle twice', meshWith({ indices: new Uint16Array([0, 1, 2, 2, 1, 0]) })],
  ['two that overlap', meshWith({ indices: new Uint16Array([0, 1, 2, 0, 1, 3]) })],
  ['a corner out of place', meshWith({ positions: new Float32Array([10, 20, 50, 20, 10, 50, 50, 51]) })],
  ['a picture askew', meshWith({ uvs: new Float32Array([0.2, 0, 0.75, 0, 0.25, 0.75, 0.75, 0.75]) })],
  ['a picture upside down', meshWith({ uvs: new Float32Array([0.25, 0.75, 0.75, 0.75, 0.25, 0, 0.75, 0]) })],
  ['more than the picture', meshWith({ uvs: new Float32Array([0, 0, 1.1, 0, 0, 1, 1.1, 1]) })],
])('%s is a mesh', (_, more) => {
  expect(meshAsImage(layer(more))).toBeNull();
});
