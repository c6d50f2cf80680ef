import { describe, expect, it } from 'vitest';
import type { BodyRecord } from '../../protocol/meet';
import { Motion, RoomClock, turnBetween } from './motion';

const record = (x: number, more: Partial<BodyRecord> = {}): BodyRecord => ({
  seat: 1,
  position: [x, 0, 0],
  yaw: 0,
  headYaw: 0,
  pitch: 0,
  isSpeaking: false,
  isAbove: false,
  gesture: 'none',
  ray: null,
  hasLeapt: false,
  ageMs: 0,
  ...more,
});

/** A walk of one metre per second, a pose every so many ms. */
function walk(everyMs: number, until = 3000): Motion {
  const motion = new Motion();
  for (let t = 0; t <= until; t += everyMs) motion.take(record(t / 1000), t, 0);
  return motion;
}

describe('how somebody else is drawn', () => {
  it('is a little behind, and exactly between what is known', () => {
    const motion = walk(66);
    for (let now = 2900; now < 3000; now += 16) {
      const { x, speed } = motion.update(now);
      expect(x).toBeCloseTo((now - motion.delayMs) / 1000, 3);
      expect(speed).toBeCloseTo(1, 2);
    }
  });

  it('waits longer for people who are told of seldom', () => {
    expect(walk(66).delayMs).toBeLessThan(100);
    expect(walk(300).delayMs).toBeGreaterThan(300);
  });

  it('never goes backwards on a straight way, even when poses are late', () => {
    const motion = new Motion();
    let before = -1;
    let next = 0;
    for (let now = 0; now < 4000; now += 16) {
      // Every third pose is held up.
      const due = next * 66 + (next % 3 === 2 ? 90 : 20);
      if (now >= due) {
        motion.take(record((next * 66) / 1000), next * 66, due - next * 66 - 20);
        next++;
      }
      const { x } = motion.update(now);
      expect(x).toBeGreaterThanOrEqual(before - 0.03);
      before = x;
    }
  });

  it('goes on for a moment without news, then stands', () => {
    const motion = walk(66);
    const soon = motion.update(3000 + motion.delayMs + 100).x;
    const late = motion.update(20_000).x;
    expect(soon).toBeGreaterThan(2.97);
    expect(late).toBeLessThan(3.2);
    expect(motion.shown.speed).toBe(0);
  });

  it('does not slide over a leap', () => {
    const motion = walk(66);
    motion.take(record(80, { hasLeapt: true }), 3066, 0);
    for (let now = 3066; now < 3300; now += 16) expect(motion.update(now).x).toBe(80);
  });

  it('begins a walk after a rest when it begins', () => {
    const motion = new Motion();
    motion.take(record(0, { hasLeapt: true }), 0, 0);
    motion.take(record(0.1), 60_000, 0);
    expect(motion.update(59_000).x).toBe(0);
    expect(motion.update(61_000).x).toBeLessThan(0.4);
  });

  it('turns the short way', () => {
    expect(turnBetween(0.1, Math.PI * 2 - 0.1)).toBeCloseTo(-0.2);
    const motion = new Motion();
    motion.take(record(0, { headYaw: 6.2, hasLeapt: true }), 0, 0);
    motion.take(record(0, { headYaw: 0.1 }), 60, 0);
    expect(Math.cos(motion.update(30 + motion.delayMs).headYaw)).toBeGreaterThan(0.98);
  });
});

describe('the room clock', () => {
  it('follows the frame that was least late', () => {
    const clock = new RoomClock();
    expect(clock.at(5)).toBe(0);
    clock.frame(10_000, 130);
    clock.frame(10_066, 166);
    expect(clock.at(166)).toBe(10_066);
    clock.frame(10_132, 282);
    expect(clock.at(282)).toBeGreaterThan(10_181);
    expect(clock.lateMs).toBeGreaterThan(49);
  });
});
