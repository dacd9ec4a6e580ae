// What a field for a number says of one that it does not take: a sentence below it, for as long as it takes to read it.

import { element, say } from "./dom.js";
import { precise, readDecimal } from "./numbers.js";

const READ = 7000; // ms
const LONGEST = 20; // characters of what was typed

/** @typedef {{ label: string, min: number, max: number, isWhole: boolean }} Taken */

/**
 * Why a text is no number of a field's; empty where it is one, or nothing was typed. A browser's own field for numbers
 * does not say what was typed where that is none: null.
 *
 * @param {Taken} taken
 * @param {string | null} text
 */
export function refusal({ label, min, max, isWhole }, text) {
  const kind = isWhole ? "a whole number" : "a number",
    takes = `${label} takes ${kind} from ${precise(min)} to ${precise(max)}`;
  if (text === null) return `${takes}.`;
  const value = readDecimal(text, Number.MAX_VALUE),
    isTaken = value !== null && value >= min && value <= max && (Number.isInteger(value) || !isWhole);
  if (isTaken || !text.trim()) return "";
  return `${takes}, not “${text.trim().slice(0, LONGEST)}”.`;
}

/** The place of the sentence, below its positioned parent. */
export function refusing() {
  const words = element("span", { class: "refused", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let over;
  /** @param {string} sentence */
  const tell = sentence => {
    clearTimeout(over);
    say(words, sentence);
    if (sentence) over = setTimeout(() => say(words, ""), READ);
  };
  return { words, tell };
}
