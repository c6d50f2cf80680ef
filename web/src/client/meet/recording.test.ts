import { describe, expect, it } from 'vitest';
import { bodyAt, readRecording, type Track } from './recording';

const text = [
  '{"trine":"recording","version":1,"id":"rec-1","name":"Hand-over","started":"2026-11-26T10:00:00Z"}',
  '{"t":1000,"in":{"n":0,"name":"Anna"}}',
  '{"t":1000,"p":[[0,100,200,0,0,6200,-100,0]]}',
  '{"t":1200,"p":[[0,300,200,0,0,83,-100,18,500,600,75]]}',
  '{"t":1300,"in":{"n":1,"name":"Bruno"}}',
  '{"t":1300,"p":[[1,900,900,0,0,0,0,8]]}',
  '{"t":1350,"said":{"n":0,"text":"look"}}',
  '{"t":1400,"out":1}',
  '{"t":9000,"p":[[0,300,400,0,0,83,-100,0]]}',
  '{"t":9500,"en',
].join('\n');

describe('a recorded session', () => {
  const { tracks, said } = readRecording(text);
  const [anna, bruno] = tracks as [Track, Track];

  it('is walked through again', () => {
    expect(bodyAt(anna, 999)).toBeNull();
    expect(bodyAt(anna, 1100)?.position[0]).toBeCloseTo(2);
    expect(bodyAt(anna, 1100)?.speed).toBeCloseTo(10);
    expect(Math.cos(bodyAt(anna, 1100)?.headYaw ?? 0)).toBeGreaterThan(0.98);
    const pointing = bodyAt(anna, 1200);
    expect([pointing?.ray, pointing?.gesture]).toEqual([[5, 6, 0.75], 'wave']);
  });

  it('has people stand still where they stood still', () => {
    expect(bodyAt(anna, 5000)).toMatchObject({ position: [3, 2, 0], speed: 0 });
    expect(bodyAt(anna, 8700)?.position[1]).toBeCloseTo(3);
    expect(bodyAt(anna, 9001)).toBeNull();
  });

  it('has people in it only while they agreed', () => {
    expect(bodyAt(bruno, 1350)?.isAbove).toBe(true);
    expect(bodyAt(bruno, 1401)).toBeNull();
    expect(said).toEqual([{ timeMs: 1350, name: 'Anna', text: 'look' }]);
  });
});
