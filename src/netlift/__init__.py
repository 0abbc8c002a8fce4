"""netlift: lift trained networks into code."""
