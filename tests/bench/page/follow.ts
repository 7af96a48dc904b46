/** Follows a film and counts where the time goes; the same in Node and in a browser. */
import { createFollower } from '#core/track/follow.ts';
import type { FaceTools, Picture } from '#core/track/ports.ts';
import type { FollowFigures } from './protocol.ts';

export const STAGES = ['detect', 'mesh', 'body', 'own'] as const;

/**
 * @param frames in order; decoding them is not counted
 * @param processorMs what the process has used so far, where that is known
 */
export async function measureFollowing(
  tools: FaceTools,
  size: { readonly widthPx: number; readonly heightPx: number },
  frames: AsyncIterable<Picture> | Iterable<Picture>,
  processorMs: () => number = () => NaN,
): Promise<Omit<FollowFigures, 'summary'>> {
  const took: Record<(typeof STAGES)[number], number[]> = { detect: [], mesh: [], body: [], own: [] };
  let inTools = 0;
  const count = async <T>(stage: (typeof STAGES)[number], work: Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const result = await work;
    const ms = performance.now() - startedMs;
    took[stage].push(ms);
    inTools += ms;
    return result;
  };
  const counted: FaceTools = {
    revision: tools.revision,
    detect: (...args) => count('detect', tools.detect(...args)),
    mesh: (...args) => count('mesh', tools.mesh(...args)),
    body: (...args) => count('body', tools.body(...args)),
    matte: (...args) => tools.matte(...args),
    close: () => tools.close(),
  };
  const follower = createFollower(counted, { rate: { num: 25, den: 1 }, ...size });
  let [wallMs, cpuMs, looked] = [0, 0, 0];
  for await (const picture of frames) {
    const [startedMs, startedCpuMs] = [performance.now(), processorMs()];
    inTools = 0;
    await follower.look(picture);
    const ms = performance.now() - startedMs;
    wallMs += ms;
    took.own.push(ms - inTools);
    cpuMs += processorMs() - startedCpuMs;
    looked++;
  }
  const startedMs = performance.now();
  const { track } = await follower.finish();
  const finishMs = performance.now() - startedMs;
  const seen = track.seen.reduce((sum, value) => sum + value, 0);
  const stage = (name: keyof typeof took) => {
    const all = took[name].toSorted((a, b) => a - b);
    const calls = all.length;
    return {
      calls,
      ms: all.reduce((sum, value) => sum + value, 0),
      quickMs: all[Math.floor(0.1 * calls)] ?? 0,
    };
  };
  const stages = { detect: stage('detect'), mesh: stage('mesh'), body: stage('body'), own: stage('own') };
  return { frames: looked, seen, wallMs, cpuMs, finishMs, stages };
}
