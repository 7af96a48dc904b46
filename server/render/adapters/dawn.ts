/**
 * WebGPU in Node: Dawn, which is Chromium's own. The one file that names `webgpu`. It is loaded only where a render's own
 * process asks for a card, because a driver that fails takes its process with it.
 */

/** A graphics card, or the processor pretending to be one. */
export interface Card {
  readonly device: GPUDevice;
  /** What the driver says of it, such as `nvidia turing NVIDIA GeForce RTX 2080`. */
  readonly name: string;
  readonly software: boolean;
  close(): void;
}

/** Drivers that are the processor. Dawn's own mark is not set by all of them. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** What a device was had from lives as long as it does. */
const gpus = new Set<GPU>();

/** Null where there is none, or where Dawn does not run: that is an answer, not an error. */
export async function openCard(): Promise<Card | null> {
  try {
    const { create } = await import('webgpu');
    const gpu = create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return null;
    const { info } = adapter;
    // A frame, and a mesh's picture, may be as large as the card takes.
    const { maxTextureDimension2D } = adapter.limits;
    const device = await adapter.requestDevice({ requiredLimits: { maxTextureDimension2D } });
    gpus.add(gpu);
    const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ');
    return {
      device,
      name: name || 'unnamed',
      software: info.isFallbackAdapter || SOFTWARE.test(name),
      close() {
        device.destroy();
        gpus.delete(gpu);
      },
    };
  } catch {
    return null;
  }
}
