/**
 * A graphics card for tests on machines that have none: SwiftShader, Vulkan on the processor, which comes with Chromium:
 * beside its program in Debian's package, and in the folder that Playwright fetches.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from '#server/render/adapters/chromium.ts';
import { openCard } from '#server/render/adapters/dawn.ts';

const MANIFEST = 'vk_swiftshader_icd.json';
/** Debian's `chromium` on the path is a script; the program lies here. */
const DEBIAN = '/usr/lib/chromium';

/**
 * Makes it the driver of this process, and of those it starts.
 * @returns its manifest, for VK_ICD_FILENAMES; null, and a line that says why, where this machine has none that works
 */
export async function useSoftwareCard(): Promise<string | null> {
  const manifest = findManifest();
  if (manifest === null) {
    console.info('There is no SwiftShader beside a Chromium here: Dawn is not tested.');
    return null;
  }
  process.env['VK_ICD_FILENAMES'] = manifest;
  const card = await openCard();
  card?.close();
  if (card?.software === true) return manifest;
  // Such as where the system has no libvulkan.so.1.
  console.info(`Dawn finds no card through ${manifest}: it is not tested.`);
  return null;
}

function findManifest(): string | null {
  if (process.platform !== 'linux') return null;
  const chromium = findChromium();
  const folders = [...(chromium === null ? [] : [dirname(realpathSync(chromium))]), DEBIAN];
  return folders.map((folder) => join(folder, MANIFEST)).find((path) => existsSync(path)) ?? null;
}
