/** `orator presenters` and `orator voices`: what `--presenter` and `--voice` may name. */
import { localCatalogue } from '../render/local/source.ts';
import { UsageError, type Command, type Io } from './command.ts';

export const presentersCommand: Command = {
  name: 'presenters',
  summary: 'List the presenters that --presenter may name',
  usage:
    'Usage: orator presenters\n\nLists the presenters that `orator render --presenter` may name, one a line: id, name.',
  run: (args, io) => list(args, io, () => localCatalogue().presenters.map((p) => [p.id, p.name])),
};

export const voicesCommand: Command = {
  name: 'voices',
  summary: 'List the voices that --voice may name',
  usage:
    'Usage: orator voices\n\nLists the voices that `orator render --voice` may name, one a line: id, name, language, description.',
  run: (args, io) =>
    list(args, io, () => localCatalogue().voices.map((v) => [v.id, v.name, v.language, v.description])),
};

function list(args: readonly string[], io: Io, rows: () => string[][]): Promise<void> {
  if (args[0] !== undefined) throw new UsageError(`“${args[0]}” is not known here.`);
  for (const row of rows()) io.print(row.join('\t'));
  return Promise.resolve();
}
