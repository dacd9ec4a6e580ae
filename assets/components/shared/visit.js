// A page whose session is gone from the server looks alive and answers nothing: Streamlit connects
// it to a new session, in which no page has run. It is noticed when the connection comes back,
// and the page is loaded again, from its own address.

import { feelPulse } from "./pulse.js";
import { address } from "./served_at.js";

const STATE = "data-test-connection-state"; // of Streamlit's page
const CONNECTED = "CONNECTED";
const SILENT = "data-cnnviz-silent"; // of a page whose server does not answer, whatever Streamlit thinks of its socket
const AGAIN = 1000; // ms until a server that did not answer is asked again
const TRIES = 10;

/**
 * One for the window: components are modules of their own.
 *
 * @typedef {{ __cnnvizVisit?: string, __cnnvizHeld?: boolean }} Watched
 */

const watched = /** @type {typeof globalThis & Watched} */ (globalThis);

/**
 * Whether the server still has a session, as often as it takes until it says so.
 *
 * @param {string} session
 * @param {(url: string) => Promise<Response>} ask
 * @param {(again: () => void) => void} later
 * @param {number} tries
 * @returns {Promise<boolean>} also true where it never answers: there is nothing to load then
 */
export async function isThere(session, ask, later, tries = TRIES) {
  for (let left = tries; left > 0; left -= 1) {
    try {
      const answer = await ask(`/visit/${session}`);
      if (answer.ok) return (await answer.text()) !== "no";
    } catch {
      // the server is not back yet
    }
    await new Promise(again => later(() => again(undefined)));
  }
  return true;
}

/** The name of the session that made what the page shows; empty where none is known. */
export const sessionHere = () => watched.__cnnvizVisit ?? "";

/** Whether the address must stay as it is: whose session it speaks of is not known just now. */
export const isHeld = () => watched.__cnnvizHeld === true;

/** @param {string} at the address that the page had when its connection went */
async function check(at) {
  const session = watched.__cnnvizVisit;
  if (!session) return;
  const soon = (/** @type {() => void} */ again) => setTimeout(again, AGAIN);
  const there = await isThere(session, url => fetch(address(url), { cache: "no-store" }), soon);
  watched.__cnnvizHeld = !there;
  if (!there) window.location.replace(at); // not reload: Streamlit may push another address yet
}

/**
 * Loads the page again when its connection comes back and the server no longer knows its session.
 *
 * @param {string} session the one that made what the page shows
 */
export function watchVisit(session) {
  const isWatched = watched.__cnnvizVisit !== undefined;
  watched.__cnnvizVisit = session;
  const app = document.querySelector(`[${STATE}]`);
  if (isWatched || !app) return;
  let at = "";
  new MutationObserver(() => {
    if (app.getAttribute(STATE) === CONNECTED) void check(at || window.location.href);
    // a run that Streamlit asks of the new session by itself writes an address of its own
    at = app.getAttribute(STATE) === CONNECTED ? "" : at || window.location.href;
    watched.__cnnvizHeld = true;
  }).observe(app, { attributes: true, attributeFilter: [STATE] });
  feelPulse(sessionHere, pulse => {
    app.toggleAttribute(SILENT, pulse === "silent");
    if (pulse === "lost") window.location.replace(at || window.location.href);
  });
}
