/** The worker's one GPUDevice, asked for once; models and compositors share it. */

export interface Gpu {
  readonly device: GPUDevice;
  /** What the browser tells of the card, such as `nvidia turing`; part of what the probe's answer is kept under. */
  readonly name: string;
  /** True where “the graphics card” is the processor pretending. */
  readonly software: boolean;
}

/** Null where there is no WebGPU, for whatever reason: that is an answer, not an error. */
export async function openGpu(): Promise<Gpu | null> {
  try {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return null;
    const { info } = adapter;
    // Half precision is for models; whatever else runs on the device need not know.
    const requiredFeatures = (['shader-f16'] as const).filter((feature) => adapter.features.has(feature));
    const device = await adapter.requestDevice({ requiredFeatures });
    const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ');
    return {
      device,
      name: name || 'unnamed',
      software: info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(name),
    };
  } catch {
    return null;
  }
}
