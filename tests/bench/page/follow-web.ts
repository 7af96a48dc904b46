/**
 * Following in the browser, on the processor: a film of the drawn person from a network's golden example, so that
 * nothing has to be brought along. What is in the pictures makes no difference to the time, as long as it is a face.
 */
import { loadGolden, loadManifest } from '#core/model/files.ts';
import type { Picture } from '#core/track/ports.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';
import { measureFollowing } from './follow.ts';
import type { FollowFigures, FollowWish } from './protocol.ts';

export async function follow({ threads, widthPx, heightPx, frames }: FollowWish): Promise<FollowFigures> {
  const files = fetchModelFiles('/');
  const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(null), threads });
  const tools = await openFaceTools(runtime, files);
  const { inputs } = await loadGolden(files, await loadManifest(files, 'matte'));
  const drawn = inputs['image'];
  if (!drawn) throw new Error('The matte’s golden example has no picture.');
  const picture = enlarged(drawn.data, drawn.shape[2] as number, widthPx, heightPx);
  const figures = await measureFollowing(
    tools,
    { widthPx, heightPx },
    (function* () {
      for (let i = 0; i < frames; i++) yield picture;
    })(),
  );
  const { summary } = tools.placement;
  await tools.close();
  await runtime.close();
  return { ...figures, summary };
}

/** Planes of red, green and blue to a picture as wide as wished, grey below. */
function enlarged(planes: Float32Array, side: number, widthPx: number, heightPx: number): Picture {
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4).fill(128);
  const scale = side / Math.min(widthPx, heightPx);
  for (let y = 0; y * scale < side && y < heightPx; y++)
    for (let x = 0; x * scale < side && x < widthPx; x++)
      for (let c = 0; c < 3; c++)
        rgba[(y * widthPx + x) * 4 + c] =
          255 * (planes[c * side * side + Math.floor(y * scale) * side + Math.floor(x * scale)] as number);
  return { widthPx, heightPx, rgba };
}
