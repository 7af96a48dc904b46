/** Undo and redo, as a person counts steps. */
import { describe, expect, it } from 'vitest';
import { History } from '#lib/editor/history.ts';

describe('history', () => {
  it('takes back and brings back one step at a time', () => {
    const history = new History('a');
    history.push('b', 'to b', null, 0);
    history.push('c', 'to c', null, 1);
    expect(history.undoLabel).toBe('to c');
    expect(history.undo()).toBe('b');
    expect(history.undo()).toBe('a');
    expect(history.undo()).toBeNull();
    expect(history.redoLabel).toBe('to b');
    expect(history.redo()).toBe('b');
    expect(history.redo()).toBe('c');
    expect(history.redo()).toBeNull();
  });

  it('counts quick typing in one place as one step', () => {
    const history = new History('');
    history.push('h', 'Typing', 'p1', 0);
    history.push('he', 'Typing', 'p1', 300);
    history.push('hey', 'Typing', 'p1', 1100);
    expect(history.undo()).toBe('');
  });

  it('starts a new step after a rest, in another place, or when sealed', () => {
    const history = new History('');
    history.push('a', 'Typing', 'p1', 0);
    history.push('ab', 'Typing', 'p1', 5000);
    history.push('abc', 'Typing', 'p2', 5100);
    history.seal();
    history.push('abcd', 'Typing', 'p2', 5200);
    expect([history.undo(), history.undo(), history.undo(), history.undo()]).toEqual(['abc', 'ab', 'a', '']);
  });

  it('does not join what is typed after an undo to what was typed before it', () => {
    const history = new History('');
    history.push('a', 'Typing', 'p1', 0);
    history.push('ab', 'Typing', null, 10);
    history.undo();
    history.push('ac', 'Typing', 'p1', 20);
    expect(history.undo()).toBe('a');
  });

  it('forgets what could be redone once something else is done', () => {
    const history = new History('a');
    history.push('b', 'to b', null, 0);
    history.undo();
    history.push('c', 'to c', null, 1);
    expect(history.redo()).toBeNull();
    expect(history.present).toBe('c');
  });

  it('lets the oldest steps go at its limit', () => {
    const history = new History(0, { limit: 3 });
    for (let i = 1; i <= 10; i++) history.push(i, 'count', null, i);
    let steps = 0;
    while (history.undo() !== null) steps++;
    expect(steps).toBe(3);
    expect(history.present).toBe(7);
  });

  it('does not count a change that changes nothing', () => {
    const history = new History('a');
    history.push('a', 'nothing', null, 0);
    expect(history.undoLabel).toBeNull();
  });
});
