/** Keeps the list of open alarms equal to the table, and knows which one is new. */
import { conditionsVersion, openAlarms } from '../client/alarms';
import type { PlantModel } from '../client/model';
import type { LiveTable } from '../client/table';
import type { Alarm, Signal } from '../protocol/types';

export class AlarmWatch {
  /** The alarm that came with the last change; none when all are new at once, as after a jump. */
  fresh: Alarm | undefined;
  private conditions: readonly Signal[] = [];
  private seen = -1;
  private alarms: readonly Alarm[] = [];

  setModel(model: PlantModel): void {
    this.conditions = model.document.signals.filter((signal) => signal.role === 'condition');
    this.seen = -1;
  }

  /** The new list, or undefined when nothing has changed. */
  read(model: PlantModel, table: LiveTable, live: boolean): readonly Alarm[] | undefined {
    const version = conditionsVersion(table, this.conditions);
    if (version === this.seen) return undefined;
    this.seen = version;
    const alarms = openAlarms(model, table, this.conditions, live, this.alarms);
    if (sameAlarms(alarms, this.alarms)) return undefined;
    const known = new Set(this.alarms.map(({ id }) => id));
    this.fresh = known.size === 0 ? undefined : alarms.find(({ id }) => !known.has(id));
    this.alarms = alarms;
    return alarms;
  }
}

function sameAlarms(a: readonly Alarm[], b: readonly Alarm[]): boolean {
  return (
    a.length === b.length && a.every((alarm, i) => alarm.id === b[i]?.id && alarm.raised === b[i]?.raised)
  );
}
