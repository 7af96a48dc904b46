/** What is wrong with a picture or a film of a person, in plain words, with the moment it happens. */

export const TROUBLES = [
  'no-face',
  'two-faces',
  'too-small',
  'too-dark',
  'mouth-covered',
  'still-mouth',
  'motion-blur',
  'out-of-frame',
  'too-short',
  'too-long',
  'cut-off',
  'out-of-sync',
  'no-sound',
  'variable-rate',
  'profile',
  'too-little-speech',
] as const;
export type TroubleCode = (typeof TROUBLES)[number];

export interface Trouble {
  readonly code: TroubleCode;
  /** `stop`: no presenter can be made of this. `warn`: one can, and the person should know what it costs. */
  readonly weight: 'stop' | 'warn';
  /** Where in the film; null where it is about the whole, or a picture. */
  readonly startS: number | null;
  readonly endS: number | null;
  /** For the person: what is wrong. */
  readonly sentence: string;
  /** What to do about it. */
  readonly way: string;
}
