/** The words of the futures' panels in the reader's language. */
import type { Language } from '../../../client/language';
import { type FuturesWords, futuresEn } from './en';
import { futuresZh } from './zh';

export type { FuturesWords };

export function futuresWords(language: Language): FuturesWords {
  return language === 'zh' ? futuresZh : futuresEn;
}
