/** Pixels back from the GPU: rows are copied padded, as WebGPU asks, and packed again. */
import { straighten } from '../alpha.ts';

const MAP_READ = 1;
const COPY_DST = 8;
const ROW_ALIGNMENT = 256;

/**
 * RGBA bytes, row-major, top row first: as they are in the texture where that is opaque, else with straight alpha.
 * Rejects when the device is lost.
 */
export async function readTexture(
  device: GPUDevice,
  texture: GPUTexture,
  opaque: boolean,
): Promise<Uint8ClampedArray> {
  const { width, height } = texture;
  const bytesPerRow = Math.ceil((width * 4) / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  const buffer = device.createBuffer({
    label: 'readback',
    size: bytesPerRow * height,
    usage: MAP_READ | COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder({ label: 'readback' });
    encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height]);
    device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(MAP_READ);
    const padded = new Uint8Array(buffer.getMappedRange());
    const pixels = new Uint8ClampedArray(width * height * 4);
    if (bytesPerRow === width * 4) pixels.set(padded);
    else
      for (let y = 0; y < height; y++)
        pixels.set(padded.subarray(y * bytesPerRow, y * bytesPerRow + width * 4), y * width * 4);
    if (!opaque) straighten(pixels);
    return pixels;
  } finally {
    buffer.destroy();
  }
}
