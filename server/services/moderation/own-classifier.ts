/**
 * The learned layer in the server's own process. Its weights are read when the first text is judged, so that the server
 * starts as fast without; what revision it is, and so whether a verdict still holds, is known at once.
 */
import { loadManifest } from '#core/model/files.ts';
import {
  MODERATION,
  openTextClassifier,
  revisionOf,
  type OpenTextClassifier,
} from '#core/policy/moderation/classifier/text-classifier.ts';
import {
  IMAGE_SAFETY,
  openPictureClassifier,
  pictureRevisionOf,
  type PictureClassifier,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { diskModelFiles } from '../../render/adapters/model-files.ts';
import { ortNodeRuntime } from '../../render/adapters/ort-node.ts';
import { boundedClassifier, type BoundedParts } from './bounded-classifier.ts';

/**
 * What looks at pictures, opened when the first one comes, and anew where one was not answered: a call into the library
 * cannot be ended, so what hangs keeps its thread and memory until the process stops.
 * @throws AppError not-found | corrupt-file
 */
export async function ownPictureClassifier(
  bounds: Pick<BoundedParts, 'pictureS' | 'openS' | 'onGivenUp'> = {},
): Promise<PictureClassifier> {
  const files = diskModelFiles();
  return boundedClassifier({
    ...bounds,
    revision: pictureRevisionOf(await loadManifest(files, IMAGE_SAFETY)),
    async open() {
      // A runtime runs one picture after the other, and would wait for one that hangs.
      const runtime = ortNodeRuntime({ files });
      const { look } = await openPictureClassifier(runtime, files);
      return { look, close: () => runtime.close() };
    },
  });
}

/** @throws AppError not-found | corrupt-file */
export async function ownClassifier(): Promise<OpenTextClassifier> {
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  const revision = revisionOf(await loadManifest(files, MODERATION));
  let opened: Promise<OpenTextClassifier> | null = null;
  return {
    revision,
    async classify(sentences, signal) {
      opened ??= openTextClassifier(runtime, files);
      // What failed once, because memory was short perhaps, is tried again.
      const classifier = await opened.catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return classifier.classify(sentences, signal);
    },
    close: () => runtime.close(),
  };
}
