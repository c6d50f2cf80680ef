/** Instants: RFC 3339 on the wire, ms since the epoch inside. */

export function toWire(ms: number): string {
  return new Date(ms).toISOString();
}

/** Reads RFC 3339 with up to nanoseconds; the parts of a millisecond are kept as a fraction. */
export function fromWire(instant: string | number): number {
  if (typeof instant === 'number') return instant;
  const match = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(instant);
  if (!match) return Number.NaN;
  const whole = Date.parse(`${match[1]}${match[3]}`);
  return whole + Number(`0.${match[2] ?? '0'}`) * 1000;
}
