/** One thing after another: onnxruntime-web gives up its memory to one call at a time. */

export type Chain = <T>(work: () => Promise<T>) => Promise<T>;

/** Each piece of work starts when the one before has ended, well or not. */
export function createChain(): Chain {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
