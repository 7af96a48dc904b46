/**
 * The server process: app and API on one port. Settings come from the environment and every one has a default;
 * SIGINT and SIGTERM end it after the answers under way.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { AppError } from '#core/base/errors.ts';
import { createServer } from './app.ts';
import { errorResponse, listen, type Answering } from './http.ts';
import { newLogger } from './logger.ts';
import { onStop, runProgram } from './program.ts';
import { serverEncoder } from './render/encoder-choice.ts';
import { renderProcesses } from './render/open-process.ts';
import { pictureDecoder } from './services/moderation/decode-picture.ts';
import { ownClassifier, ownPictureClassifier } from './services/moderation/own-classifier.ts';
import { pictureJudge } from './services/moderation/pictures.ts';
import { openScratch } from './services/scratch.ts';
import { openServices, type Services } from './services/services.ts';
import { readSettings, storePlaceOf } from './settings.ts';
import { BUILD } from './setup/place.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const STARTING = () =>
  errorResponse(new AppError('busy', 'The server is starting.', { way: 'Try again in a moment.' }));

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = newLogger(settings.LOG_LEVEL);
  const encoder = serverEncoder(settings, log);
  if (settings.RENDER_SLOTS > 0) await encoder.require();
  const { HOST: host, PORT: port } = settings;
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version =
    manifest !== null && typeof manifest === 'object' && 'version' in manifest
      ? String(manifest.version)
      : '0';
  const local = LOOPBACK.includes(host);
  // The port is taken first: the address is part of what the services are opened with.
  let app: Answering | null = null;
  const server = await listen(
    { fetch: (request, connection) => app?.fetch(request, connection) ?? STARTING() },
    { host, port, tries: 20 },
  );
  const origin = settings.ORATOR_ORIGIN ?? server.address;
  let services: Services | null = null;
  try {
    const filmClassifier = await ownPictureClassifier({
      onGivenUp: () => log.error({}, 'what looks at pictures did not answer, and is opened anew'),
    });
    services = await openServices({
      ...{ settings, origin, log },
      classifier: await ownClassifier(),
      pictures: pictureJudge(filmClassifier, pictureDecoder(openScratch(settings.dataFolder))),
      render: {
        openProcess: renderProcesses(storePlaceOf(settings), {
          compositor: settings.RENDER_COMPOSITOR,
          encoder,
        }),
        filmClassifier,
      },
    });
    app = createServer({ buildFolder: BUILD, version, compress: !local, services });
  } catch (error) {
    // What is open would keep the process alive, and silent.
    await server.stop(0);
    await services?.close();
    throw error;
  }

  if (port !== 0 && server.port !== port)
    console.log(
      `Port ${port} is taken, so this is port ${server.port}. A browser keeps projects by address: those made at ${port} are only there.`,
    );
  console.log(`\n  Orator is ready at ${server.address}\n`);
  if (!local && isIP(host))
    console.log('  From other machines, browsers ask for HTTPS: put a proxy with a certificate in front.\n');

  onStop([['an answer under way', () => server.stop()], ...(services?.endings ?? [])]);
}

await runProgram(main);
