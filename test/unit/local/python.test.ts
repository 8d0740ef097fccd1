import { describe, expect, it } from 'vitest';
import { findPython, linter } from '../../../infra/local/setup/python.mjs';

const machine = (pythons: Record<string, string>) => (name: string) => pythons[name];

describe('the search for a Python', () => {
  it('takes the first name that is new enough', () => {
    const pythons = { python3: '3.9 /usr/bin/python3', 'python3.12': '3.12 /opt/python3.12' };
    expect(findPython(machine(pythons))).toEqual({ executable: '/opt/python3.12', version: '3.12' });
  });

  it('knows that 3.10 is newer than 3.9', () => {
    expect(findPython(machine({ python: '3.10 /usr/bin/python' })).version).toBe('3.10');
  });

  it('finds it behind the launcher of Windows', () => {
    expect(findPython(machine({ py: '3.13 C:\\Python\\python.exe' })).executable).toBe(
      'C:\\Python\\python.exe',
    );
  });

  it('says in one sentence what is missing and what to do', () => {
    expect(() => findPython(machine({}))).toThrow(
      'The local cloud needs Python 3.10 or newer and none was found: install one, then run this again.',
    );
    expect(() =>
      findPython(machine({ python3: '3.8 /usr/bin/python3', python: '2.7 /usr/bin/python' })),
    ).toThrow(
      'The local cloud needs Python 3.10 or newer and only Python 3.8 was found: install one, then run this again.',
    );
    expect(() => findPython(machine({}), linter)).toThrow(/^The linter of templates needs Python 3\.10/);
  });
});
