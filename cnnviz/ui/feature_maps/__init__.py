"""The page `feature_maps`.

All maps of a layer, one of them, the sum behind a cell (`microscope`), filters before and after
training, and the network without some maps (`switch_off`).
"""
