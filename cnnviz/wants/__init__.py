"""What a unit wants to see: pictures made from noise to excite it (Olah et al., 2017).

`dream` makes one, step by step; `recorded` has those that are shipped.
distill.pub/2017/feature-visualization
"""
