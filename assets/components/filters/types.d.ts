// What Python tells the sheet of all filters (cnnviz/ui/convolution/filters.py), and what is made of it.

import type { Place, Plane, Size } from "../shared/types";

export interface Tile {
  /** As the page's address says it. */
  name: string;
  title: string;
  sentence: string;
  group: "pictures" | "differences";
  url: string;
  /** Address of the kernel's picture. */
  badge: string;
  weight: Plane;
  /** Whether its values are differences. */
  signed: boolean;
}

export interface Data {
  photo: string;
  title: string;
  alt: string;
  /** Of every response. */
  size: Size;
  /** Of what the kernel slides over: the picture with its padding. */
  read: Size;
  /** Address of a digest, then float32: what is read, and every response. */
  values: string;
  /** Strides and dilations; empty for a transposed convolution. */
  step: number[];
  kernel: Size;
  before: Size;
  inside: Size;
  /** Whether the window is small enough to be written out. */
  writes: boolean;
  tiles: Tile[];
  scales: { label: string; low: string; high: string }[];
  gradient: string;
  clipped: string;
  words: string;
  place: Place;
  chosen: number;
}
