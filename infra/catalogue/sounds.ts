/** Chinese names by their sounds, so that `qykb` and `qiyekaiban` find 企业开办. Computed once, at publication. */
import { pinyin } from 'pinyin-pro';
import type { Sounds } from '../../functions/catalogue/directory.ts';

const options = { toneType: 'none', type: 'array', nonZh: 'removed', v: true } as const;

/** Initials and whole syllables of a name's Chinese characters, without tones. */
export const sounds: Sounds = (name) => ({
  initials: pinyin(name, { ...options, pattern: 'first' }).join(''),
  syllables: pinyin(name, options).join(''),
});
