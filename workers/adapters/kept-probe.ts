/**
 * What the probe found, from one start to the next: for a week, because drivers and browsers change under an app that
 * is never closed. What lies in the store is believed only if it has the shape of a probe.
 */
import type { CacheKey } from '#core/base/ids.ts';
import { PROBE_PRODUCT } from '#core/output/ports.ts';
import type { AssetStore } from '#core/output/ports.ts';
import type { Probe } from './probe.ts';

const KEPT_FOR_MS = 7 * 24 * 3600 * 1000;

/** What was kept under this key, or null: none, too old, or damaged. */
export async function readKeptProbe(store: AssetStore, key: CacheKey, nowMs: number): Promise<Probe | null> {
  const bytes = await store.getProduct(PROBE_PRODUCT, key).catch(() => null);
  if (!bytes) return null;
  try {
    const kept: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isRecord(kept) || typeof kept['measuredMs'] !== 'number' || !isProbe(kept['probe'])) return null;
    const ageMs = nowMs - kept['measuredMs'];
    return ageMs >= 0 && ageMs < KEPT_FOR_MS ? kept['probe'] : null;
  } catch {
    return null; // not JSON: look again
  }
}

export async function keepProbe(
  store: AssetStore,
  key: CacheKey,
  probe: Probe,
  nowMs: number,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify({ measuredMs: nowMs, probe }));
  // A store may keep what it has under a name: the old one goes first.
  await store.removeProduct(PROBE_PRODUCT, key);
  await store.putProduct(PROBE_PRODUCT, key, bytes);
}

function isProbe(value: unknown): value is Probe {
  if (!isRecord(value)) return false;
  const { report, encoder } = value;
  return isReport(report) && (encoder === null || isEncoder(encoder));
}

function isReport(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { compositor, codec, hardwareEncoder, summary, previewHeightPx, details } = value;
  return (
    ['webgpu', 'canvas2d'].includes(String(compositor)) &&
    ['avc', 'vp9', 'av1', 'null'].includes(String(codec)) &&
    (hardwareEncoder === null || typeof hardwareEncoder === 'boolean') &&
    typeof summary === 'string' &&
    Number.isInteger(previewHeightPx) &&
    Number(previewHeightPx) > 0 &&
    Array.isArray(details) &&
    details.every(isDetail)
  );
}

function isDetail(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['ok'] === 'boolean' &&
    typeof value['value'] === 'string'
  );
}

function isEncoder(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    ['avc', 'vp9', 'av1'].includes(String(value['codec'])) &&
    ['i420', 'rgbx'].includes(String(value['color'])) &&
    typeof value['hardware'] === 'boolean'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
