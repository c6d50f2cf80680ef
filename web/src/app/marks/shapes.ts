/** The four alarm shapes on a 12 × 12 grid: square, triangle, diamond, circle. */
export const SHAPES: Record<1 | 2 | 3 | 4, string> = {
  1: 'M1.5 1.5h9v9h-9Z',
  2: 'M6 1 11.4 10.8H.6Z',
  3: 'M6 .4 11.6 6 6 11.6.4 6Z',
  4: 'M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z',
};
