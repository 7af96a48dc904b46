/** Addresses, file names, versions, telephone numbers, tags: signs that are read out one after the other. */
import { cardinal, digits } from './numbers.ts';
import { letters } from './plain.ts';
import { foldLetters } from './fold.ts';
import { type Rule, spell } from './reading.ts';

const SIGNS: Readonly<Record<string, string>> = {
  '.': 'dot',
  '/': 'slash',
  '-': 'dash',
  _: 'underscore',
  '@': 'at',
  ':': 'colon',
  '?': 'question mark',
  '=': 'equals',
  '&': 'and',
  '#': 'hash',
  '%': 'percent',
  '+': 'plus',
  '~': 'tilde',
};

/** Endings that are read as words though they are short, and spelt though they are long. */
const SAID_ENDINGS = new Set(
  'com net org app dev info edu gov mil int blog shop store tech cloud page site online studio video live news zip doc doc docx txt bin'.split(
    ' ',
  ),
);
const ALSO_SAID = new Set(['co', 'me', 'to', 'so', 'be', 'is', 'it', 'no', 'in', 'at']);

function ending(text: string): string {
  const lower = text.toLowerCase();
  if (SAID_ENDINGS.has(lower) || ALSO_SAID.has(lower)) return lower;
  if (lower === 'json') return 'jason';
  if (lower === 'md' || lower.length <= 2) return spell(lower);
  return /[aeiouy]/u.test(lower) && lower.length > 3 ? lower : spell(lower);
}

function addressPart(text: string): string {
  const said: string[] = [];
  for (const [piece] of foldLetters(text).matchAll(/[A-Za-z]+|\d+|[^A-Za-z\d]/gu)) {
    if (/^\d+$/u.test(piece))
      said.push(piece.length > 4 || /^0./u.test(piece) ? digits(piece) : cardinal(piece));
    else if (/^[A-Za-z]+$/u.test(piece)) said.push(addressWord(piece));
    else if (SIGNS[piece] !== undefined) said.push(SIGNS[piece]);
  }
  return said.join(' ');
}

/** Letters without a vowel cannot be read: they are spelt. */
function addressWord(text: string): string {
  if (text.length === 1 || !/[aeiouy]/iu.test(text)) return spell(text);
  return letters(text, false);
}

function hostName(host: string): string {
  const parts = host.split('.');
  return parts
    .map((part, i) => (i > 0 && i >= parts.length - 2 && part.length <= 4 ? ending(part) : addressPart(part)))
    .join(' dot ');
}

const HOST = String.raw`[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?(?:\.[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?)*\.[\p{L}]{2,}`;
const URL = new RegExp(String.raw`^(?:([a-z][a-z+]*):\/\/)?(${HOST}|localhost)(:\d+)?([/?#]\S*)?$`, 'iu');
const MAIL = new RegExp(String.raw`^(?:mailto:)?([\w.+-]+)@(${HOST})$`, 'iu');

const address: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const mail = MAIL.exec(core);
  if (mail) return [`${addressPart(mail[1] as string)} at ${hostName(mail[2] as string)}`];
  const url = URL.exec(core);
  if (!url) return null;
  const [, scheme, host = '', port = '', path = ''] = url;
  const prefix = /^www\./iu.test(host) ? 'W W W dot ' : '';
  const name = host.replace(/^www\./iu, '');
  if (scheme === undefined && prefix === '' && path === '' && !isName(name)) return null;
  const tail = path.replace(/\/$/u, '');
  return [
    prefix + hostName(name) + (port ? ` ${addressPart(port)}` : '') + (tail ? ` ${pathName(tail)}` : ''),
  ];
};

/** `word.word`: a host or a file name, unless it is a sentence that lacks its space ("end.Start"). */
function isName(host: string): boolean {
  const last = host.split('.').at(-1) ?? '';
  return last === last.toLowerCase() || last === last.toUpperCase() || host === host.toLowerCase();
}

function pathName(path: string): string {
  const file = /^(.*)\.([A-Za-z]{2,5})$/u.exec(path);
  return file ? `${addressPart(file[1] as string)} dot ${ending(file[2] as string)}` : addressPart(path);
}

