/**
 * wawa-lipsync: bands of an AnalyserNode, scored by hand-made rules into Oculus visemes, sixty times a second. Its
 * class runs untouched; only the AudioContext it makes for itself is an offline one, and its clock is the sound's.
 */
import type { Contender, Cue } from '../contender.ts';
import { curvesOfCues } from '../contender.ts';
import { rivalsBrowser, soundForPage } from './browser.ts';
import { OCULUS_VISEMES } from './oculus.ts';

const SIGMA_S = 0.08;
/** Its thresholds are absolute. Of the levels tried, 0 to −30 dB, this serves it best: louder, rooms speak. */
const GAIN = 0.1;
const LOOK_HZ = 60;
const MODULE = '/wawa-lipsync/dist/wawa-lipsync.es.js';

interface Lipsync {
  readonly analyser: AnalyserNode;
  readonly viseme: string;
  processAudio(): void;
}

/** Runs inside the page, so it may use nothing from outside itself. */
async function visemesInPage([sound, url, lookHz]: readonly [string, string, number]): Promise<string[]> {
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const pcm = new Float32Array(bytes.buffer);
  const rate = 48_000;
  const context = new OfflineAudioContext(1, Math.ceil((pcm.length * rate) / 16_000), rate);
  const { Lipsync: Made } = (await import(url)) as {
    Lipsync: new () => Lipsync;
  };
  const [realContext, realNow] = [window.AudioContext, performance.now];
  window.AudioContext = function () {
    return context;
  } as never;
  let nowMs = 0;
  performance.now = () => nowMs;
  try {
    const lipsync = new Made();
    const buffer = context.createBuffer(1, pcm.length, 16_000);
    buffer.copyToChannel(pcm, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(lipsync.analyser).connect(context.destination);
    source.start();
    const looks = Math.floor((pcm.length / 16_000) * lookHz) - 1;
    const visemes: string[] = [];
    for (let k = 1; k <= looks; k++)
      void context.suspend(k / lookHz).then(() => {
        nowMs = (1000 * k) / lookHz;
        lipsync.processAudio();
        visemes.push(lipsync.viseme);
        void context.resume();
      });
    await context.startRendering();
    return visemes;
  } finally {
    window.AudioContext = realContext;
    performance.now = realNow;
  }
}

export function wawaContender(): Contender {
  return {
    name: 'wawa-lipsync',
    note: `0.0.2 in Chromium, looked at ${LOOK_HZ} times a second, visemes by table, Gaussian σ ${SIGMA_S * 1000} ms`,
    needsText: false,
    timed: true,
    predict: async (sound) => {
      const { page } = await rivalsBrowser();
      const visemes = await page.evaluate(visemesInPage, [
        soundForPage(sound.pcm.map((value) => value * GAIN)),
        MODULE,
        LOOK_HZ,
      ] as const);
      const cues: Cue[] = visemes.map((shape, k) => ({
        startS: (k + 1) / LOOK_HZ,
        endS: (k + 2) / LOOK_HZ,
        shape: shape.replace('viseme_', ''),
      }));
      return curvesOfCues(cues, OCULUS_VISEMES, sound, SIGMA_S);
    },
  };
}
