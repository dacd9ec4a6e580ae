// Whether the server is reached. A socket into a hole looks alive: Streamlit learns of it after half a minute or two, and
// where the server has given up meanwhile never. So it is asked every few seconds while somebody looks.

import { address } from "./served_at.js";

const EACH = 4000; // ms between an answer and the next question
const PATIENCE = 6000; // ms after which no answer will come: a busy server may take seconds
const ASLEEP = 30000; // ms without a question, as of a machine that slept: nobody knows what was cut meanwhile
const NOES = 3; // Streamlit may be about to come back to the session by itself, which keeps more than loading does

/** @typedef {"there" | "silent" | "lost"} Pulse */

/**
 * What the answers of a server mean, one after the other: "lost" is a session that has not come back by itself after
 * the line was cut. Without a cut it is none of ours: another replica may have answered.
 *
 * @returns {(answer: string | undefined) => Pulse} of "yes", "no", or nothing where none came
 */
export function meaningOf() {
  let wasCut = false,
    noes = 0;
  return answer => {
    wasCut = answer === undefined || (wasCut && answer === "no");
    noes = answer === "no" ? noes + 1 : 0;
    if (answer === undefined) return "silent";
    return wasCut && noes >= NOES ? "lost" : "there";
  };
}

/** @param {string} session @returns {Promise<string | undefined>} */
async function answerOf(session) {
  try {
    const told = { cache: /** @type {const} */ ("no-store"), signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(address(`/visit/${session}`), told);
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Feels it for as long as the page is open.
 *
 * @param {() => string} session whose it is just now
 * @param {(pulse: Pulse) => void} felt
 */
export function feelPulse(session, felt) {
  const meaning = meaningOf();
  let isAsking = false,
    askedAt = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const ask = async () => {
    clearTimeout(waiting);
    if (isAsking || document.hidden) return; // looked at again, it is asked at once
    isAsking = true;
    if (Date.now() - askedAt > ASLEEP) meaning(undefined);
    askedAt = Date.now();
    felt(meaning(await answerOf(session())));
    isAsking = false;
    waiting = setTimeout(ask, EACH);
  };
  waiting = setTimeout(ask, EACH);
  document.addEventListener("visibilitychange", ask);
  globalThis.addEventListener("offline", ask);
  globalThis.addEventListener("online", ask);
}