/** report.pdf is a host by its shape; `index.min.js`, `data_v2.csv`, `.env` are not. */
const fileName: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const file = /^([\w-]*(?:\.[\w-]+)*)\.([A-Za-z][A-Za-z\d]{1,4})$/u.exec(core);
  if (!file || /^(?:[A-Za-z]\.)+[A-Za-z]$/u.test(core)) return null;
  const [, name = '', kind = ''] = file;
  // "3.5GB" is no file, nor is a sentence that lacks its space ("end.Start").
  if (/^\d+$/u.test(name) || (kind !== kind.toLowerCase() && kind !== kind.toUpperCase())) return null;
  const kindSaid = /\d/u.test(kind) ? addressPart(kind) : ending(kind);
  return [`${name ? addressPart(name) : ''} dot ${kindSaid}`.trim()];
};

/** v2.1.3, 10.4.1, 192.168.0.1 */
const version: Rule = (words, at) => {
  const found = /^(v?)(\d+(?:\.\d+)*)(?:-([a-z]+)\.?(\d*))?$/iu.exec(words[at]?.core ?? '');
  if (!found) return null;
  const [, v = '', numbers = '', label, labelNumber = ''] = found;
  const parts = numbers.split('.');
  if (v === '' && (parts.length < 3 || /^\d{1,2}\.\d{1,2}\.\d{4}$/u.test(numbers))) return null; // a date
  const isIp = v === '' && parts.length === 4 && parts.every((part) => Number(part) < 256);
  const said = parts
    .map((part) => (isIp || /^0\d/u.test(part) ? digits(part) : cardinal(part)))
    .join(isIp ? ' dot ' : ' point ');
  const after = label === undefined ? '' : ` ${label.toLowerCase()} ${labelNumber && cardinal(labelNumber)}`;
  return [`${v ? 'version ' : ''}${said}${after}`.trim()];
};

/** +1 555 123 4567, (555) 123-4567, 555-123-4567, 0800 123 456. */
const telephone: Rule = (words, at) => {
  const groups: string[] = [];
  const first = words[at];
  if (!first) return null;
  const opens = /^\+\d{1,3}(?:[-.]?\d+)*$/u.test(first.core) || /^0\d{2,4}$/u.test(first.core);
  const bracketed = first.lead.endsWith('(') && first.tail.startsWith(')') && /^\d{2,5}$/u.test(first.core);
  const whole = /^\+?(?:\d{1,3}[-.])?\(?\d{3}\)?[-.]\d{3}[-.]\d{4}$/u.test(first.core);
  const local = /^\d{3}-\d{4}$/u.test(first.core);
  if (whole || local) return [telephoneDigits(first.core)];
  if (!opens && !bracketed) return null;
  groups.push(telephoneDigits(first.core));
  let total = first.core.replace(/\D/gu, '').length;
  let before = first;
  for (let i = at + 1; i < words.length && total < 15; i++) {
    const next = words[i];
    if (!next || !/^\d{2,4}(?:[-.]\d{2,4})*$/u.test(next.core) || !/^\)?$/u.test(before.tail)) break;
    groups.push(telephoneDigits(next.core));
    total += next.core.replace(/\D/gu, '').length;
    before = next;
  }
  return total >= 7 && (groups.length > 1 || first.core.startsWith('+')) ? groups : null;
};

function telephoneDigits(core: string): string {
  return (core.startsWith('+') ? 'plus ' : '') + digits(core);
}

/** #OpenSource, @jane_doe, C++, C#, AT&T, R&D. */
const tags: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const tag = /^#([\p{L}][\p{L}\d_]+)$/u.exec(core);
  if (tag) return [`hashtag ${addressPart((tag[1] as string).replace(/_/gu, ' '))}`];
  const handle = /^@([\p{L}][\w.]*)$/u.exec(core);
  if (handle) return [`at ${addressPart(handle[1] as string)}`];
  const language = /^([A-Z])(#|\+\+)$/u.exec(core);
  if (language) return [`${language[1]} ${language[2] === '#' ? 'sharp' : 'plus plus'}`];
  const joined = /^([A-Z]{1,3})&([A-Z]{1,3})$/u.exec(core);
  return joined ? [`${spell(joined[1] as string)} and ${spell(joined[2] as string)}`] : null;
};

export const WEB_RULES: readonly Rule[] = [telephone, address, version, fileName, tags];
