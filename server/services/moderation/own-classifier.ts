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

/** What looks at pictures, opened when the first one comes. @throws AppError not-found | corrupt-file */
export async function ownPictureClassifier(): Promise<PictureClassifier> {
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  const revision = pictureRevisionOf(await loadManifest(files, IMAGE_SAFETY));
  let opened: Promise<PictureClassifier> | null = null;
  return {
    revision,
    async look(picture, signal) {
      opened ??= openPictureClassifier(runtime, files);
      const classifier = await opened.catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return classifier.look(picture, signal);
    },
    close: () => runtime.close(),
  };
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
