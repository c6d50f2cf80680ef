import { describe, expect, it } from 'vitest';
import { encodeFrame, type PlainFrame } from '../../mock/encode';
import { decodeFrame } from '../protocol/frame';
import { Probe } from './probe';

function setUp() {
  let now = 1000;
  const probe = new Probe(() => now);
  const receive = (signal: number, age: number, change: Partial<PlainFrame> = {}): void =>
    probe.received(
      decodeFrame(
        encodeFrame({
          kind: 'delta',
          live: true,
          playing: false,
          epoch: 1,
          instantNs: `${now}000000`,
          updates: [{ signal, value: 1, age, status: 0, type: 3 }],
          ...change,
        }),
      ),
    );
  const pass = (ms: number): void => {
    now += ms;
  };
  return { probe, receive, pass };
}

describe('the probe', () => {
  it('measures from the sample to the picture that is drawn from it', () => {
    const { probe, receive, pass } = setUp();
    probe.start([7]);
    receive(7, 0.25);
    pass(30);
    probe.drawn();
    pass(30);
    probe.drawn();
    expect(probe.stop()).toEqual([{ signal: 7, measured: 750, received: 1000, drawn: 1030 }]);
    expect(probe.pictures).toBe(2);
  });

  it('counts what a newer sample replaced unseen', () => {
    const { probe, receive, pass } = setUp();
    probe.start([7]);
    receive(7, 0);
    pass(50);
    receive(7, 0);
    probe.drawn();
    expect(probe.stop().map(({ measured }) => measured)).toEqual([1050]);
    expect(probe.superseded).toBe(1);
  });

  it('looks at its own signals only, and at nothing that a keyframe or the past repeats', () => {
    const { probe, receive } = setUp();
    receive(7, 0);
    probe.start([7]);
    receive(8, 0);
    receive(7, 0, { kind: 'keyframe' });
    receive(7, 0, { live: false });
    probe.drawn();
    expect(probe.stop()).toEqual([]);
  });
});
