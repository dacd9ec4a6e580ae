// What Python tells the surgery: cnnviz/ui/fully_convolutional/sliding.py.

import type { Size } from "../shared/types";

/** Texts of bytes are base64: entries of a palette, palettes of 256 colours, or 32-bit floats. */
export interface Data {
  unit: number;
  /** Planes, height and width of the kernel. */
  shape: [number, number, number];
  maps_size: Size;
  /** Of the response. */
  size: Size;
  planes: string;
  maps: string;
  levels: string;
  sum_levels: string;
  signed: string;
  unsigned: string;
  sums: string;
  response: string;
  by_linear: string;
  bias: number;
  photo: string;
  /** Height and width of the picture. */
  picture: Size;
  window: number;
  stride: number;
  scales: string;
  alt: string;
  step: number;
}

/** The data as numbers and pictures to draw. */
export interface Drawn {
  weights: Uint8Array;
  signed: Uint8Array;
  maps: HTMLCanvasElement[];
  levels: Uint8Array;
  sumLevels: Uint8Array;
  sums: Float32Array;
  response: Float32Array;
  byLinear: Float32Array;
}

export interface Spot {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where everything stands in a card of a width, in px. */
export interface Layout {
  width: number;
  height: number;
  cell: number;
  strip: Spot;
  planes: Spot[];
  tiles: Spot[];
  sums: { x: number; y: number }[];
  total: Spot;
  photo: Spot;
  answer: Spot;
  answerCell: number;
}
