// Goal: a key does what the view shown says; two keys after each other are one command, and never swallow a third.
import { describe, expect, test } from 'vitest';
import { Commands, keyCap } from '../../src-renderer/shared/commands.svelte.ts';

const stroke = (key: string, typing = false) =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, typing });

function setup() {
  const ran: string[] = [];
  const commands = new Commands();
  const command = (id: string, keys: string[]) => ({ id, title: id, group: 'Test', keys, run: () => { ran.push(id); } });
  commands.add([command('live', ['g l']), command('alarms', ['g a']), command('acknowledge', ['a']), command('hold', [' '])]);
  return { ran, press: (...keys: string[]) => keys.map((key) => commands.press(stroke(key))), commands };
}

describe('keys', () => {
  test('g, then l goes to Live; the first key alone does nothing', () => {
    const { ran, press } = setup();
    expect(press('g')).toEqual([true]);
    expect(ran).toEqual([]);
    expect(press('l')).toEqual([true]);
    expect(ran).toEqual(['live']);
  });

  test('a second key that continues nothing acts for itself', () => {
    const { ran, press } = setup();
    press('g', ' ');
    expect(ran).toEqual(['hold']);
    press('a', 'g', 'a', 'a');
    expect(ran).toEqual(['hold', 'acknowledge', 'alarms', 'acknowledge']);
  });

  test('what is typed into a field is text, also after a first key', () => {
    const { ran, commands, press } = setup();
    press('g');
    expect(commands.press(stroke('l', true))).toBe(false);
    expect(ran).toEqual([]);
  });

  test('caps are named', () => {
    expect([keyCap(' '), keyCap('g a'), keyCap('Ctrl+K')]).toEqual(['Space', 'g a', 'Ctrl K']);
  });
});
