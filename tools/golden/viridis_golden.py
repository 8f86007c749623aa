"""Writes the golden table of the viridis colour map for the tests of libs/plots.

    pip install matplotlib==3.10.7
    python tools/golden/viridis_golden.py > libs/plots/src/test/resources/dev/halcyon/plots/viridis.csv

One line for each of matplotlib's 256 entries: red,green,blue from 0 to 1. matplotlib's viridis is
in the public domain (CC0).
"""

import matplotlib

for red, green, blue in matplotlib.colormaps["viridis"].colors:
    print(f"{red},{green},{blue}")
