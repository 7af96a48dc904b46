/** Dates and times of day. Where day and month could be either, American order wins unless the numbers forbid it. */
import { cardinal, decade, ordinal, year } from './numbers.ts';
import { type Rule, viewOf, type WordView } from './reading.ts';

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const SHORT_MONTHS: Readonly<Record<string, number>> = Object.fromEntries([
  ...MONTHS.map((month, i) => [month.slice(0, 3), i] as const),
  ['sept', 8] as const,
]);

/** 0–11, or −1. Full names need a capital, as `may` and `march` are verbs too. */
function monthOf(view: WordView | undefined): number {
  if (!view || !/^[A-Z]/u.test(view.core)) return -1;
  const name = view.core.toLowerCase();
  const full = MONTHS.indexOf(name);
  return full >= 0 ? full : (SHORT_MONTHS[name] ?? -1);
}

function dayOf(view: WordView | undefined): number {
  const found = /^(\d{1,2})(?:st|nd|rd|th)?$/u.exec(view?.core ?? '');
  const day = found ? Number(found[1]) : 0;
  return day >= 1 && day <= 31 ? day : 0;
}

function yearOf(view: WordView | undefined): number {
  return /^[12]\d{3}$/u.test(view?.core ?? '') ? Number(view?.core) : 0;
}

const monthName = (index: number) => MONTHS[index] as string;
const dayName = (day: number) => ordinal(String(day));

/** November 21 (, 2026); Nov. 21st; November 2026. */
const monthFirst: Rule = (words, at) => {
  const month = monthOf(words[at]);
  if (month < 0) return null;
  const day = dayOf(words[at + 1]);
  if (day > 0 && !/[.!?]/u.test(words[at + 1]?.lead ?? '')) {
    const then = yearOf(words[at + 2]);
    if (then > 0 && !/[.!?;:]/u.test(words[at + 1]?.tail ?? ''))
      return [monthName(month), dayName(day), year(then)];
    return [monthName(month), dayName(day)];
  }
  const then = yearOf(words[at + 1]);
  if (then > 0) return [monthName(month), year(then)];
  // A shortened month by itself needs its full stop: "Mar" and "Dec" are names, "Sun." ends sentences.
  const short = !MONTHS.includes((words[at]?.core ?? '').toLowerCase());
  return short && words[at]?.tail.startsWith('.') && words[at + 1] !== undefined ? [monthName(month)] : null;
};

/** 21 November (2026); 21st of November is plain text already. */
const dayFirst: Rule = (words, at) => {
  const day = dayOf(words[at]);
  const month = monthOf(words[at + 1]);
  if (day === 0 || month < 0 || /[.!?]/u.test(words[at]?.tail ?? '')) return null;
  const before = words[at - 1]?.core.toLowerCase();
  const said = before === 'the' ? `${dayName(day)} of` : `the ${dayName(day)} of`;
  const then = yearOf(words[at + 2]);
  return then > 0 && !/[.!?;:]/u.test((words[at + 1]?.tail ?? '').replace(/^\./u, ''))
    ? [said, monthName(month), year(then)]
    : [said, monthName(month)];
};

/** 2026-11-21, 11/21/2026, 21.11.2026. */
const numericDate: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/u.exec(core);
  const [, a = '', b = '', c = ''] = iso ?? /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/u.exec(core) ?? [];
  if (a === '') return null;
  let [y, m, d] = iso ? [Number(a), Number(b), Number(c)] : [Number(c), Number(a), Number(b)];
  // Dots are the European habit, day first; so is any first number beyond twelve.
  if (!iso && (m > 12 || core.includes('.')) && d <= 12) [m, d] = [d, m];
  if (m < 1 || m > 12 || d < 1 || d > 31) return null;
  if (!iso && c.length === 2) {
    if (core.includes('.')) return null; // 1.2.34 is a version
    y += y < 50 ? 2000 : 1900;
  }
  return [`${monthName(m - 1)} ${dayName(d)} ${year(y)}`];
};

/** 12/25, where it can be no fraction: month, then day. */
export function shortDate(month: number, day: number): readonly string[] | null {
  return month >= 1 && month <= 12 && day > 12 && day <= 31
    ? [`${monthName(month - 1)} ${dayName(day)}`]
    : null;
}

const YEAR_CUES = new Set(
  'in since by from until till before after during around circa year spring summer autumn fall winter early late mid of est ca c founded born died'.split(
    ' ',
  ),
);

