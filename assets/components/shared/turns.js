// What a hand changes is told to Python in turns (cnnviz/ui/turns.py): the next word goes when the last one was
// answered, and it is the latest there is. Until Python has answered it, the browser's own view is the truth:
// an answer to an older word says nothing new.

/** @import { Timer } from "./types" */

const BETWEEN = 60; // ms from one word to the next
const UNANSWERED = 4000; // ms after which an answer is given up and the latest is said again

/**
 * @template Value
 * @param {(word: { turn: number, value: Value | undefined }) => void} send tells Python, whose data says which turn it
 *   has heard
 */
export function takeTurns(send) {
  const hand = {
    turn: 0,
    value: /** @type {Value | undefined} */ (undefined),
    isNew: false,
    isWaiting: false,
    last: -BETWEEN,
    timer: /** @type {Timer} */ (undefined),
  };
  const next = () => {
    clearTimeout(hand.timer);
    hand.timer = undefined;
    if (!hand.isNew && !hand.isWaiting) return;
    const wait = hand.last + (hand.isWaiting ? UNANSWERED : BETWEEN) - performance.now();
    if (wait > 0) {
      hand.timer = setTimeout(next, wait);
      return;
    }
    Object.assign(hand, { turn: hand.turn + 1, isNew: false, isWaiting: true, last: performance.now() });
    send({ turn: hand.turn, value: hand.value });
    next(); // in case no answer comes
  };
  return {
    /** @param {Value} value */
    say(value) {
      Object.assign(hand, { value, isNew: true });
      next();
    },
    /**
     * Called with all data that come.
     *
     * @param {number} turn
     */
    heard(turn) {
      if (turn < hand.turn) return;
      Object.assign(hand, { turn, isWaiting: false });
      next();
    },
    isAhead: () => hand.isNew || hand.isWaiting,
  };
}

/**
 * Words that each count, like the presses of a switch. Streamlit lets the last of several messages stand for all
 * that wait for a run to end: so what was not heard yet is said again with the next word.
 *
 * @template Value
 * @param {(words: [number: number, value: Value][]) => void} send tells Python, whose data says which number it has
 *   heard
 */
export function eachWord(send) {
  let last = 0,
    unheard = /** @type {[number, Value][]} */ ([]);
  return {
    /** @param {Value} value @param {boolean} [isAlone] it takes the place of those before it */
    say(value, isAlone = false) {
      last += 1;
      unheard = [...(isAlone ? [] : unheard), [last, value]];
      send(unheard);
      return last;
    },
    /** @param {number} number */
    heard(number) {
      last = Math.max(last, number);
      unheard = unheard.filter(([its]) => its > number);
    },
    isAhead: () => unheard.length > 0,
  };
}
