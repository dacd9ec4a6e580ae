// What a hand changes is told to Python as fast as the eye asks for it and the server answers: the latest value there
// is, and no more. All components that tell while something moves do it by this.

import { leftAt } from "./elsewhere.js";

/** @import { Timer } from "./types" */

const BETWEEN = 60; // ms from one word to the next: 16 a second
const LOOK = 12; // ms after which one who is busy is looked at again

/**
 * @typedef {object} Habits
 * @property {number} [between] ms from one word to the next at least
 * @property {number} [patience] ms that the next word waits for an answer to the last; 0 waits for none
 * @property {() => boolean} [isBusy] whether an answer is under way, where that can be seen; else `answered` says it came
 * @property {boolean} [repeats] whether a word is said again when no answer came within `patience`
 */

/**
 * @template Value
 * @param {(value: Value, isRepeat: boolean) => void} send tells Python
 * @param {Habits} [habits]
 */
export function sender(send, { between = BETWEEN, patience = 0, isBusy, repeats = false } = {}) {
  const hand = {
    value: /** @type {Value | undefined} */ (undefined),
    isNew: false,
    isWaiting: false,
    last: -Infinity,
    saidAt: 0,
    from: 0,
    timer: /** @type {Timer} */ (undefined),
  };
  const waits = () => (isBusy ? isBusy() : hand.isWaiting);
  const drop = () => {
    if (hand.saidAt < leftAt()) Object.assign(hand, { isNew: false, isWaiting: false });
  };
  const due = () => Math.max(hand.from, hand.last + (waits() ? Math.max(between, patience) : between));
  const next = () => {
    clearTimeout(hand.timer);
    hand.timer = undefined;
    drop();
    if (!hand.isNew && !(repeats && hand.isWaiting)) return;
    const wait = due() - performance.now();
    if (wait > 0) {
      hand.timer = setTimeout(next, isBusy ? Math.min(wait, LOOK) : wait);
      return;
    }
    const isRepeat = !hand.isNew;
    Object.assign(hand, { isNew: false, isWaiting: patience > 0, last: performance.now() });
    send(/** @type {Value} */ (hand.value), isRepeat);
    next(); // a word that is not answered
  };
  return {
    /**
     * Tells a value as soon as it may, or when nothing newer came for `still` ms.
     *
     * @param {Value} value
     * @param {number} [still]
     */
    say(value, still = 0) {
      const now = performance.now();
      Object.assign(hand, { value, isNew: true, saidAt: now, from: now + still });
      next();
    },
    /** Python answered the last word: the next may go. */
    answered() {
      hand.isWaiting = false;
      next();
    },
    /** What was not told yet is not told any more. */
    forget() {
      hand.isNew = false;
      next();
    },
    /** Whether the hand is ahead of what was told. */
    isAhead: () => {
      drop();
      return hand.isNew;
    },
    /** Whether an answer is waited for. */
    isWaiting: () => {
      drop();
      return hand.isWaiting;
    },
  };
}
