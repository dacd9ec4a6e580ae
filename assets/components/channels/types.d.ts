// What Python tells the channels (cnnviz/convolution/channels.py), and what is made of it.

import type { Place, Plane, Size } from "../shared/types";

export interface Kernel {
  words: string;
  /** The channels that it has slices for. */
  reads: number[];
  /** A slice for each of them. */
  weight: Plane[];
  bias: number | null;
  /** What each slice makes of its channel. */
  own: Plane[];
  map: Plane;
}

export interface Data {
  /** All channels, padded. */
  input: Plane[];
  size: Size;
  padding: [number, number, number, number];
  stride: Size;
  dilation: Size;
  channels: string[];
  kernels: Kernel[];
  note: string;
  /** The kernel and the place that are held. */
  held: { kernel: number; place: Place };
}

/** A grid of numbers on the page. */
export interface Board {
  root: HTMLElement;
  cells: HTMLElement[][];
}
