/** What tests in Chromium may ask of Node, so that the two can be held against each other. Everything crosses as JSON. */
import type { BrowserCommand } from 'vitest/node';
import type { ModelPrecision } from '#core/model/runtime.ts';

export interface PlainTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
export type PlainTensors = Readonly<Record<string, PlainTensor>>;

/** Runs the lip-sync model in onnxruntime-node. */
const lipsyncInNode: BrowserCommand<[precision: ModelPrecision, inputs: PlainTensors]> = async (
  _,
  precision,
  inputs,
): Promise<PlainTensors> => {
  const [{ loadManifest }, { mapped, tensor }, { diskModelFiles }, { ortNodeRuntime }] = await Promise.all([
    import('../../src/core/model/files.ts'),
    import('../../src/core/model/tensor.ts'),
    import('../../server/render/adapters/model-files.ts'),
    import('../../server/render/adapters/ort-node.ts'),
  ]);
  const files = diskModelFiles();
  const session = await ortNodeRuntime({ files }).open(await loadManifest(files, 'lipsync'), {
    precisions: [precision],
  });
  const answer = await session.run(
    mapped(inputs, ({ shape, data }) => tensor(shape, Float32Array.from(data))),
  );
  await session.close();
  return mapped(answer, ({ shape, data }) => ({ shape, data: [...data] }));
};

export const browserCommands = { lipsyncInNode };

declare module 'vitest/browser' {
  interface BrowserCommands {
    lipsyncInNode(precision: ModelPrecision, inputs: PlainTensors): Promise<PlainTensors>;
  }
}
