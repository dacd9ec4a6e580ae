// What a hand changes is told to Python in turns (cnnviz/ui/turns.py): the next word goes when the last one was
// answered, and it is the latest there is; one that nobody answers is said again, under its number. Until Python has
// answered it, the browser's own view is the truth: an answer to an older word says nothing new.

import { sender } from "./sender.js";

const UNANSWERED = 4000; // ms after which an answer is given up and the latest is said again

/**
 * @template Value
 * @param {(word: { turn: number, value: Value }) => void} send tells Python, whose data says which turn it has heard
 */
export function takeTurns(send) {
  let turn = 0;
  const words = sender(
    (/** @type {Value} */ value, isRepeat) => {
      if (!isRepeat) turn += 1; // a word that came is not heard twice
      send({ turn, value });
    },
    { patience: UNANSWERED, repeats: true },
  );
  return {
    /** @param {Value} value */
    say: value => words.say(value),
    /**
     * Called with all data that come.
     *
     * @param {number} heard
     */
    heard(heard) {
      if (heard < turn) return;
      turn = heard;
      words.answered();
    },
    isAhead: () => words.isAhead() || words.isWaiting(),
  };
}

/**
 * Words that each count, like the presses of a switch. Streamlit lets the last of several messages stand for all
 * that wait for a run to end: so what was not heard yet is said again with the next word.
 *
 * @template Value
 * @param {(words: [number: number, value: Value][]) => void} send tells Python, whose data says which number it has
 *   heard
 * @param {(last: number) => number} [next] the number of a word behind the last one
 */
export function eachWord(send, next = last => last + 1) {
  let last = 0,
    unheard = /** @type {[number, Value][]} */ ([]);
  return {
    /** @param {Value} value @param {boolean} [isAlone] it takes the place of those before it */
    say(value, isAlone = false) {
      last = next(last);
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
    unheard: () => unheard.map(([, value]) => value),
    forget: () => {
      unheard = [];
    },
  };
}
