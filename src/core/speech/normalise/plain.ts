/** Words that need no rule: letters, perhaps with hyphens, apostrophes, capitals inside, digits or signs. */
import { foldLetters } from './fold.ts';
import { initialism } from './initialisms.ts';
import { cardinal, decimal } from './numbers.ts';
import { spell } from './reading.ts';

const SIGNS: Readonly<Record<string, string>> = {
  '&': 'and',
  '+': 'plus',
  '=': 'equals',
  '%': 'percent',
  '°': 'degrees',
  '×': 'times',
  '÷': 'divided by',
  '±': 'plus or minus',
  '≈': 'about',
  '≤': 'at most',
  '≥': 'at least',
  '<': 'less than',
  '>': 'more than',
  '@': 'at',
  '#': 'hash',
  '€': 'euros',
  $: 'dollars',
  '£': 'pounds',
  '¥': 'yen',
  _: ' ',
};

/** Words that the voice's dictionary lacks and its letter rules get wrong: sounds we make, names of our time. */
const RESPELT: ReadonlyMap<string, string> = new Map(
  (
    'hm=hum hmm=hum hmmm=hum mm=um mmm=um sh=shush shh=shush shhh=shush psst=pist brr=burr grr=gur pfft=puft tsk=tisk ' +
    'ugh=ugg yay=yey woah=whoa kubernetes=koober_netties nginx=engine_X postgres=post_gress postgresql=post_gress_Q_L ' +
    'wasm=wazzem vue=view xiaomi=shao_me huawei=wah_way wifi=why_fie login=log_in logins=log_ins blockchain=block_chain ' +
    'kombucha=kom_boo_cha quinoa=keen_wah croissant=kwa_sahnt croissants=kwa_sahnts'
  )
    .split(' ')
    .map((entry) => entry.split('=') as [string, string])
    .map(([word, said]) => [word, said.replaceAll('_', ' ')]),
);

/** Reads anything at all: what it cannot say is left out. */
export function plainReading(core: string, shouted: boolean): string {
  const folded = foldLetters(core.replace(/²/gu, ' squared ').replace(/³/gu, ' cubed ')).trim();
  // Words of one letter; any other letter by itself is called by its name.
  if (/^[ai]$/iu.test(folded)) return folded.toLowerCase();
  const said: string[] = [];
  // Letters with inner apostrophes; numbers; single signs.
  for (const [piece] of folded.matchAll(
    /[A-Za-z]+(?:'[A-Za-z]+)*'?|\d+(?:,\d{3})*(?:\.\d+)?|[^\sA-Za-z\d]/gu,
  )) {
    if (/^\d/u.test(piece)) said.push(piece.includes('.') ? decimal(piece) : cardinal(piece));
    else if (/^[A-Za-z]/u.test(piece)) said.push(letters(piece, shouted));
    else {
      const sign = SIGNS[piece];
      if (sign !== undefined) said.push(sign.trim());
    }
  }
  return said.filter((word) => word !== '').join(' ');
}

/** A run of letters: an initialism, a word, or words grown together as names of products do. */
export function letters(text: string, shouted: boolean): string {
  if (text.length === 1) return spell(text);
  const respelt = RESPELT.get(text.toLowerCase());
  if (respelt !== undefined) return respelt;
  const whole = initialism(text, shouted);
  if (whole !== null) return whole;
  const parts = splitCapitals(text);
  if (parts.length === 1) return lower(text);
  return parts
    .map(
      (part) => initialism(part, shouted) ?? (part.length === 1 && part !== 'a' ? spell(part) : lower(part)),
    )
    .join(' ');
}

function lower(text: string): string {
  return text.toLowerCase().replace(/'+$/u, '');
}

/** `YouTube` → You Tube; `OpenAI` → Open AI; `McDonald`, `O'Neil` and all capitals stay whole. */
export function splitCapitals(text: string): string[] {
  if (/^(?:Mc|Mac|O'|D')[A-Z][a-z']+$/u.test(text) || text.toUpperCase() === text) return [text];
  return text.split(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2,})/u);
}
