// Where the real Chromium is and how it is started. Plain JavaScript: the set-up runs it before anything is built.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** WebGPU on the CPU (SwiftShader). All five are needed: without the last two, canvas → VideoFrame is black. */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-angle=vulkan',
  '--use-vulkan=swiftshader',
];

/** @param {{ gpu: boolean }} options @returns {string[]} */
export function chromiumArgs({ gpu }) {
  return gpu ? [...QUIET, ...SOFTWARE_GPU] : QUIET;
}

/** The system's Chromium, else Playwright's own, else null. @returns {Promise<string | null>} */
export async function findChromium() {
  const named = process.env['ORATOR_CHROMIUM'];
  if (named && existsSync(named)) return named;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    try {
      const path = execFileSync('which', [name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      if (path) return path;
    } catch {
      // not there: try the next name
    }
  }
  const { chromium } = await import('playwright');
  const bundled = chromium.executablePath();
  return bundled && existsSync(bundled) ? bundled : null;
}
