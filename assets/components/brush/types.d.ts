/** What Python tells the brush: cnnviz/ui/heatmaps/change/brush.py. */
export interface Data {
  digest: string;
  photo: string;
  fill: string;
  alt: string;
  is_small: boolean;
  strokes: { r: number; back: boolean; p: number[] }[];
  at: number;
  radius: [number, number];
  gone: string;
  map: { url: string; ends: [string, string]; bar: string; note: string; title: string } | null;
  rows: { name: string; before: [number, string]; now: [number, string] }[];
  steps: {
    share: number;
    probability: string;
    score: string;
    change: string;
    fell: boolean;
    gone: string;
    covered: string;
    covered_share: number;
    answer: string;
  }[];
  words: string[];
  control: {
    url: string;
    area: [number, number, number, number];
    ends: [string, string];
    bar: string;
    words: string;
  } | null;
  turn: number;
}
