// What a visitor is known by: a word that only this tab has, in its session storage, never in an address. Python makes
// one; a tab that has one already, because it was reloaded, says it.

/** @import { Run } from "../shared/types" */

/** @param {Run<{ name: string, token: string, asks: boolean }>} run */
export default function ({ data, setStateValue }) {
  const kept = sessionStorage.getItem(data.name);
  if (kept && kept !== data.token && data.asks) setStateValue("token", kept);
  else sessionStorage.setItem(data.name, data.token);
}
