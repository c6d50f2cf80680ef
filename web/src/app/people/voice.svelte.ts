/**
 * Voice: browser to browser, with those who stand within hearing and want to speak, too. Everybody is heard from where
 * they stand. The server only relays what two browsers need to find each other.
 */
import { tick } from 'svelte';
import type { Body, Person } from '../../protocol/meet';
import type { People } from './people.svelte';

export type VoiceMode = 'push' | 'open';
export type VoiceState = 'off' | 'asking' | 'on' | 'failed';

interface Signal {
  description?: RTCSessionDescriptionInit;
  candidate?: RTCIceCandidateInit;
}

/** One other person's voice. */
interface Line {
  peer: RTCPeerConnection;
  panner: PannerNode;
  source: MediaStreamAudioSourceNode | null;
  /** Chromium plays a remote stream through a graph only while an element holds it, too. */
  element: HTMLAudioElement | null;
  meter: AnalyserNode;
}

/** Nearer than this a voice is at its full level, m; beyond, it falls as in a quiet hall. */
const FULL_LEVEL_METRES = 1.5;
const SPEAKS_LEVEL = 0.012;
/** A pause of this length ends being shown as speaking. */
const HANG_MS = 350;
const LINES_MAX = 12;
const CHECK_MS = 500;

export class Voice {
  state: VoiceState = $state('off');
  mode: VoiceMode = $state('push');
  /** The microphone is heard by the others just now. */
  isOpen = $state(false);
  lines = $state(0);
  microphones: readonly MediaDeviceInfo[] = $state.raw([]);
  speakers: readonly MediaDeviceInfo[] = $state.raw([]);
  microphone = $state('');
  speaker = $state('');
  private readonly open = new Map<number, Line>();
  private context: AudioContext | undefined;
  private stream: MediaStream | undefined;
  private ownMeter: AnalyserNode | undefined;
  private readonly samples = new Float32Array(512);
  private spokeMs = 0;
  private sinceCheckMs = 0;

  constructor(private readonly people: People) {}

  /** Asks for the microphone; only ever after somebody has pressed a button that says what follows. */
  async start(): Promise<void> {
    if (this.state === 'on' || this.state === 'asking') return;
    this.state = 'asking';
    await tick();
    try {
      this.context = new AudioContext();
      await this.context.resume();
      await this.takeMicrophone();
      this.state = 'on';
      this.apply();
      this.people.meeting.voice(true);
      await this.listDevices();
    } catch {
      this.stop();
      this.state = 'failed';
    }
  }

  stop(): void {
    this.hangUpAll();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    void this.context?.close();
    if (this.state === 'on') this.people.meeting.voice(false);
    this.context = undefined;
    this.stream = undefined;
    this.ownMeter = undefined;
    this.state = 'off';
    this.isOpen = false;
    this.people.body.isSpeaking = false;
  }

  private async takeMicrophone(): Promise<void> {
    const { context } = this;
    if (!context) return;
    const audio: MediaTrackConstraints = {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    };
    if (this.microphone !== '') audio.deviceId = { exact: this.microphone };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = stream;
    this.ownMeter = context.createAnalyser();
    this.ownMeter.fftSize = this.samples.length;
    context.createMediaStreamSource(stream).connect(this.ownMeter);
    const [track] = stream.getAudioTracks();
    for (const { peer } of this.open.values())
      for (const sender of peer.getSenders()) if (track) await sender.replaceTrack(track);
  }

