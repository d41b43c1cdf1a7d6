// A scan is heard, felt and seen, because nobody looks at the screen while aiming. The tone is made, not fetched.

const LONG_MS = 90;
const HERTZ = { hit: 1_320, miss: 330 };

/** @type {AudioContext | null} */
let sound = null;

/** Browsers let a page sound only after somebody has touched it: call it from a tap. */
export function allowSound() {
  sound ??= new AudioContext();
  void sound.resume();
}

/** @param {number} hertz */
function tone(hertz) {
  if (sound?.state !== "running") return;
  const [wave, volume] = [sound.createOscillator(), sound.createGain()];
  const end = sound.currentTime + LONG_MS / 1000;
  wave.frequency.value = hertz;
  volume.gain.setValueAtTime(0.2, sound.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, end);
  wave.connect(volume).connect(sound.destination);
  wave.start();
  wave.stop(end);
}

/** @param {keyof typeof HERTZ} what  hit: a code that is one; miss: a code that is wrong */
export function feedback(what) {
  tone(HERTZ[what]);
  // Before the first tap a browser refuses with no more than a word in its console.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(what === "hit" ? 60 : [60, 60, 60]);
}
