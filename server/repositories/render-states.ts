/** States in which something is still to be done for a film. */
import type { RenderState } from '../database/schema/render.ts';

export const ACTIVE_STATES = [
  'queued',
  'preparing',
  'drawing',
  'finishing',
] as const satisfies readonly RenderState[];
