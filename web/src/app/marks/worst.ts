/** The most urgent priority among alarms, or null when there is none. */
import type { Alarm } from '../../protocol/types';

export function worstOf(alarms: readonly Alarm[]): Alarm['priority'] | null {
  let worst: Alarm['priority'] | null = null;
  for (const { priority } of alarms) if (worst === null || priority < worst) worst = priority;
  return worst;
}
