/** What `npm run check` makes of an audit: a finding fails, a registry that cannot be asked is said to be none. */
import { expect, test } from 'vitest';
import { readAudit } from '../run/audit.ts';

const report = (high: number, critical: number, vulnerabilities: object = {}) =>
  JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: { moderate: 3, high, critical } } });

test('high and critical findings fail and are named; lesser ones do not', () => {
  const found = {
    bad: { severity: 'critical' },
    worse: { severity: 'high' },
    fair: { severity: 'moderate' },
  };
  expect(readAudit(report(1, 1, found))).toEqual({
    kind: 'bad',
    sentence: '1 critical and 1 high findings in what is shipped: bad, worse.',
  });
  expect(readAudit(`npm warn something\n${report(0, 0)}`)).toMatchObject({ kind: 'clear' });
});

test('a registry that does not answer, or answers otherwise, tells nothing', () => {
  const refused = JSON.stringify({ message: '405 Method Not Allowed - POST https://registry/x', error: {} });
  expect(readAudit(`${refused}\nnpm error audit endpoint returned an error`)).toEqual({
    kind: 'unknown',
    sentence: 'The registry was not to be asked (405 Method Not Allowed): nothing is known of the packages.',
  });
  expect(readAudit('npm error network timeout')).toMatchObject({ kind: 'unknown' });
});
