// The network's answer while a hand draws on a pad beside it (cnnviz/ui/overview/drawn_live.py): one small request
// a picture, as fast as answers come. A run of the page would cost the browser ten times as much.

import { address } from "../shared/dom.js";
import { sender } from "../shared/sender.js";

/** @import { Answer, Data, View } from "./types" */

const PATIENCE = 4000, // ms after which an answer is given up
  DEAF = 5000; // ms without, after one that failed: the page itself answers meanwhile

/** @typedef {(view: View, answer: Answer) => void} Show */
/** @typedef {{ view: View, show: Show, deafUntil: number, hand: ReturnType<typeof sender<string>> }} Follower */
/** @type {Map<string, Follower>} by the name of the pad */
const followers = new Map();

/** From now on `view` follows the hand on its pad, where it has one that is answered.
 *
 * @param {View} view @param {Show} show
 */
export function followPad(view, show) {
  const pad = view.data.live?.pad;
  if (!pad || followers.get(pad)?.view === view) return;
  /** @type {Follower} */
  const follower = {
    view,
    show,
    deafUntil: 0,
    hand: sender(sheet => void answer(follower, sheet), { patience: PATIENCE }),
  };
  followers.set(pad, follower);
}

/** @param {Follower} follower @param {string} sheet */
async function answer(follower, sheet) {
  const { view, show, hand } = follower,
    data = view.data;
  try {
    const response = await fetch(address(data.live?.address ?? ""), { method: "POST", body: sheet });
    if (!response.ok) throw new Error(String(response.status));
    const told = response.status === 204 ? null : /** @type {Answer} */ (await response.json());
    if (told && view.data === data) show(view, told); // else Python has said something newer
  } catch {
    follower.deafUntil = performance.now() + DEAF;
  } finally {
    hand.answered();
  }
}

/** The same data with what changes with the drawing.
 *
 * @param {Data} data @param {Answer} answer @returns {Data}
 */
export const answered = (data, answer) => ({
  ...data,
  ...answer,
  columns: data.columns.map((column, index) => ({ ...column, ...answer.columns[index] })),
  details: null,
});

window.addEventListener("cnnviz:drawn", event => {
  const follower = followers.get(event.detail.pad);
  if (!follower?.view.root.isConnected || !follower.view.data.live) return;
  if (performance.now() < follower.deafUntil) return;
  event.preventDefault();
  follower.hand.say(event.detail.sheet);
});
