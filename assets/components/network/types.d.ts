/** What the doctor says of a network that does not fit (cnnviz/ui/build/doctor.py). */
export interface Diagnosis {
  path: string;
  title: string;
  sentence: string;
  torch: string;
  no_mend: string;
  losses: Loss[];
  /** Where mends can be done, with the words of each; none where there is no choice. */
  scopes: [scope: string, label: string][];
  /** The first and the last size that was tried, and the network's own; empty where none was. */
  sizes: number[];
  mends: Mend[];
}

export interface Loss {
  text: string;
  count: number;
  unread: number;
  missing: number;
}

export interface Mend {
  label: string;
  why: string;
  scope: string;
  /** Whether it only takes back what was changed. */
  is_undo: boolean;
  /** The mended network, as an address says it; null where it is too long for one. */
  net: string | null;
  /** The first and the last of each run of sizes that fit. */
  fits: [first: number, last: number][];
  /** Shapes that would be new, by the number of the layer. */
  preview: Record<string, string>;
  comes: string;
}

export interface Remark {
  path: string;
  title: string;
  sentence: string;
}

/** What the doctor keeps of the network's view. */
export interface DoctorView {
  doctor: HTMLElement;
  remarks: HTMLElement;
  drawnDoctor?: string;
  drawnRemarks?: string;
  scope?: string;
}

/** What a hand has done (cnnviz/ui/build/events.py). */
export interface Word {
  do: string;
  [detail: string]: unknown;
}

/** What of the network's data an edit that is not answered yet speaks of. */
export interface Editing {
  /** The network, as an address says it; empty where it is too long for one. */
  net: string;
  /** What Undo and Redo lead to, the next first. */
  undone: string[];
  redone: string[];
  /** Edits of an address that were done when the page was opened. */
  done: string;
  rows: { path: string }[];
  identities: (number | string)[];
}
