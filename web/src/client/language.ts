/** The languages that the client speaks. */
export type Language = 'en' | 'zh';

export function languageOf(tag: string | null | undefined): Language | undefined {
  if (!tag) return undefined;
  if (/^zh/i.test(tag)) return 'zh';
  return /^en/i.test(tag) ? 'en' : undefined;
}
