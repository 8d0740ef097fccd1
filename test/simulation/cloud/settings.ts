/** Settings of the deployed functions, for who plays what stands behind them. */
import type { Wiring } from './wiring.ts';

/** All settings of all functions, by name. */
export const settingsIn = ({ functions }: Wiring): [string, string][] =>
  Object.values(functions).flatMap(({ environment }) => Object.entries(environment));

/** The first of these settings that any function has. @throws Error without one */
export function settingIn(wiring: Wiring, ...names: string[]): string {
  const all = new Map(settingsIn(wiring));
  for (const name of names) {
    const value = all.get(name);
    if (value) return value;
  }
  throw new Error(`No function has the setting ${names.join(' or ')}.`);
}
