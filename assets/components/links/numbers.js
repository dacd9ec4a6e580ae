// Numbers behind what the page shows: the server names them, and makes an npz of one when somebody asks.

import { address } from "../shared/dom.js";
import { sessionHere } from "../shared/visit.js";

/** @typedef {{ title: string, url: string }} Offer */

/** @returns {Promise<Offer[]>} nothing where the server does not answer */
export async function offered() {
  const session = sessionHere();
  if (!session) return [];
  const all = `/numbers/${encodeURIComponent(session)}`;
  try {
    const answer = await fetch(address(all), { cache: "no-store" });
    const titles = /** @type {Record<string, string>} */ (answer.ok ? await answer.json() : {});
    return Object.entries(titles).map(([place, title]) => ({ title, url: `${all}/${encodeURIComponent(place)}` }));
  } catch {
    return [];
  }
}

/** @param {Offer} offer @returns {Promise<Blob>} */
export async function fileOf({ url }) {
  const answer = await fetch(address(url), { cache: "no-store" });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.blob();
}
