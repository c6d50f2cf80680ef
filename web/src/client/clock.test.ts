import { describe, expect, it } from 'vitest';
import { InstantClock } from './clock';

describe('InstantClock', () => {
  it('never passes the newest frame and never steps back', () => {
    const clock = new InstantClock();
    let before = 0;
    for (let now = 0; now <= 3000; now += 16) {
      if (now % 112 === 0) clock.onFrame(1_000_000 + now, now, 1, now === 0);
      const shown = clock.at(now);
      expect(shown).toBeLessThanOrEqual(1_000_000 + now);
      expect(shown).toBeGreaterThanOrEqual(before);
      before = shown;
    }
    expect(before).toBeGreaterThan(1_002_700);
  });

  it('stands exactly at the instant while paused', () => {
    const clock = new InstantClock();
    clock.onFrame(500, 0, 0, true);
    expect(clock.at(10_000)).toBe(500);
  });

  it('stops at the last frame when no more come', () => {
    const clock = new InstantClock();
    clock.onFrame(1000, 0, 60, true);
    expect(clock.at(60_000)).toBe(1000);
  });

  it('goes where it is told at once', () => {
    const clock = new InstantClock();
    clock.onFrame(1000, 0, 1, true);
    clock.jump(200, 10);
    expect(clock.at(500)).toBe(200);
  });
});
