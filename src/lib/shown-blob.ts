/** A picture or film that is held as bytes, shown by an element for as long as it is there. */
import type { Attachment } from 'svelte/attachments';

type Showing = HTMLImageElement | HTMLVideoElement;

/**
 * Its address is made when the element appears. When it leaves, the element lets go first: what still loads would ask for
 * an address that is no more.
 */
export function showing(blob: Blob): Attachment<Showing> {
  return (element) => {
    const url = URL.createObjectURL(blob);
    element.src = url;
    return () => {
      element.removeAttribute('src');
      if (element instanceof HTMLMediaElement) element.load();
      URL.revokeObjectURL(url);
    };
  };
}
