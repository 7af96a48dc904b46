/**
 * Numbers that belong to somebody: payment cards, bank accounts, social security, and keys. Those with a check digit
 * must pass it, so that prices, dates and article numbers are left alone.
 */
import type { TextSpan } from './verdict.ts';

export interface NumberFinding {
  readonly rule: 'D1' | 'D3';
  readonly span: TextSpan;
}

/** Numbers that card schemes and banks publish for trying things out. */
const FOR_TESTING = new Set([
  '4111111111111111',
  '4242424242424242',
  '5555555555554444',
  '378282246310005',
  '4012888888881881',
  '6011111111111117',
  'DE89370400440532013000',
  'GB29NWBK60161331926819',
  'FR1420041010050500013M02606',
  'ES9121000418450200051332',
]);

const CARD = /(?<![\d.,-])(?:\d[ -]?){12,18}\d(?![\d.,-]*\d)/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g;
const US_SSN = /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g;
const SSN_WORDS = /social security|\bssn\b|sozialversicherung/i;
const FRENCH_NIR = /(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\d)/g;
const SPANISH_DNI = /\b\d{8}-?[A-HJ-NP-TV-Z]\b/g;
const KEYS =
  /\b(?:sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[baprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{30,})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/g;
const PASSWORD =
  /\b(?:password|passcode|passwort|kennwort|mot de passe|contraseña|contrasena|clave)\s*(?:is|ist|est|es|=|:)\s*(["'“„«]?)((?=\S*[\d!@#$%^&*_])[^\s"'”“»]{6,})\1/giu;

export function findNumbers(text: string): NumberFinding[] {
  return [
    ...all(text, CARD, (found) => isCard(found.replaceAll(/[ -]/g, ''))),
    ...all(text, IBAN, (found) => isIban(found.replaceAll(' ', ''))),
    ...all(text, US_SSN, () => SSN_WORDS.test(text)),
    ...all(text, FRENCH_NIR, (found) => isNir(found.replaceAll(' ', ''))),
    ...all(text, SPANISH_DNI, (found) => isDni(found.replaceAll('-', ''))),
    ...all(text, KEYS, () => true, 'D3'),
    ...all(text, PASSWORD, () => true, 'D3'),
  ];
}

function all(
  text: string,
  pattern: RegExp,
  holds: (found: string) => boolean,
  rule: NumberFinding['rule'] = 'D1',
): NumberFinding[] {
  return [...text.matchAll(pattern)]
    .filter(([found]) => holds(found))
    .map((match) => ({ rule, span: { start: match.index, end: match.index + match[0].length } }));
}

/** Luhn's check, a scheme's first digit, and not one digit over and over. */
function isCard(digits: string): boolean {
  if (!/^[3-6]\d{12,18}$/.test(digits) || FOR_TESTING.has(digits) || new Set(digits).size < 3) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the rest by 97 is 1. */
function isIban(iban: string): boolean {
  if (iban.length < 15 || iban.length > 34 || FOR_TESTING.has(iban)) return false;
  const turned = iban.slice(4) + iban.slice(0, 4);
  return rest97(turned.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) === 1;
}

function isNir(digits: string): boolean {
  return 97 - rest97(digits.slice(0, 13)) === Number(digits.slice(13));
}

function isDni(dni: string): boolean {
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(dni.slice(0, 8)) % 23] === dni[8];
}

function rest97(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}