  private async listDevices(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.microphones = devices.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '');
    this.speakers = devices.filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '');
  }

  async chooseMicrophone(id: string): Promise<void> {
    this.microphone = id;
    await this.takeMicrophone().catch(() => this.people.failedVoice());
    this.apply();
  }

  async chooseSpeaker(id: string): Promise<void> {
    this.speaker = id;
    const context = this.context as (AudioContext & { setSinkId?(id: string): Promise<void> }) | undefined;
    await context?.setSinkId?.(id).catch(() => this.people.failedVoice());
  }

  setMode(mode: VoiceMode): void {
    this.mode = mode;
    this.isOpen = mode === 'open';
    this.apply();
  }

  /** The talk key went down, or up. */
  press(isDown: boolean): void {
    if (this.state !== 'on' || this.mode !== 'push') return;
    this.isOpen = isDown;
    this.apply();
  }

  /** What is not open is not sent: the track is off, not only quiet. */
  private apply(): void {
    if (this.mode === 'open') this.isOpen = this.state === 'on';
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = this.isOpen;
  }

  // ---- each picture

  frame(deltaMs: number, body: Body): void {
    const { context } = this;
    if (this.state !== 'on' || !context) return;
    this.listenFrom(context.listener, body);
    for (const [seat, { panner }] of this.open) {
      const shown = this.people.meeting.motions.get(seat)?.shown;
      if (shown) place(panner, shown.x, shown.z + 1.6, -shown.y);
    }
    this.measure(deltaMs);
    this.sinceCheckMs += deltaMs;
    if (this.sinceCheckMs < CHECK_MS) return;
    this.sinceCheckMs = 0;
    this.callThoseNear();
  }

  /** The ears are those of the own avatar, turned as the picture is. */
  private listenFrom(listener: AudioListener, { position, headYaw }: Body): void {
    const [x, y, z] = position;
    const [fx, fz] = [Math.cos(headYaw), -Math.sin(headYaw)];
    if (listener.positionX) {
      listener.positionX.value = x;
      listener.positionY.value = z + 1.6;
      listener.positionZ.value = -y;
      listener.forwardX.value = fx;
      listener.forwardY.value = 0;
      listener.forwardZ.value = fz;
    } else {
      listener.setPosition(x, z + 1.6, -y);
      listener.setOrientation(fx, 0, fz, 0, 1, 0);
    }
  }

  private measure(deltaMs: number): void {
    const speaks = this.isOpen && this.ownMeter !== undefined && this.levelOf(this.ownMeter) > SPEAKS_LEVEL;
    this.spokeMs = speaks ? HANG_MS : this.spokeMs - deltaMs;
    this.people.body.isSpeaking = this.spokeMs > 0 && this.isOpen;
  }

  private levelOf(meter: AnalyserNode): number {
    meter.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    return Math.sqrt(sum / this.samples.length);
  }

  /** How loud somebody is at the own ears, for tests and for the curious. */
  levelFrom(seat: number): number {
    const line = this.open.get(seat);
    return line ? this.levelOf(line.meter) : 0;
  }

  // ---- lines

  private callThoseNear(): void {
    const { meeting } = this.people;
    const { hearingM = 14, hearingKeptM = 18 } = meeting.rules ?? {};
    const wanted = new Map<number, number>();
    for (const person of this.people.list) {
      if (!this.mayCall(person)) continue;
      const away = this.people.distanceTo(person.seat);
      if (away <= (this.open.has(person.seat) ? hearingKeptM : hearingM)) wanted.set(person.seat, away);
    }
    for (const seat of this.open.keys()) if (!wanted.has(seat)) this.hangUp(seat);
    const nearest = [...wanted].sort((a, b) => a[1] - b[1]).slice(0, LINES_MAX);
    // Of two, the one who came first calls; so they never call each other at once.
    for (const [seat] of nearest) if (!this.open.has(seat) && meeting.seat < seat) void this.call(seat);
    this.lines = this.open.size;
  }

  private mayCall(person: Person): boolean {
    return (
      person.voice &&
      this.people.meeting.motions.has(person.seat) &&
      this.people.howShunned(person.person) === null
    );
  }

  private lineTo(seat: number): Line | undefined {
    const { context, stream } = this;
    if (!context || !stream) return undefined;
    const known = this.open.get(seat);
    if (known) return known;
    const peer = new RTCPeerConnection({ iceServers: [] });
    const panner = new PannerNode(context, {
      panningModel: 'HRTF',
      distanceModel: 'inverse',
      refDistance: FULL_LEVEL_METRES,
      rolloffFactor: 1.4,
    });
    const meter = context.createAnalyser();
    meter.fftSize = this.samples.length;
    panner.connect(meter).connect(context.destination);
    const line: Line = { peer, panner, meter, source: null, element: null };
    for (const track of stream.getTracks()) peer.addTrack(track, stream);
    peer.onicecandidate = ({ candidate }) => {
      if (candidate) this.people.meeting.signal(seat, { candidate: candidate.toJSON() });
    };
    peer.ontrack = ({ streams }) => streams[0] && this.hear(line, streams[0]);
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed') this.hangUp(seat);
    };
    this.open.set(seat, line);
    return line;
  }

  private hear(line: Line, stream: MediaStream): void {
    const { context } = this;
    if (!context || line.source) return;
    line.element = new Audio();
    line.element.muted = true;
    line.element.srcObject = stream;
    line.source = context.createMediaStreamSource(stream);
    line.source.connect(line.panner);
  }

  private async call(seat: number): Promise<void> {
    const line = this.lineTo(seat);
    if (!line) return;
    await line.peer.setLocalDescription();
    const description = line.peer.localDescription;
    if (description) this.people.meeting.signal(seat, { description: description.toJSON() });
  }

  /** Something came from another browser. What makes no sense ends that line and nothing else. */
  async signal(seat: number, data: unknown): Promise<void> {
    if (this.state !== 'on' || data === null || typeof data !== 'object') return;
    const { description, candidate } = data as Signal;
    // A new offer is a new line: the other one has lost the old.
    if (description?.type === 'offer') this.hangUp(seat);
    const line = this.lineTo(seat);
    if (!line) return;
    try {
      if (candidate) await line.peer.addIceCandidate(candidate);
      if (!description) return;
      await line.peer.setRemoteDescription(description);
      if (description.type !== 'offer') return;
      await line.peer.setLocalDescription();
      const answer = line.peer.localDescription;
      if (answer) this.people.meeting.signal(seat, { description: answer.toJSON() });
    } catch {
      this.hangUp(seat);
    }
  }

  /** Seats are given anew when the room is entered again. */
  hangUpAll(): void {
    for (const seat of [...this.open.keys()]) this.hangUp(seat);
  }

  hangUp(seat: number): void {
    const line = this.open.get(seat);
    if (!line) return;
    this.open.delete(seat);
    line.peer.close();
    line.source?.disconnect();
    line.panner.disconnect();
    line.meter.disconnect();
    if (line.element) line.element.srcObject = null;
    this.lines = this.open.size;
  }
}

function place(panner: PannerNode, x: number, y: number, z: number): void {
  panner.positionX.value = x;
  panner.positionY.value = y;
  panner.positionZ.value = z;
}
