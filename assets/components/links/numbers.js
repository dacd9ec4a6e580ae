// Numbers behind what the page shows: the server names them, and makes a file of one when somebody asks.

import { address } from "../shared/dom.js";
import { sessionHere } from "../shared/visit.js";

/** @typedef {{ title: string, form: string, url: string }} Offer with the form of its file */

/** @returns {Promise<Offer[]>} nothing where the server does not answer */
export async function offered() {
  const session = sessionHere();
  if (!session) return [];
  const all = `/numbers/${encodeURIComponent(session)}`;
  try {
    const answer = await fetch(address(all), { cache: "no-store" });
    const told = /** @type {Record<string, Omit<Offer, "url">>} */ (answer.ok ? await answer.json() : {});
    return Object.entries(told).map(([place, one]) => ({ ...one, url: `${all}/${encodeURIComponent(place)}` }));
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