/** 1984; in 1776; the 1990s; the '90s. */
const years: Rule = (words, at) => {
  const view = words[at];
  const core = view?.core ?? '';
  const many = /^'?(\d{4}|\d0)'?s$/u.exec(core);
  if (many && (many[1] as string).endsWith('0') && !/[-.$€£]/u.test(view?.lead ?? ''))
    return [decade(Number(many[1]))];
  const span = /^([12]\d{3})[–-](\d{2}|[12]\d{3})$/u.exec(core);
  if (span) {
    const from = Number(span[1]);
    const to =
      (span[2] as string).length === 2 ? Math.floor(from / 100) * 100 + Number(span[2]) : Number(span[2]);
    if (from >= 1100 && from <= 2099 && to > from && to <= 2099) return [`${year(from)} to ${year(to)}`];
    return null;
  }
  const one = /^([12]\d{3})('s)?$/u.exec(core);
  if (!one) return null;
  const value = Number(one[1]);
  const cued = YEAR_CUES.has(words[at - 1]?.core.toLowerCase() ?? '');
  const modern = value >= 1900 && value <= 2099;
  return modern || (cued && value >= 1100 && value <= 2099) ? [year(value) + (one[2] ?? '')] : null;
};

const HALF_DAY = /^([ap])\.?m\.?$/iu;

/** 3:30 pm, 3pm, 15:00, 12:05:30. */
const times: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))?(?:([ap])\.?m)?$/iu.exec(core);
  if (!found) return null;
  const [, hourText = '', minuteText, secondText, attached] = found;
  const next = attached === undefined ? HALF_DAY.exec(words[at + 1]?.core ?? '') : null;
  const half = attached ?? next?.[1];
  const hour = Number(hourText);
  const minute = Number(minuteText ?? 0);
  // Without a colon or a half of the day it is a number.
  if (half === undefined && !core.includes(':')) return null;
  if (hour > 24 || minute > 59 || (half !== undefined && (hour < 1 || hour > 12))) return null;
  let said = cardinal(String(hour));
  if (minute > 0) said += minute < 10 ? ` oh ${cardinal(String(minute))}` : ` ${cardinal(String(minute))}`;
  else if (half === undefined && minuteText !== undefined && secondText === undefined)
    said = hour === 0 || hour > 12 ? `${hour === 0 ? 'zero' : said} hundred` : `${said} o'clock`;
  if (secondText !== undefined) said += ` and ${cardinal(String(Number(secondText)))} seconds`;
  if (half === undefined) return [said];
  const letters = `${half.toUpperCase()} M`;
  return next ? [said, letters] : [`${said} ${letters}`];
};

const DAYS: Readonly<Record<string, string>> = {
  Mon: 'monday',
  Tue: 'tuesday',
  Tues: 'tuesday',
  Wed: 'wednesday',
  Thu: 'thursday',
  Thur: 'thursday',
  Thurs: 'thursday',
  Fri: 'friday',
  Sat: 'saturday',
  Sun: 'sunday',
};

/** Sat. or Sat, before a date. */
const weekdays: Rule = (words, at) => {
  const view = words[at];
  const day = DAYS[view?.core ?? ''];
  if (day === undefined) return null;
  const dated = monthOf(words[at + 1]) >= 0 || dayOf(words[at + 1]) > 0;
  return dated || (view?.tail.startsWith('.') && words[at + 1] !== undefined) ? [day] : null;
};

/** Mon–Fri, Jan–Mar; an en dash has already parted them into two words, a hyphen has not. */
const spans: Rule = (words, at) => {
  const view = words[at];
  const parted = /^[-–—]$/u.test(view?.tail ?? '');
  const [from = '', to = '', more] = parted
    ? [view?.core, words[at + 1]?.core]
    : (view?.core ?? '').split(/[-–—]/u);
  if (more !== undefined || to === '') return null;
  const [firstDay, lastDay] = [DAYS[from], DAYS[to]];
  const [first, last] = [monthOf(viewOf(from)), monthOf(viewOf(to))];
  const said =
    firstDay && lastDay
      ? [`${firstDay} to`, lastDay]
      : first >= 0 && last >= 0
        ? [`${monthName(first)} to`, monthName(last)]
        : null;
  return said && !parted ? [said.join(' ')] : said;
};

export const CALENDAR_RULES: readonly Rule[] = [
  spans,
  weekdays,
  monthFirst,
  dayFirst,
  numericDate,
  times,
  years,
];
