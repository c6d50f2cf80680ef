/** The words about people in the reader's language. */
import type { Language } from '../../../client/language';
import { type PeopleWords, peopleEn } from './en';
import { peopleZh } from './zh';

export type { PeopleWords };

export function peopleWords(language: Language): PeopleWords {
  return language === 'zh' ? peopleZh : peopleEn;
}
