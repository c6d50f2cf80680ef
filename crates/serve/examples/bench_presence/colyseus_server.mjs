// A room as the documentation of Colyseus shows one: a map of players, patched 15 times a second. Says its port.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Room, Server } = require('@colyseus/core');
const { WebSocketTransport } = require('@colyseus/ws-transport');
const { Encoder, MapSchema, Schema, defineTypes } = require('@colyseus/schema');

Encoder.BUFFER_SIZE = 256 * 1024;

class Player extends Schema {}
defineTypes(Player, { x: 'float32', y: 'float32', z: 'float32', yaw: 'float32', headYaw: 'float32', pitch: 'float32' });
class State extends Schema {
  constructor() {
    super();
    this.players = new MapSchema();
  }
}
defineTypes(State, { players: { map: Player } });

class Hall extends Room {
  onCreate() {
    this.maxClients = 1000;
    this.patchRate = 1000 / 15;
    this.setState(new State());
    this.onMessage('move', (client, [x, y, z, yaw, headYaw, pitch]) => {
      Object.assign(this.state.players.get(client.sessionId), { x, y, z, yaw, headYaw, pitch });
    });
  }
  onJoin(client) {
    this.state.players.set(client.sessionId, new Player());
  }
  onLeave(client) {
    this.state.players.delete(client.sessionId);
  }
}

console.debug = console.info = console.log = () => undefined;
const http = createServer();
const server = new Server({ transport: new WebSocketTransport({ server: http }), greet: false });
server.define('hall', Hall);
await server.listen(0, '127.0.0.1');
process.stdout.write(`${http.address().port}\n`);
