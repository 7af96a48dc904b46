// The network inside the npm package nsfwjs (its JSON and weights are modules that return them) → model.json and weights.bin.
// Usage: node image_unpack.js <unpacked package> <folder>
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [from, to] = process.argv.slice(2).map((path) => resolve(path));
const load = createRequire(import.meta.url);
const at = (file) => load(join(from, 'dist/models/mobilenet_v2', file));
writeFileSync(join(to, 'model.json'), JSON.stringify(at('model.min.js')));
writeFileSync(join(to, 'weights.bin'), Buffer.from(at('group1-shard1of1.min.js'), 'base64'));
