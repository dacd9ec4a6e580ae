/** What Python tells the brush: cnnviz/ui/heatmaps/change/brush.py. */
export interface Data {
  digest: string; // of the picture: each word about its painting says it too
  photo: string;
  fill: string;
  behind: string | null; // what the second way to paint shows; null: the photo again
  modes: [[string, string], [string, string]]; // what the two ways to paint are called, and their help
  title: string;
  did: string; // what has become of what was painted on: "gone"
  first_radius: number;
  followed: string; // whose probability the chart shows
  alt: string;
  is_small: boolean;
  strokes: { r: number; back: boolean; p: number[] }[];
  at: number;
  radius: [number, number];
  gone: string;
  map: { url: string; under?: string; ends: [string, string]; bar: string; note: string; title: string } | null;
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
