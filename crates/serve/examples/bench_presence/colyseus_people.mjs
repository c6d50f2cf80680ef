// People who walk as those of the bench do, on a Colyseus server: PORT PEOPLE SECONDS.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Client } = require('colyseus.js');
const [port, people, seconds] = process.argv.slice(2).map(Number);
const SETTLE_MS = 3000;
const REMEMBERED = 40;
const NEAR_M = 8;
const start = performance.now();

function walk(n, t) {
  const a = 0.05 + 0.004 * (n % 7);
  const b = 0.06 + 0.005 * (n % 5);
  return [60 + 55 * Math.sin(a * t + n * 1.7), 35 + 30 * Math.cos(b * t + n * 2.3)].map(Math.fround);
}

let isMeasuring = false;
let bytes = 0;
const ages = [];
const gaps = [];
const steps = new Map();

const client = new Client(`ws://127.0.0.1:${port}`);
for (let n = 0; n < people; n++) {
  const room = await client.joinOrCreate('hall');
  const own = [];
  steps.set(room.sessionId, own);
  setInterval(() => {
    const now = performance.now();
    const [x, y] = walk(n, (now - start) / 1000);
    own.push([now, x, y]);
    if (own.length > REMEMBERED) own.shift();
    room.send('move', [x, y, 0, x, y, 0]);
  }, 1000 / 15);
  const socket = room.connection.transport.ws;
  socket.addEventListener?.('message', ({ data }) => {
    if (isMeasuring) bytes += (data.byteLength ?? data.length ?? 0) + 4;
  });
  const before = new Map();
  room.onStateChange((state) => {
    const now = performance.now();
    const [ownX, ownY] = walk(n, (now - start) / 1000);
    state.players.forEach((player, id) => {
      if (id === room.sessionId) return;
      const last = before.get(id);
      if (last && last[1] === player.x && last[2] === player.y) return;
      before.set(id, [now, player.x, player.y]);
      if (!isMeasuring) return;
      const sent = steps.get(id)?.find(([, x, y]) => x === player.x && y === player.y);
      if (sent) ages.push(now - sent[0]);
      if (last && Math.hypot(player.x - ownX, player.y - ownY) < NEAR_M) gaps.push(now - last[0]);
    });
  });
}

const at = (values, part) => values.sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? null;
setTimeout(() => {
  isMeasuring = true;
  console.log('ready');
  setTimeout(() => {
    console.log(
      JSON.stringify({
        bytes,
        poses: ages.length,
        age_p50_ms: at(ages, 0.5),
        age_p99_ms: at(ages, 0.99),
        near_gap_p99_ms: at(gaps, 0.99),
      }),
    );
    process.exit(0);
  }, seconds * 1000);
}, SETTLE_MS);
