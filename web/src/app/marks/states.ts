/** The marks of the machine states on a 12 × 12 grid; a state is no alarm, so all are drawn in the text colour. */
import type { MachineState } from '../../protocol/states';

export interface StateDrawing {
  fill?: string;
  stroke?: string;
  dash?: string;
}

export const STATE_MARKS: Record<MachineState, StateDrawing> = {
  running: { fill: 'M3.2 2v8L10 6Z' },
  idle: { stroke: 'M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z' },
  starved: { stroke: 'M1 4.6h4V2.2L9 6 5 9.8V7.4H1ZM11 2v8' },
  blocked: { stroke: 'M1 2v8M3 4.6h4V2.2L11 6 7 9.8V7.4H3Z' },
  setup: {
    stroke:
      'M10.4 3.4 8.6 5.2 6.8 3.4l1.8-1.8A3 3 0 0 0 5 5.6L1.6 9a1 1 0 0 0 1.4 1.4L6.4 7a3 3 0 0 0 4-3.6Z',
  },
  down: {
    fill: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1ZM4.4 3.3 3.3 4.4 4.9 6 3.3 7.6 4.4 8.7 6 7.1 7.6 8.7 8.7 7.6 7.1 6 8.7 4.4 7.6 3.3 6 4.9Z',
  },
  'planned-stop': { stroke: 'M1.5 1.5h9v9h-9ZM1.5 6 6 1.5M1.5 10.5l9-9M6 10.5 10.5 6' },
  unknown: { stroke: 'M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z', dash: '1.6 1.6' },
};

export function stateSvg(state: MachineState): string {
  const { fill, stroke, dash } = STATE_MARKS[state];
  if (fill) return `<path d="${fill}" fill="currentColor" fill-rule="evenodd"/>`;
  const dashed = dash ? ` stroke-dasharray="${dash}"` : '';
  return `<path d="${stroke}" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"${dashed}/>`;
}
