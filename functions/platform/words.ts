/**
 * What a problem says, in the language of whoever asked. Texts are written in English where they are thrown, each
 * room says them in Chinese in its `words.zh.json`, and the build puts these together (`#words`).
 */
import chinese from '#words' with { type: 'json' };

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/**
 * The language that an Accept-Language header prefers of ours (RFC 9110, 12.5.4); English unless it says otherwise.
 */
export function languageOf(header: string | undefined): Language {
  const wishes = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((part, order) => {
      const [range = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const q = parameters.find((each) => each.startsWith('q='))?.slice(2);
      return { language: range.split('-')[0], weight: q === undefined ? 1 : Number(q) || 0, order };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.order - b.order);
  return languages.find((each) => each === wishes.find(({ language }) => isOurs(language))?.language) ?? 'en';
}

const isOurs = (language: string | undefined): boolean => languages.some((each) => each === language);

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

let patterns: { pattern: RegExp; words: string }[] | undefined;

/** Texts with a value in them, `{}` in the list; made when first needed. */
function patternsOf(): { pattern: RegExp; words: string }[] {
  patterns ??= Object.entries(chinese as Record<string, string>)
    .filter(([text]) => text.includes('{}'))
    // What says more beside its values goes first.
    .sort(([a], [b]) => b.length - a.length)
    .map(([text, words]) => ({
      pattern: new RegExp(`^${text.split('{}').map(literal).join('([\\s\\S]*?)')}$`),
      words,
    }));
  return patterns;
}

/** A text of ours in a language; as it stands where there are no words for it. */
export function inLanguage(text: string, language: Language): string {
  if (language === 'en') return text;
  const exact = (chinese as Record<string, string>)[text];
  if (exact !== undefined) return exact;
  for (const { pattern, words } of patternsOf()) {
    const [, ...values] = pattern.exec(text) ?? [];
    if (values.length === 0) continue;
    // A value may be a text of ours itself.
    return words.replaceAll('{}', () => inLanguage(values.shift() ?? '', language));
  }
  return text;
}
