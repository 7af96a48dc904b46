/** The worker that draws, encodes and assembles: see render/service.ts. */
import * as Comlink from 'comlink';
import { RenderService } from './render/service.ts';

Comlink.expose(new RenderService());
