"""Numbers in, plotly figures or picture bytes out."""
