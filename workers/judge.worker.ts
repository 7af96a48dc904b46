/** The worker that judges words while they are written, and pictures as they come: see judge.ts. */
import { AppError } from '#core/base/errors.ts';
import * as Comlink from '#shared/comlink.ts';
import { openTextClassifier } from '#core/policy/moderation/classifier/text-classifier.ts';
import { openPictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import { fetchModelFiles } from './adapters/model-files.ts';
import { ortWebRuntime } from './adapters/ort-web.ts';
import { stillPixels } from './adapters/still.ts';
import { Judge } from './judge.ts';

/** One thread and no graphics card: a sentence takes milliseconds, and what draws needs the rest. */
function runtimeAt(baseUrl: string) {
  const files = fetchModelFiles(baseUrl);
  const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(null), threads: 1, ownModule: true });
  return { files, runtime };
}
/** Many times what the network sees. */
const LONGEST_SIDE_PX = 1024;
let store: ReturnType<typeof openOpfsStore> | null = null;

Comlink.expose(
  new Judge({
    openWords(baseUrl) {
      const { files, runtime } = runtimeAt(baseUrl);
      return openTextClassifier(runtime, files);
    },
    openEyes(baseUrl) {
      const { files, runtime } = runtimeAt(baseUrl);
      return openPictureClassifier(runtime, files);
    },
    async picture(hash) {
      store ??= openOpfsStore();
      const file = await (await store).file(hash);
      if (file === null) throw new AppError('not-found', 'This picture is not on this device.');
      return stillPixels(file, LONGEST_SIDE_PX);
    },
  }),
);
