"""The lines that make a printed program a script: JSON lines in, JSON lines out."""

from netlift.checker._script import SCRIPT as SCRIPT
