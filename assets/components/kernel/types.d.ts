/** What Python tells the kernel: cnnviz/ui/convolution/kernel_cells.py. */
export interface Data {
  planes: { title: string; rows: number[][] }[];
  turn: number;
}
