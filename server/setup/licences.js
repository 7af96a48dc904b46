// The licence texts of all that ships, gathered from the packages themselves at build time: what the built app gives
// as /licenses.txt.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './place.js';

/** Built with, yet part of what is built. */
const SHIPS_THOUGH_DEV = ['svelte', '@sveltejs/kit'];

/** @typedef {{ name: string, version: string, licence: string, texts: string[] }} ShippedPackage */

/**
 * Every package that may be part of the app or the server, by the lockfile, in alphabetical order.
 * @returns {ShippedPackage[]}
 */
export function shippedPackages(root = ROOT) {
  /** @type {{ packages: Record<string, { version: string, dev?: boolean, devOptional?: boolean, optional?: boolean }> }} */
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const paths = Object.entries(lock.packages).flatMap(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const ships = !entry.dev && !entry.devOptional && !entry.optional && !name.startsWith('@types/');
    return path !== '' && (ships || SHIPS_THOUGH_DEV.includes(path.replace('node_modules/', '')))
      ? [path]
      : [];
  });
  const packages = paths.map((path) => readPackage(join(root, path)));
  const byName = new Map(packages.map((entry) => [entry.name, entry]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {string} folder @returns {ShippedPackage} */
function readPackage(folder) {
  /** @type {{ name: string, version: string, license?: string }} */
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    : [];
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return {
    name: manifest.name,
    version: manifest.version,
    licence: manifest.license ?? 'see its text',
    texts,
  };
}

/** One document: our NOTICE, then each package with its own words. */
export function licencesDocument(root = ROOT) {
  const rule = '='.repeat(100);
  const sections = shippedPackages(root).map(({ name, version, licence, texts }) =>
    [
      rule,
      `${name} ${version}: ${licence}`,
      rule,
      '',
      texts.join('\n\n') || `(The package carries no text; it states ${licence}.)`,
    ].join('\n'),
  );
  const gpl = readFileSync(join(root, 'static', 'licenses', 'GPL-2.0.txt'), 'utf8');
  return [
    readFileSync(join(root, 'NOTICE'), 'utf8').trim(),
    ...sections,
    [rule, 'GNU General Public License, version 2, for @ffmpeg/core', rule, '', gpl].join('\n'),
  ].join('\n\n\n');
}

/**
 * Vite plugin: /licenses.txt, in the build and in development.
 * @returns {import('vite').Plugin}
 */
export function licencesPlugin() {
  return {
    name: 'orator-licences',
    applyToEnvironment: (environment) => environment.name === 'client',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: licencesDocument() });
    },
    configureServer(server) {
      server.middlewares.use('/licenses.txt', (_request, response) => {
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.end(licencesDocument());
      });
    },
  };
}
