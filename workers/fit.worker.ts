/** The worker that makes presenters of people's videos and photos: see fit/service.ts. */
import * as Comlink from '#shared/comlink.ts';
import { FitService } from './fit/service.ts';

Comlink.expose(new FitService());
