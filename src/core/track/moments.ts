/** Times as people say them. */

/** 63.4 → 1:03 */
export function clock(timeS: number): string {
  const whole = Math.max(0, Math.floor(timeS + 1e-6));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A stretch of a film, to begin a sentence with. Both ends are rounded to whole seconds, and within one it is a moment. */
export function fromTo(startS: number, endS: number): string {
  const [start, end] = [Math.round(startS), Math.round(endS)];
  return start === end ? `At ${clock(start)}` : `From ${clock(start)} to ${clock(end)}`;
}

/** 0.36 → 0.36 seconds, 3.04 → 3 seconds, 1 → 1 second */
export function seconds(timeS: number): string {
  const rounded =
    timeS < 1 ? Math.round(timeS * 100) / 100 : timeS < 10 ? Math.round(timeS * 10) / 10 : Math.round(timeS);
  return `${rounded} ${rounded === 1 ? 'second' : 'seconds'}`;
}
