/** The worker that writes a person's working film while fit.worker follows them: see fit/tape-service.ts. */
import { serveTape } from './fit/tape-service.ts';

addEventListener('message', ({ data }: MessageEvent<MessagePort>) => serveTape(data), { once: true });
