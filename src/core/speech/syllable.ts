/**
 * Which syllable a consonant belongs to, by the maximal onset principle: between two vowels as many consonants as
 * English allows at a word's start open the second syllable, the rest close the first. Needed because a consonant
 * carries its syllable's stress.
 */
import { isVowel, type Phone, type StressedPhone } from './phone.ts';

const TWO: ReadonlySet<string> = new Set(
  (
    'p+l p+ɹ b+l b+ɹ t+ɹ t+w d+ɹ d+w k+l k+ɹ k+w ɡ+l ɡ+ɹ ɡ+w f+l f+ɹ θ+ɹ θ+w ʃ+ɹ s+p s+t s+k s+f s+m s+n s+l s+w ' +
    'p+j b+j k+j f+j v+j m+j h+j'
  ).split(' '),
);
const THREE: ReadonlySet<string> = new Set('s+p+l s+p+ɹ s+t+ɹ s+k+ɹ s+k+w s+k+j s+p+j'.split(' '));

function canStart(onset: readonly Phone[]): boolean {
  if (onset.length === 0) return true;
  if (onset.length === 1) return onset[0] !== 'ŋ' && onset[0] !== 'ɾ' && onset[0] !== 'ʔ';
  if (onset.length === 2) return TWO.has(onset.join('+'));
  return onset.length === 3 && THREE.has(onset.join('+'));
}

/** The word's phones again, each consonant with the stress of its syllable. */
export function spreadStress(word: readonly StressedPhone[]): StressedPhone[] {
  const vowels: number[] = [];
  word.forEach((p, i) => {
    if (isVowel(p.phone)) vowels.push(i);
  });
  const first = vowels[0];
  if (first === undefined) return word.map(({ phone }) => ({ phone, stress: 0 }));
  // starts[k] is where syllable k begins.
  const starts = [0];
  for (let k = 1; k < vowels.length; k++) {
    const nucleus = vowels[k] as number;
    let start = nucleus;
    const earliest = (vowels[k - 1] as number) + 1;
    while (start > earliest && canStart(word.slice(start - 1, nucleus).map((p) => p.phone))) start--;
    starts.push(start);
  }
  let syllable = 0;
  return word.map(({ phone }, i) => {
    if (syllable + 1 < starts.length && i >= (starts[syllable + 1] as number)) syllable++;
    return { phone, stress: (word[vowels[syllable] as number] as StressedPhone).stress };
  });
}
