import { describe, expect, it } from 'vitest';
import { parseCondition } from './alarms';

describe('parseCondition', () => {
  it('reads the five fields', () => {
    expect(parseCondition('FAULT|SPN-701|1|HIGH|Spindle stopped')).toEqual({
      level: 'FAULT',
      code: 'SPN-701',
      priority: 1,
      message: 'Spindle stopped',
    });
  });
  it('keeps bars of the message, and takes no priority that does not exist', () => {
    expect(parseCondition('warning|A|7||a|b')).toEqual({
      level: 'WARNING',
      code: 'A',
      priority: null,
      message: 'a|b',
    });
  });
  it('reads a bare level', () => {
    expect(parseCondition('NORMAL')).toEqual({ level: 'NORMAL', code: '', priority: null, message: '' });
  });
});
