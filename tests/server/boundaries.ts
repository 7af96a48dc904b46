/**
 * Who may import whom, held by machine. Reads every source file with TypeScript's own parser, turns each specifier
 * into a place in the house, and answers with one sentence for each arrow that DESIGN.md does not draw.
 */
import { posix } from 'node:path';
import ts from 'typescript';

/** Rule 1: inside core, left to right; layers in one group do not see each other. */
export const CORE_LAYERS: readonly (readonly string[])[] = [
  ['base'],
  ['document'],
  ['model', 'output'],
  ['policy'],
  ['speech'],
  ['track'],
  ['motion'],
  ['draw'],
  ['presenter'],
  ['frame'],
  ['compose'],
  ['pipeline'],
];

/** Rule 5's "Svelte and the UI kit aside". */
const EVERYWHERE_IN_APP = [
  'svelte',
  '@sveltejs/kit',
  '$app',
  '$service-worker',
  '$env',
  'bits-ui',
  '@lucide/svelte',
];
const SVELTE = ['svelte', '@sveltejs/kit', '$app', '$service-worker', '$env', 'dexie'];

type Realm = 'core' | 'shared' | 'workers' | 'server' | 'app' | 'tests' | 'outside';

interface Arrow {
  readonly from: string;
  readonly specifier: string;
  /** import: its value is used. type: erased. url: only its address is used. */
  readonly kind: 'import' | 'type' | 'url';
  readonly line: number;
}

type Target =
  | { readonly kind: 'file'; readonly path: string; readonly realm: Realm }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'node' };

/** @param files path from the repository's root (with `/`) → source text */
export function findViolations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const namedBy = new Map<string, Set<string>>();
  for (const [from, text] of files)
    for (const arrow of arrowsOf(from, text)) {
      const target = targetOf(arrow);
      const complaint = judge(arrow, target);
      if (complaint) found.push(`${from}:${arrow.line} imports “${arrow.specifier}”: ${complaint}`);
      if (target.kind === 'package' && !EVERYWHERE_IN_APP.includes(target.name) && isOurs(realmOf(from)))
        namedBy.set(target.name, (namedBy.get(target.name) ?? new Set()).add(from));
    }
  for (const [name, users] of namedBy)
    if (users.size > 1)
      found.push(
        `“${name}” is named in ${users.size} files, and belongs in one adapter: ${[...users].sort().join(', ')}`,
      );
  return found.sort();
}

function isOurs(realm: Realm): boolean {
  return realm !== 'tests' && realm !== 'outside';
}

export function realmOf(path: string): Realm {
  if (path.startsWith('src/core/')) return 'core';
  if (path.startsWith('src/shared/')) return 'shared';
  if (path.startsWith('workers/')) return 'workers';
  if (path.startsWith('server/')) return 'server';
  if (path.startsWith('tests/')) return 'tests';
  if (path.startsWith('src/')) return 'app';
  return 'outside';
}

function judge(arrow: Arrow, target: Target): string | null {
  const from = realmOf(arrow.from);
  if (target.kind === 'node')
    return from === 'server' || !isOurs(from) ? null : 'only the server runs in Node';
  if (target.kind === 'package') {
    if (from === 'core') return 'core imports only core';
    if ((from === 'workers' || from === 'server' || from === 'shared') && SVELTE.includes(target.name))
      return `${from} knows neither Svelte nor Dexie`;
    return null;
  }
  if (target.realm === 'tests' && isOurs(from)) return 'what ships knows nothing of its tests';
  switch (from) {
    case 'core':
      return target.realm === 'core' ? judgeLayers(arrow.from, target.path) : 'core imports only core';
    case 'shared':
      return ['core', 'shared'].includes(target.realm) ? null : 'shared imports core and its own libraries';
    case 'workers':
    case 'server':
      return ['core', 'shared', from, 'outside'].includes(target.realm)
        ? null
        : `${from} imports core, shared and its own libraries`;
    case 'app':
      if (target.realm === 'workers')
        return arrow.kind === 'url' ? null : 'the app reaches workers by URL, and their types in core';
      if (target.realm === 'server')
        return arrow.kind === 'type' ? null : 'the app knows the server by its types alone';
      return null;
    case 'tests':
    case 'outside':
      return null;
  }
}

function judgeLayers(from: string, to: string): string | null {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer === null || toLayer === null) {
    const stray = fromLayer === null ? from : to;
    return `${stray} stands in no layer of core`;
  }
  if (fromLayer === toLayer || rankOf(toLayer) < rankOf(fromLayer)) return null;
  return `inside core, ${fromLayer} stands before ${toLayer} and may not see it`;
}

function layerOf(path: string): string | null {
  const layer = path.split('/')[2] ?? '';
  return rankOf(layer) >= 0 ? layer : null;
}

function rankOf(layer: string): number {
  return CORE_LAYERS.findIndex((group) => group.includes(layer));
}

/** Where a specifier leads. */
function targetOf({ from, specifier }: Arrow): Target {
  const bare = specifier.replace(/\?.*$/, '');
  if (bare.startsWith('node:')) return { kind: 'node' };
  const path = bare.startsWith('.')
    ? posix.join(posix.dirname(from), bare)
    : bare.startsWith('#')
      ? bare.replace(/^#(core|shared|lib)\//, 'src/$1/').replace(/^#/, '')
      : null;
  if (path !== null) return { kind: 'file', path, realm: realmOf(path) };
  const parts = bare.split('/');
  return { kind: 'package', name: bare.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? bare) };
}

/** Every way in which a file names another: imports, re-exports, dynamic imports, import types, worker URLs. */
export function arrowsOf(from: string, text: string): Arrow[] {
  const source = ts.createSourceFile(
    from,
    from.endsWith('.svelte') ? scriptsOf(text) : text,
    ts.ScriptTarget.Latest,
  );
  const arrows: Arrow[] = [];
  const add = (literal: ts.Node | undefined, kind: Arrow['kind']): void => {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    // Vite's `?url` and `?worker` give an address, not a module.
    const byUrl = kind === 'import' && /[?&](url|worker|sharedworker)\b/.test(literal.text);
    arrows.push({
      from,
      specifier: literal.text,
      kind: byUrl ? 'url' : kind,
      line: source.getLineAndCharacterOfPosition(literal.getStart(source)).line + 1,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node) ? 'type' : 'import');
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'import');
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, 'type');
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], 'import');
    else if (ts.isNewExpression(node) && isModuleUrl(node, source)) add(node.arguments?.[0], 'url');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return arrows;
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    !clause.name &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

/** `new URL('./x', import.meta.url)`, the form that bundlers know. */
function isModuleUrl(node: ts.NewExpression, source: ts.SourceFile): boolean {
  const [path, base] = node.arguments ?? [];
  return (
    node.expression.getText(source) === 'URL' &&
    path !== undefined &&
    ts.isStringLiteralLike(path) &&
    path.text.startsWith('.') &&
    base?.getText(source) === 'import.meta.url'
  );
}

/** The script blocks of a component, everything else blanked so that lines keep their numbers. */
function scriptsOf(svelte: string): string {
  let end = 0;
  let out = '';
  for (const match of svelte.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + (match[1]?.length ?? 0);
    out += blank(svelte.slice(end, start)) + (match[2] ?? '');
    end = start + (match[2]?.length ?? 0);
  }
  return out;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
