/** Sound out of the loudspeaker or the headphones: one voice at a time, and two short tones. */

export type Tone = "done" | "attention";

/** Each note: hertz, and when it begins. */
const NOTES: Readonly<Record<Tone, readonly (readonly [number, number])[]>> = {
  done: [
    [660, 0],
    [880, 0.14],
  ],
  attention: [
    [440, 0],
    [440, 0.2],
  ],
};
const NOTE_S = 0.16;
const LOUDNESS = 0.18;

export class Player {
  private context: AudioContext | null = null;
  private playing: AudioBufferSourceNode | null = null;
  private turn = 0;

  /** Resolves when the sound is over or was stopped. */
  async play(wave: ArrayBuffer): Promise<void> {
    this.stop();
    const { turn } = this;
    const context = await this.open();
    if (context === null) return;
    const sound = await context.decodeAudioData(wave);
    if (turn !== this.turn) return;
    const source = context.createBufferSource();
    source.buffer = sound;
    this.playing = source;
    source.connect(context.destination);
    const over = new Promise<void>((resolve) => {
      source.onended = () => resolve();
    });
    source.start();
    await over;
  }

  stop(): void {
    this.turn += 1;
    this.playing?.stop();
    this.playing = null;
  }

  async sound(tone: Tone): Promise<void> {
    const context = await this.open();
    if (context === null) return;
    for (const [pitch, begins_s] of NOTES[tone]) {
      const note = context.createOscillator();
      const volume = context.createGain();
      const start_s = context.currentTime + begins_s;
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(LOUDNESS, start_s);
      volume.gain.exponentialRampToValueAtTime(0.001, start_s + NOTE_S);
      note.connect(volume).connect(context.destination);
      note.start(start_s);
      note.stop(start_s + NOTE_S);
    }
  }

  /** Null where there is nothing to hear with, and while a browser holds sound back until the first
   * touch: nothing waits for it, or all would be heard then.
   */
  private async open(): Promise<AudioContext | null> {
    if (typeof AudioContext === "undefined") return null;
    this.context ??= new AudioContext();
    if (this.context.state === "suspended") {
      if (!navigator.userActivation.hasBeenActive) return null;
      await this.context.resume();
    }
    return this.context;
  }
}
