/** The commands that can be run by typing. */
import { app } from '../app.svelte';
import { ROOMS, type Room } from '../futures/futures.svelte';
import type { Command } from './entries';

export function commands(): Command[] {
  const { t } = app;
  return [
    { name: t.previousAlarm, keys: '[', run: () => void app.time.stepAlarm('previous') },
    { name: t.nextAlarm, keys: ']', run: () => void app.time.stepAlarm('next') },
    { name: t.commandLive, keys: 'L', run: () => app.time.goLive() },
    {
      name: t.commandKnown,
      keys: 'K',
      run: () => {
        app.dialog = 'known';
      },
    },
    ...(app.view.asKnownAt === null
      ? []
      : [{ name: t.commandKnownNow, keys: '', run: () => app.time.knownAsOf(null) }]),
    { name: t.forecastNext(8), keys: '', run: () => app.futures.startForecast() },
    ...peopleCommands(),
    ...roomCommands(),
    ...branchCommands(),
    { name: t.commandFit, keys: 'F', run: () => app.hall?.flyTo('all') },
    app.mode === 'walk'
      ? { name: t.commandOrbit, keys: 'W', run: () => app.setMode('orbit') }
      : { name: t.commandWalk, keys: 'W', run: () => app.setMode('walk') },
    {
      name: app.theme === 'dark' ? t.toLight : t.toDark,
      keys: '',
      run: () => app.setTheme(app.theme === 'dark' ? 'light' : 'dark'),
    },
    {
      name: app.language === 'zh' ? 'English' : '中文',
      keys: '',
      run: () => app.setLanguage(app.language === 'zh' ? 'en' : 'zh'),
    },
    {
      name: t.commandConnections,
      keys: '',
      run: () => {
        app.dialog = 'connections';
      },
    },
    { name: t.commandCopy, keys: '', run: () => void copyAddress() },
    {
      name: t.commandHelp,
      keys: '?',
      run: () => {
        app.dialog = 'shortcuts';
      },
    },
  ];
}

const ROOM_KEYS: Record<Room, string> = {
  'what-if': 'I',
  compare: 'C',
  plan: 'P',
  accuracy: 'E',
  model: 'M',
};

function roomCommands(): Command[] {
  const { t, futures, thing } = app;
  const rooms = ROOMS.map((room) => ({
    name: room === 'what-if' ? t.whatIf : t.rooms[room],
    keys: ROOM_KEYS[room],
    run: () => futures.open(room),
  }));
  if (!thing?.place) return rooms;
  return [
    { name: `${t.whatIfThis} (${thing.name})`, keys: '', run: () => futures.whatIfThis(thing.id) },
    ...rooms,
  ];
}

function peopleCommands(): Command[] {
  const { people } = app;
  const { words } = people;
  const always = [{ name: words.people, keys: 'U', run: () => people.open(true) }];
  if (!people.isIn) return always;
  return [
    ...always,
    { name: words.write, keys: 'T', run: () => people.write() },
    { name: words.callEveryone, keys: '', run: () => people.callEveryone() },
    { name: words.wave, keys: 'G', run: () => people.gesture('wave') },
    { name: words.raiseHand, keys: 'H', run: () => people.gesture('hand') },
    { name: words.agree, keys: '', run: () => people.gesture('yes') },
    { name: words.disagree, keys: '', run: () => people.gesture('no') },
    { name: words.clap, keys: '', run: () => people.gesture('clap') },
    { name: words.record, keys: '', run: () => people.meeting.record(true, words.recordingOf(people.name)) },
    ...people.list.map(({ seat, name }) => ({
      name: `${words.goTo}: ${name}`,
      keys: '',
      run: () => people.goTo(seat),
    })),
  ];
}

function branchCommands(): Command[] {
  const { t, futures } = app;
  return futures.list
    .filter(({ purpose }) => purpose !== 'validation')
    .map((future) => ({ name: t.openBranch(future.name), keys: '', run: () => app.time.openBranch(future) }));
}

/** Without a clipboard (plain http on another host) the address in the browser's own bar is the same one. */
async function copyAddress(): Promise<void> {
  const url = new URL(app.addressNow(), location.href);
  history.replaceState(null, '', url);
  try {
    await navigator.clipboard.writeText(url.href);
    app.tell(app.t.copied);
  } catch {
    app.tell(url.href);
  }
}
