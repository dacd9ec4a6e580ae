// What Python tells the forward pass of a network (cnnviz/ui/build/forward.py).

import type { Box } from "../shared/types";

/** First pixel and one behind the last that a cell of a small map sees, for each cell along one axis. */
export type Windows = [from: number, to: number][];

/** What one layer made. */
export interface Tile {
  /** The layer's number. */
  path: string;
  title: string;
  shape: string;
  url: string;
  alt: string;
  /** Ends of the scale, and its colours. */
  low: string;
  high: string;
  gradient: string;
  /** How many of the maps are shown; empty where all are. */
  note: string;
  /** What its cells see, in words. */
  sees: string;
  /** What its middle cell sees; null where that is not known. */
  middle: Box | null;
  rows: Windows;
  columns: Windows;
  /** The mosaic: its size, how many maps in a row and in all, and the size of a map and of the gap between two. */
  size: [width: number, height: number];
  across: number;
  count: number;
  map: [width: number, height: number];
  gap: number;
}

export interface Score {
  name: string;
  share: number;
  text: string;
}

export interface Data {
  photo: { url: string; alt: string; height: number; width: number; inset: number };
  /** Whose weights these are, and why. */
  words: string;
  is_trained: boolean;
  /** Another network is run when the hands rest. */
  is_stale: boolean;
  scores: Score[];
  tiles: Tile[];
  /** The layer that a row of the table stands for, or ends with. */
  places: Record<string, string>;
  selected: string;
  has_cards: boolean;
}
