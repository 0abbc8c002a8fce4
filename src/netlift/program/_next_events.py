"""How a program over events alone answers: what may come next, and whether the sequence may end."""

END = "(end)"
UNSEEN = "(never seen)"
BETWEEN = " | "
