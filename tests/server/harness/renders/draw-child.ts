/**
 * Draws films one after the other in one process, whole, as a render's own process does step by step: starting one for each
 * takes longer than a short film does.
 */
import { errorToWire, type ErrorWire } from '#core/base/errors.ts';
import type { EncodedBy, RenderSpec, StepResults } from '#server/render/process.ts';
import { openStoreAt, type StorePlace } from '#server/render/store-place.ts';
import { RenderWork } from '#server/render/work.ts';

export interface DrawAsked {
  readonly spec: RenderSpec;
  readonly place: StorePlace;
  readonly scratch: string;
  readonly encodedBy: EncodedBy;
}
/** Null where the film was made. */
export type DrawTold = ErrorWire | null;

process.on('message', (asked: DrawAsked) => {
  void draw(asked).then(
    () => process.send?.(null satisfies DrawTold),
    (error: unknown) => process.send?.(errorToWire(error) satisfies DrawTold),
  );
});
process.on('disconnect', () => process.exit(0));

async function draw({ spec, place, scratch, encodedBy }: DrawAsked): Promise<void> {
  const drawing = { wish: 'canvas2d', known: {}, tell: () => undefined } as const;
  const work = await RenderWork.open(spec, { store: openStoreAt(place), scratch, encodedBy, drawing });
  const tell = () => undefined;
  const signal = { aborted: false };
  try {
    const { segments } = (await work.run({ kind: 'prepare' }, tell, signal)) as StepResults['prepare'];
    await work.run({ kind: 'draw', segments: segments.map(({ index }) => index) }, tell, signal);
    await work.run({ kind: 'sound' }, tell, signal);
    await work.run({ kind: 'assemble' }, tell, signal);
  } finally {
    await work.close();
  }
}
