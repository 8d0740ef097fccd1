/** What stands against a value, in our words: none of the schema library reaches anybody. */
import type * as z from 'zod/mini';

type Issue = z.core.$ZodRawIssue;

const sizes: Record<string, { least: string; most: string }> = {
  string: { least: 'Needs at least {} characters', most: 'May have at most {} characters' },
  array: { least: 'Needs at least {} entries', most: 'May have at most {} entries' },
  number: { least: 'Must be at least {}', most: 'Must be at most {}' },
};
const ofSize = (origin: string): { least: string; most: string } =>
  sizes[origin] ?? { least: 'Must be at least {}', most: 'Must be at most {}' };

const formats: Record<string, string> = {
  datetime: 'Not an instant: ISO 8601 with offset, such as 2026-11-23T10:00:00+08:00',
  date: 'Not a date: YYYY-MM-DD',
  url: 'Not an address',
};

/** Said of a value where its schema says nothing of its own. */
export function faultIn(issue: Issue): string {
  const filled = (text: string, value: unknown): string => text.replace('{}', String(value));
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'Required' : `Must be of type ${issue.expected}`;
    case 'too_small':
      return filled(ofSize(issue.origin).least, issue.minimum);
    case 'too_big':
      return filled(ofSize(issue.origin).most, issue.maximum);
    case 'invalid_format':
      return formats[issue.format] ?? 'Not of the form that is asked for';
    case 'invalid_value':
      return issue.input === undefined
        ? 'Required'
        : `Must be one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'Required' : 'None of the forms that are possible here';
    default:
      return 'Not valid';
  }
}
