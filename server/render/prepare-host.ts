/**
 * What the straight line needs up to the plan, under Node: the voices and ears of the package, the bundled fonts, and an
 * account's part of the store. What is large is loaded when it is first asked for.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import type { TextShaper } from '#core/frame/text.ts';
import type { AssetStore } from '#core/output/ports.ts';
import { FilmMemory, type PrepareHost } from '#core/pipeline/prepare.ts';
import { PresenterShelf } from '#core/presenter/shelf.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import { SoundMemory } from '#core/speech/recording/speak-recording.ts';
import { createHarfBuzzShaper } from '#shared/harfbuzz.ts';
import { decodeSound } from '#shared/sound-file.ts';
import { ROOT } from '../setup/place.js';
import { fliteNodeEngine } from './adapters/flite-node.ts';
import { diskModelFiles, FULL_MODELS } from './adapters/model-files.ts';
import { useNativeDecoders } from './adapters/native-decoders.ts';
import { ortNodeRuntime } from './adapters/ort-node.ts';
import { soundswallowerNodeAligner } from './adapters/soundswallower-node.ts';
import { nativeLooks, type AssetFiles } from './pictures.ts';

export interface NativePrepareHost extends PrepareHost {
  close(): Promise<void>;
}

export async function openPrepareHost(store: AssetStore, files: AssetFiles): Promise<NativePrepareHost> {
  const speech = fliteNodeEngine();
  const aligner = soundswallowerNodeAligner((words) => speech.pronounce?.(words) ?? Promise.resolve([]));
  const models = diskModelFiles(FULL_MODELS);
  const runtime = ortNodeRuntime({ files: models });
  let listener: Promise<SpeechListener> | null = null;
  return {
    engine(id) {
      if (id === speech.id) return speech;
      throw new AppError('speech-failed', 'This voice is not available on the server.', {
        way: 'Choose another voice for this scene.',
      });
    },
    recordings: {
      aligner,
      listener: () => {
        listener ??= openListener(runtime, models).catch((error: unknown) => {
          listener = null;
          throw error;
        });
        return listener;
      },
      store,
      memory: new SoundMemory(),
      async decode(asset, startS, endS, signal) {
        useNativeDecoders();
        const file = await files.file(asset);
        if (file) return decodeSound(file, startS, endS, signal);
        throw new AppError('not-found', 'A recording that this film needs was not sent along.', {
          way: 'Add the sound again, or let a voice speak the scene.',
        });
      },
    },
    store,
    shaper: await bundledShaper(),
    memory: new FilmMemory(),
    // Nobody listens here.
    holdsSound: false,
    shelf: new PresenterShelf((hash) => store.get(hash)),
    looks: nativeLooks(files),
    async close() {
      aligner.close();
      await runtime.close();
    },
  };
}

const FONTS = join(ROOT, 'static', 'fonts');

/** The fonts of the app, by the same list. */
async function bundledShaper(): Promise<TextShaper> {
  const list = JSON.parse(await readFile(join(FONTS, 'fonts.json'), 'utf8')) as {
    readonly regular: readonly string[];
    readonly bold: readonly string[];
  };
  const load = async (name: string) => new Uint8Array(await readFile(join(FONTS, name)));
  const [regular, bold] = await Promise.all([
    Promise.all(list.regular.map(load)),
    Promise.all(list.bold.map(load)),
  ]);
  return createHarfBuzzShaper({ regular, bold });
}
