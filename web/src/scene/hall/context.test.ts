import { describe, expect, it } from 'vitest';
import { ContextWatch } from './context';

function watched() {
  const canvas = new EventTarget();
  const told: string[] = [];
  const watch = new ContextWatch(canvas, {
    lost: () => told.push('lost'),
    restored: () => told.push('restored'),
  });
  const send = (name: string): Event => {
    const event = new Event(name, { cancelable: true });
    canvas.dispatchEvent(event);
    return event;
  };
  return { watch, told, send };
}

describe('the watch over the graphics context', () => {
  it('asks for the context back, and tells once of each turn', () => {
    const { watch, told, send } = watched();
    expect(send('webglcontextlost').defaultPrevented).toBe(true);
    send('webglcontextlost');
    expect(watch.isLost).toBe(true);
    send('webglcontextrestored');
    expect(watch.isLost).toBe(false);
    expect(told).toEqual(['lost', 'restored']);
  });

  it('takes no return without a loss for one', () => {
    const { told, send } = watched();
    send('webglcontextrestored');
    expect(told).toEqual([]);
  });

  it('is silent after its end', () => {
    const { watch, told, send } = watched();
    watch.dispose();
    expect(send('webglcontextlost').defaultPrevented).toBe(false);
    expect(told).toEqual([]);
  });
});
