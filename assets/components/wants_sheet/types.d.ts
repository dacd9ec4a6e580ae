// What Python tells the sheet of recorded pictures (cnnviz/ui/feature_maps/wants_sheet.py).

export interface Data {
  url: string;
  /** Pictures in a row of the file, and how many there are. */
  across: number;
  count: number;
  selected: number;
  /** What a choice makes the address say besides the map. */
  says: Record<string, string>;
  /** What is said of each. */
  labels: string[];
  alt: string;
}
